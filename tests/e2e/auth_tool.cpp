// Signs and verifies one mail with key and zone files, without a network: our side of
// tests/e2e/dkim_round_trip_test.py.
//
//   auth_tool COMMAND [--OPTION VALUE]... [MAIL_FILE]...
//     make-key     --type rsa|ed25519 --key NEW_FILE            prints the TXT record
//     sign         --key --domain --selector [--header FORM] [--body FORM] [--identity I]
//     verify       --zone                                       prints a line for each signature
//     seal         --key --domain --selector --zone --id AUTHSERV_ID
//     verify-arc   --zone
//     body-hashes                                               prints file, number and hash for each
//     signature
//
// A zone file has a line for each record: NAME TEXT. Signed and sealed mail goes to standard output.
#include <cstdio>
#include <fstream>
#include <iostream>
#include <map>

#include "common/base/clock.h"
#include "common/base/digest.h"
#include "common/base/durable_file.h"
#include "common/mail/message.h"
#include "slave/auth/arc_seal.h"
#include "slave/auth/auth_results_parser.h"
#include "slave/auth/dkim_sign.h"
#include "slave/auth/dkim_verify.h"
#include "tests/support/zone.h"

using namespace weir;

namespace {

std::map<std::string, std::string> options;
std::vector<std::string> files;

const std::string& option(const std::string& name) {
    const auto found = options.find(name);
    if (found == options.end()) throw Error(ErrorCode::kInvalid, "--" + name + " is missing");
    return found->second;
}

Canonicalization form(const std::string& name) {
    const bool simple = options.contains(name) && options[name] == "simple";
    return simple ? Canonicalization::kSimple : Canonicalization::kRelaxed;
}

test::Zone zone() {
    test::Zone zone;
    std::ifstream in(option("zone"));
    for (std::string name, text; in >> name && std::getline(in >> std::ws, text);)
        zone.txt[name].push_back(text);
    return zone;
}

// As a mail server puts them on top, in the line ends of the mail.
void print(const std::vector<AddedField>& fields, const std::string& mail) {
    const char* const end = mail.find("\r\n") == std::string::npos ? "\n" : "\r\n";
    for (const AddedField& field : fields) {
        std::cout << field.name << ": ";
        for (const char c : field.value) c == '\n' ? std::cout << end : std::cout << c;
        std::cout << end;
    }
    std::cout << mail;
}

void makeKey() {
    const bool rsa = option("type") == "rsa";
    const NewSigningKey made = makeSigningKey(rsa ? DkimKey::Type::kRsa : DkimKey::Type::kEd25519);
    writeFileDurably(option("key"), made.pem, 0600);
    std::cout << made.record << '\n';
}

DkimSigner signer(const SigningKey& key) {
    return {&key, option("domain"), option("selector"), options["identity"]};
}

void sign(const std::string& bytes, CanonicalMail& mail) {
    const SigningKey key = SigningKey::fromFile(option("key"));
    DkimSignSettings settings = usualDkimSettings();
    settings.headerForm = form("header");
    settings.bodyForm = form("body");
    const auto fields = signDkim(mail, {signer(key)}, settings, now());
    if (!fields) throw Error(ErrorCode::kInvalid, fields.error().text());
    print(*fields, bytes);
}

void verify(CanonicalMail& mail) {
    test::Zone records = zone();
    DkimKeys keys(records);
    for (const DkimSignatureResult& one : verifyDkim(mail, keys, now()).signatures)
        std::cout << toString(one.result) << ' ' << one.domain << ' ' << one.selector << ' ' << one.algorithm
                  << ' ' << one.detail << '\n';
}

ArcOutcome chainOf(CanonicalMail& mail) {
    test::Zone records = zone();
    DkimKeys keys(records);
    return verifyArc(mail, keys, now());
}

void seal(const std::string& bytes, CanonicalMail& mail) {
    const SigningKey key = SigningKey::fromFile(option("key"));
    const ArcSeal made = sealArc(mail, chainOf(mail), signer(key),
                                 mergedAuthResults(mail.fields(), option("id")), usualArcSettings(), now());
    if (made.fields.empty()) throw Error(ErrorCode::kInvalid, made.notSealed);
    print(made.fields, bytes);
}

void bodyHashes(const std::string& file, CanonicalMail& mail) {
    int number = 0;
    for (const std::size_t position : mail.named("dkim-signature")) {
        const DkimSignature read = readSignature(mail.fields()[position].value, SignatureKind::kDkim);
        ++number;
        if (read.defect != DkimSignature::Defect::kNone) continue;
        std::cout << file << '\t' << number << '\t' << toHex(mail.bodyHash(read.bodyForm, read.length).digest)
                  << '\n';
    }
}

void run(const std::string& command) {
    if (command == "make-key") return makeKey();
    for (const std::string& file : files) {
        const std::string bytes = readFile(file);
        const Message message(bytes);
        CanonicalMail mail(message.headers(), message.body());
        if (command == "sign") {
            sign(bytes, mail);
        } else if (command == "verify") {
            verify(mail);
        } else if (command == "seal") {
            seal(bytes, mail);
        } else if (command == "verify-arc") {
            const ArcOutcome chain = chainOf(mail);
            std::cout << toString(chain.result) << ' ' << chain.instances << ' ' << chain.detail << '\n';
        } else if (command == "body-hashes") {
            bodyHashes(file, mail);
        } else {
            throw Error(ErrorCode::kInvalid, "no such command: " + command);
        }
    }
}

}  // namespace

int main(int argc, char** argv) {
    for (int i = 2; i < argc; ++i) {
        const std::string word = argv[i];
        if (word.starts_with("--") && i + 1 < argc) {
            options[word.substr(2)] = argv[++i];
        } else {
            files.push_back(word);
        }
    }
    try {
        run(argc > 1 ? argv[1] : "");
    } catch (const std::exception& e) {
        std::fprintf(stderr, "auth_tool: %s\n", e.what());
        return 1;
    }
    return 0;
}
