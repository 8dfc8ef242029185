#include "slave/quarantine/releaser.h"

#include "common/base/control.h"
#include "common/base/digest.h"
#include "common/base/error.h"
#include "common/base/log.h"
#include "slave/quarantine/release_token.h"

namespace weir {
namespace {

std::string sha256Of(std::istream& bytes) {
    Sha256 sha;
    std::string block(64u << 10, '\0');
    while (bytes.read(block.data(), static_cast<std::streamsize>(block.size())), bytes.gcount() > 0)
        sha.add(std::string_view(block).substr(0, static_cast<std::size_t>(bytes.gcount())));
    return sha.hex();
}

std::string listed(const std::vector<std::string>& recipients) {
    std::string text;
    for (const std::string& recipient : recipients) {
        if (text.size() > 1000) return text + " …";
        text += (text.empty() ? "" : ", ") + recipient;
    }
    return text;
}

}  // namespace

ItemEvent Releaser::release(const ItemId& id, const std::vector<std::string>& recipients,
                            const CommandId& command, const std::string& releaseKey) {
    const bool once = !controlOff("release-once");
    if (once)
        if (auto done = store_.answered(id, command)) return *std::move(done);
    if (releaseKey.empty())
        throw Error(ErrorCode::kUnavailable, "no release key yet: this node has not heard from the master");
    const auto item = store_.find(id);
    if (!item) throw Error(ErrorCode::kNotFound, "no item " + id.value + " on this node");
    const std::vector<std::string>& to = recipients.empty() ? item->envelope.recipients : recipients;
    if (once) store_.beginRelease(id, command, recipients.empty() ? "" : "to " + listed(recipients));

    ReinjectResult result;
    try {
        result = send(*item, to, releaseKey);
    } catch (const Error& error) {
        result.text = error.what();
    }
    if (!once) store_.beginRelease(id, command, "");
    const bool sent = result.outcome == ReinjectResult::Outcome::kSent;
    logInfo("quarantine.release", {{"item", id.value}, {"sent", sent}, {"result", result.text}});
    return store_.endRelease(id, sent, sent ? "sent to " + listed(to) + ": " + result.text : result.text);
}

// Throws Error only before anything was sent.
ReinjectResult Releaser::send(const Item& item, const std::vector<std::string>& to,
                              const std::string& releaseKey) {
    const auto bytes = store_.open(item.id);
    if (sha256Of(*bytes) != item.sha256)
        throw Error(ErrorCode::kIo,
                    "the stored bytes are damaged: their SHA-256 is not that of the mail received");
    bytes->clear();
    bytes->seekg(0);
    const std::string digest = releaseBodyDigestOf(*bytes);
    const std::string head = std::string(kReleaseHeader) + ": " +
                             makeReleaseToken(item.id, digest, now() + kReleaseTokenLife, releaseKey) +
                             "\r\n";
    return reinjector_.send(item.envelope.sender, to, head, *bytes);
}

}  // namespace weir
