#include "slave/auth/arc_seal.h"

#include "common/base/digest.h"
#include "common/mail/ascii.h"
#include "common/mail/transfer_encoding.h"

namespace weir {
namespace {

constexpr auto kForm = Canonicalization::kRelaxed;  // of seals, always
constexpr const char* kResults = "ARC-Authentication-Results";

// "Name: value" with the views of a received field.
class OwnField {
  public:
    explicit OwnField(const AddedField& field)
        : text_(field.name + ": " + field.value), nameSize_(field.name.size()) {}
    HeaderField view() const {
        const std::string_view all = text_;
        return {all.substr(0, nameSize_), all.substr(nameSize_ + 1)};
    }

  private:
    std::string text_;
    std::size_t nameSize_;
};

class SetWriter {
  public:
    SetWriter(unsigned instance, const DkimSigner& signer, const ArcSealSettings& settings, TimePoint now)
        : instance_(std::to_string(instance)), signer_(signer), settings_(settings), now_(now) {}

    AddedField results(std::string_view value) const {
        return {kResults, "i=" + instance_ + "; " + std::string(value)};
    }

    Expected<AddedField> messageSignature(CanonicalMail& mail) const {
        const DkimSignSettings& settings = settings_.signature;
        const auto names = namesToSign(mail, settings);
        if (!names) return tl::unexpected(names.error());
        std::string hash;
        appendBase64(hash, mail.bodyHash(settings.bodyForm).digest);
        DkimWriter writer("ARC-Message-Signature");
        begin(writer);
        writer.add("bh", hash);
        writer.add("c", std::string(toString(settings.headerForm)) + '/' + toString(settings.bodyForm));
        writer.add("d", signer_.domain);
        writer.addNames("h", *names);
        end(writer);
        if (settings.lifetime) writer.add("x", secondsText(now_ + *settings.lifetime));
        return signedField(writer, mail, *names, settings, *signer_.key);
    }

    // `sets` has all that is sealed but the seal itself.
    AddedField seal(Sha256 sets, ArcResult chain) const {
        DkimWriter writer("ARC-Seal");
        begin(writer);
        writer.add("cv", toString(chain));
        writer.add("d", signer_.domain);
        end(writer);
        std::string own;
        appendCanonicalField(own, writer.field(), kForm);
        sets.add(own);
        return writer.finish(signer_.key->sign(sets.bytes()), settings_.signature.signatureColumns);
    }

  private:
    void begin(DkimWriter& writer) const {
        if (!settings_.sortedTags) writer.add("i", instance_);
        writer.add("a", toString(signer_.key->algorithm()));
        writer.addSignature();
    }
    void end(DkimWriter& writer) const {
        if (settings_.sortedTags) writer.add("i", instance_);
        writer.add("s", signer_.selector);
        writer.add("t", secondsText(now_));
    }

    const std::string instance_;
    const DkimSigner& signer_;
    const ArcSealSettings& settings_;
    const TimePoint now_;
};

ArcSeal notSealed(std::string why) {
    return {{}, std::move(why)};
}

void addField(Sha256& sha, const HeaderField& field) {
    std::string text;
    appendCanonicalField(text, field, kForm);
    sha.add(text += "\r\n");
}

// RFC 8617, section 4.1.2.
void checkSettings(const DkimSignSettings& settings) {
    for (const auto* list : {&settings.headers, &settings.oversigned}) {
        for (const std::string& name : *list) {
            const std::string lower = lowered(name);
            if (lower == "authentication-results" || lower.starts_with("arc-"))
                throw Error(ErrorCode::kInvalid, "an ARC-Message-Signature must not sign " + name);
        }
    }
}

}  // namespace

ArcSealSettings usualArcSettings() {
    ArcSealSettings settings;
    settings.signature = usualDkimSettings();
    settings.signature.headers.push_back("DKIM-Signature");
    settings.signature.oversigned.clear();
    return settings;
}

ArcSeal sealArc(CanonicalMail& mail, const ArcOutcome& verified, const DkimSigner& signer,
                std::string_view results, const ArcSealSettings& settings, TimePoint now) {
    checkSigner(signer);
    checkSettings(settings.signature);
    if (verified.ended) return notSealed("the chain has ended: its newest seal says cv=fail");
    if (verified.temporary) return notSealed("the chain could not be checked: " + verified.detail);
    if (verified.instances >= kLastArcInstance) return notSealed("the chain has 50 sets");
    std::vector<ArcSet> sets;  // under the seal, before the new one
    if (verified.result == ArcResult::kPass) {
        sets = collectArcSets(mail).sets;
        if (sets.size() != verified.instances)
            return notSealed("the chain was changed since it was verified");
    }
    const SetWriter writer(verified.instances + 1, signer, settings, now);
    const AddedField ownResults = writer.results(results);
    const auto message = writer.messageSignature(mail);
    if (!message) return notSealed(message.error().text());

    Sha256 sealed;
    for (const ArcSet& set : sets) {
        for (const std::size_t position : {set.results, set.message, set.seal})
            addField(sealed, mail.fields()[position]);
    }
    addField(sealed, OwnField(ownResults).view());
    addField(sealed, OwnField(*message).view());
    return {{writer.seal(std::move(sealed), verified.result), *message, ownResults}, ""};
}

}  // namespace weir
