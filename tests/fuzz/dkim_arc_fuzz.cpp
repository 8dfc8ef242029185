// Any bytes as a signed mail, as a key record and as results of others: read within the limits, and what is
// written of it can be read again.
#include "common/mail/header_block.h"
#include "slave/auth/arc_seal.h"
#include "slave/auth/auth_results.h"
#include "slave/auth/auth_results_owner.h"
#include "slave/auth/auth_results_parser.h"
#include "slave/auth/dkim_sign.h"
#include "slave/auth/dkim_verify.h"
#include "tests/fuzz/fuzz_target.h"

using namespace weir;
using weir::test::mustHold;

namespace {

const SigningKey& key() {
    static const SigningKey key = SigningKey::fromPem(makeSigningKey(DkimKey::Type::kEd25519).pem);
    return key;
}

// Of the seeds in tests/fuzz/signed.
constexpr const char* kRsaRecord =
    "v=DKIM1; k=rsa; p=MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA0M8h6/nFVbs8qhc7hIk9JdxeLB9Z5+"
    "x8WjhwR09sAOpp3uFii/tTEJtJwEpryhEO3LXLjJ+wX2CYw6lpt++b+QPTDYwfZg/cwg/+F/khM7BWkDBdrT+aw1nSHX"
    "p3fPc39uXKx2wxxvRAyUgMdddrMVUD7lTkLMBuTno8Q5O0atEHFDvndqHJluwSWOJDoDxCXFxwL8ZY3QiGwRaYQ50ElT"
    "ljyUBnO8mHgRCU5OyIPb1QUME0kKp2GZybpk+5lFQ2UByMDGL8g6xfOj1bPrCAcF/isuVoHS3wVw3KEwbu1IQkEro88x"
    "13vc7HhqOjJAY0GICxrp6MF6tKAdPY06okOQIDAQAB";
constexpr const char* kEd25519Record = "v=DKIM1; k=ed25519; p=yFNDJhiXAkXY7dsTotgMSVbueDHM2iL1S91uCaM5blM=";

// Answers with the keys of the seeds, with ours, and with records that are part of the input.
class Answers : public DnsSource {
  public:
    explicit Answers(std::string_view input) : input_(input) {}
    DnsAnswer lookup(const std::string& name, DnsType) override {
        DnsAnswer answer;
        answer.state = DnsAnswer::State::kFound;
        if (name.starts_with("own.")) {
            answer.records = {key().publicRecord()};
        } else if (name.starts_with("rsa.")) {
            answer.records = {kRsaRecord};
        } else if (name.starts_with("ed.")) {
            answer.records = {kEd25519Record};
        } else if (name.starts_with("silent.")) {
            answer.state = DnsAnswer::State::kTempError;
        } else {
            answer.records = {std::string(input_), std::string(input_.substr(input_.size() / 2)), kRsaRecord};
        }
        return answer;
    }

  private:
    std::string_view input_;
};

void mustBeFolded(const std::string& value) {
    for (std::size_t i = 0; i < value.size(); ++i) {
        const auto byte = static_cast<unsigned char>(value[i]);
        if (value[i] == '\n') {
            mustHold(i + 1 < value.size() && value[i + 1] == ' ', "a folded line begins with a space");
        } else {
            mustHold(byte >= ' ' && byte < 0x7F, "a written field has printable bytes alone");
        }
    }
}

void readResults(std::string_view text) {
    static_cast<void>(mayBearId(text, {"mx1.example.org"}));
    static_cast<void>(parseArcResultsStart(text));
    const auto all = parseAuthResults(text);
    if (!all) {
        mustHold(!all.error().text().empty(), "a problem has words");
        return;
    }
    mustHold(all->results.size() <= AuthResultsLimits().results, "results within their limit");
    std::vector<AuthResult> results = all->results;
    const std::string written = authenticationResults(all->authservId, results);
    mustBeFolded(written);
    AuthResultsLimits wide;
    wide.bytes = written.size();
    const auto again = parseAuthResults(written, wide);
    mustHold(again && again->results.size() == results.size(), "results that were written can be read");
    mustHold(authenticationResults(again->authservId, again->results) == written, "and written the same");
}

void verify(CanonicalMail& mail, DkimKeys& keys) {
    const DkimLimits limits;
    const DkimOutcome dkim = verifyDkim(mail, keys, now(), limits);
    mustHold(dkim.signatures.size() <= limits.signatures, "signatures within their limit");
    for (const DkimSignatureResult& one : dkim.signatures)
        mustHold(one.passed() == one.detail.empty(), "what does not pass has a reason");
    mustBeFolded(authenticationResults("mx1.example.org", authResultsOf(dkim)));
}

void seal(CanonicalMail& mail, DkimKeys& keys) {
    const ArcOutcome chain = verifyArc(mail, keys, now());
    mustHold(chain.instances <= kLastArcInstance, "instances within their limit");
    mustHold((chain.result == ArcResult::kFail) == !chain.detail.empty(), "a chain that fails has a reason");
    std::vector<AuthResult> results = authResultsOf(DkimOutcome());
    results.push_back(authResultOf(chain));
    const DkimSigner signer{&key(), "example.org", "own", ""};
    const ArcSeal made = sealArc(mail, chain, signer, authenticationResults("mx1.example.org", results),
                                 usualArcSettings(), now());
    mustHold(made.fields.empty() == !made.notSealed.empty(), "what is not sealed has a reason");
    if (made.fields.empty()) return;
    std::string text;
    for (const AddedField& field : made.fields) {
        mustBeFolded(field.value);
        text += field.name + ": " + field.value + "\n";
    }
    std::vector<HeaderField> fields = readHeaderBlock(text).fields;
    fields.insert(fields.end(), mail.fields().begin(), mail.fields().end());
    // Same body, so a seal over a chain that passed, or over none, passes too.
    if (chain.result == ArcResult::kFail || fields.size() > 1000) return;
    CanonicalMail sealed(fields, mail.body());
    const ArcOutcome again = verifyArc(sealed, keys, now());
    mustHold(again.result == ArcResult::kPass, "what we sealed passes");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto text = test::inputOf(data, size);
    readResults(text);
    static_cast<void>(DkimKey::parse(text));
    static_cast<void>(readSignature(text, SignatureKind::kDkim));
    const HeaderBlock block = readHeaderBlock(text);
    CanonicalMail mail(block.fields, text.substr(block.bodyStart));
    Answers answers(text);
    DkimKeys keys(answers);
    for (const std::size_t position : mail.named("authentication-results"))
        readResults(block.fields[position].value);
    verify(mail, keys);
    seal(mail, keys);
    DkimSignSettings simple = usualDkimSettings();
    simple.headerForm = simple.bodyForm = Canonicalization::kSimple;
    static_cast<void>(signDkim(mail, {{&key(), "example.org", "own", ""}}, simple, now()));
    return 0;
}
