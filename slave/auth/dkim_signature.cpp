#include "slave/auth/dkim_signature.h"

#include <algorithm>

#include "common/mail/ascii.h"

namespace weir {
namespace {

constexpr std::size_t kTimeDigits = 12, kLengthDigits = 76;
constexpr std::uint64_t kLastInstance = 50;
constexpr std::size_t kSha256Bytes = 32;

// =XX and plain characters (RFC 6376, section 2.11). nullopt: anything else.
std::optional<std::string> decodedQuotedPrintable(std::string_view text) {
    std::string result;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '=') {
            result += text[i];
            continue;
        }
        const int high = i + 1 < text.size() ? hexValue(text[i + 1]) : -1;
        const int low = i + 2 < text.size() ? hexValue(text[i + 2]) : -1;
        if (high < 0 || low < 0) return std::nullopt;
        result += static_cast<char>(high * 16 + low);
        i += 2;
    }
    return result;
}

bool isSameOrBelow(std::string_view domain, std::string_view parent) {
    if (domain.size() == parent.size()) return domain == parent;
    return domain.size() > parent.size() && domain.ends_with(parent) &&
           domain[domain.size() - parent.size() - 1] == '.';
}

DkimAlgorithm algorithmFromText(std::string_view text) {
    for (const auto algorithm :
         {DkimAlgorithm::kRsaSha256, DkimAlgorithm::kEd25519Sha256, DkimAlgorithm::kRsaSha1}) {
        if (text == toString(algorithm)) return algorithm;
    }
    return DkimAlgorithm::kUnknown;
}

std::optional<Canonicalization> formFromText(std::string_view text) {
    if (equalIgnoringCase(text, "simple")) return Canonicalization::kSimple;
    if (equalIgnoringCase(text, "relaxed")) return Canonicalization::kRelaxed;
    return std::nullopt;
}

// Reads tag after tag into the signature; the first defect stays.
class SignatureReader {
  public:
    SignatureReader(const TagList& list, SignatureKind kind, const DkimSignatureLimits& limits,
                    DkimSignature& signature)
        : list_(list), kind_(kind), limits_(limits), to_(signature) {}

    void read() {
        readKey();
        readSignatureBytes();
        readTimes();
        if (kind_ == SignatureKind::kDkim) {
            readVersionAndQuery();
            readIdentity();
        } else {
            readInstance();
        }
        if (kind_ == SignatureKind::kArcSeal) {
            readSeal();
        } else {
            readForms();
            readBody();
            readNames();
        }
    }

  private:
    void syntax(const char* what) { defect(DkimSignature::Defect::kSyntax, what); }
    void unusable(const char* what) { defect(DkimSignature::Defect::kUnusable, what); }
    void defect(DkimSignature::Defect kind, const char* what) {
        if (to_.defect != DkimSignature::Defect::kNone) return;
        to_.defect = kind;
        to_.detail = what;
    }

    std::string_view required(std::string_view name, const char* missing) {
        const auto value = list_.value(name);
        if (!value) syntax(missing);
        return value.value_or("");
    }

    void readKey() {
        const std::string domain = lowered(required("d", "d= is missing"));
        const std::string selector = lowered(required("s", "s= is missing"));
        if (!isTagDomain(domain)) syntax("d= is no domain name");
        if (!isTagDomain(selector)) syntax("s= is no selector");
        if (isTagDomain(domain) && isTagDomain(selector)) {
            to_.domain = domain;
            to_.selector = selector;
        }
        const std::string_view algorithm = required("a", "a= is missing");
        if (algorithm.size() > 64) return syntax("a= is too long");
        to_.algorithmName = lowered(algorithm);
        to_.algorithm = algorithmFromText(to_.algorithmName);
        if (to_.algorithm == DkimAlgorithm::kUnknown) unusable("an algorithm that is not known");
    }

    void readSignatureBytes() {
        const Tag* tag = list_.find("b");
        if (!tag) return syntax("b= is missing");
        to_.signatureBegin = tag->begin;
        to_.signatureEnd = tag->end;
        to_.signatureText = withoutSpace(tag->value);
        const auto bytes = decodedBase64(tag->value);
        if (!bytes || bytes->empty()) return syntax("b= is not base64");
        to_.signature = *bytes;
    }

    std::optional<std::uint64_t> number(std::string_view name, std::size_t digits, const char* wrong) {
        const auto value = list_.value(name);
        if (!value) return std::nullopt;
        const auto result = decimalNumber(*value, digits);
        if (!result) syntax(wrong);
        return result;
    }

    void readTimes() {
        to_.timestamp = number("t", kTimeDigits, "t= is no time");
        to_.expiration = number("x", kTimeDigits, "x= is no time");
        if (to_.timestamp && to_.expiration && *to_.expiration <= *to_.timestamp)
            syntax("x= is not after t=");
    }

    void readVersionAndQuery() {
        if (required("v", "v= is missing") != "1") unusable("a version that is not 1");
        const auto query = list_.value("q");
        if (!query) return;
        const auto methods = colonList(*query);
        if (std::none_of(methods.begin(), methods.end(),
                         [](std::string_view method) { return equalIgnoringCase(method, "dns/txt"); }))
            unusable("no way to look the key up but dns/txt is known");
    }

    void readIdentity() {
        to_.identity = "@" + to_.domain;
        const auto value = list_.value("i");
        if (!value) return;
        const auto text = decodedQuotedPrintable(withoutSpace(*value));
        const std::size_t at = text ? text->rfind('@') : std::string::npos;
        if (at == std::string::npos) return syntax("i= is no identity");
        to_.identity = *text;
        if (!isSameOrBelow(lowered(std::string_view(*text).substr(at + 1)), to_.domain))
            unusable("i= is not within d=");
    }

    void readInstance() {
        const auto value = decimalNumber(required("i", "i= is missing"), 2);
        if (!value || *value == 0 || *value > kLastInstance) return syntax("i= is not 1 to 50");
        to_.instance = static_cast<unsigned>(*value);
    }

    void readSeal() {
        to_.chain = lowered(required("cv", "cv= is missing"));
        if (to_.chain != "none" && to_.chain != "pass" && to_.chain != "fail")
            syntax("cv= is neither none, pass nor fail");
        if (list_.find("h")) unusable("h= in a seal");
        // A seal has no term: its t= is for people.
        to_.timestamp.reset();
        to_.expiration.reset();
    }

    void readForms() {
        const auto value = list_.value("c");
        if (!value) return;
        const std::size_t slash = value->find('/');
        const auto header = formFromText(value->substr(0, slash));
        const auto body = slash == std::string_view::npos ? Canonicalization::kSimple
                                                          : formFromText(value->substr(slash + 1));
        if (!header || !body) return unusable("a canonicalization that is not known");
        to_.formsGiven = true;
        to_.headerForm = *header;
        to_.bodyForm = *body;
    }

    void readBody() {
        const auto hash = decodedBase64(required("bh", "bh= is missing"));
        if (!hash || hash->empty()) return syntax("bh= is not base64");
        to_.bodyHash = *hash;
        if (hash->size() != kSha256Bytes && to_.algorithm != DkimAlgorithm::kRsaSha1)
            syntax("bh= is not of the length that a= has");
        to_.length = number("l", kLengthDigits, "l= is no length");
    }

    void readNames() {
        for (const std::string_view name : colonList(required("h", "h= is missing"))) {
            if (name.empty()) continue;
            if (to_.names.size() >= limits_.signedNames) return unusable("too many names in h=");
            to_.names.push_back(lowered(name));
        }
        const auto has = [this](std::string_view name) {
            return std::find(to_.names.begin(), to_.names.end(), name) != to_.names.end();
        };
        if (kind_ == SignatureKind::kDkim && !has("from")) unusable("From is not signed");
        if (kind_ == SignatureKind::kArcMessage && has("arc-seal")) unusable("ARC-Seal is signed");
    }

    const TagList& list_;
    const SignatureKind kind_;
    const DkimSignatureLimits& limits_;
    DkimSignature& to_;
};

}  // namespace

const char* toString(DkimAlgorithm algorithm) {
    switch (algorithm) {
        case DkimAlgorithm::kRsaSha256:
            return "rsa-sha256";
        case DkimAlgorithm::kEd25519Sha256:
            return "ed25519-sha256";
        case DkimAlgorithm::kRsaSha1:
            return "rsa-sha1";
        case DkimAlgorithm::kUnknown:
            break;
    }
    return "unknown";
}

DkimSignature readSignature(std::string_view value, SignatureKind kind, const DkimSignatureLimits& limits) {
    DkimSignature signature;
    const auto list = TagList::parse(value, limits.list);
    if (!list) {
        signature.defect = DkimSignature::Defect::kSyntax;
        signature.detail = list.error().text();
    } else {
        SignatureReader(*list, kind, limits, signature).read();
    }
    return signature;
}

}  // namespace weir
