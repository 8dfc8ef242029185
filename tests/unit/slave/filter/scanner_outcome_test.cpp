// What becomes of a mail when a scanner gives no answer: each kind of scanner, each way to fail, each choice.
#include <catch2/catch.hpp>
#include <future>
#include <nlohmann/json.hpp>

#include "tests/support/filter_node.h"
#include "tests/unit/slave/scan/scanner_peers.h"

using namespace weir;
using test::ScannerPeer;
using test::ScriptedPeer;

namespace {

struct Node : test::FilterNode {
    MailAnswer judge(const Json& document, const std::string& content) {
        REQUIRE(policy.apply(document, ++revision));
        return FilterNode::judge(content);
    }
    // Queues of what is held since the last look.
    std::vector<std::string> held() {
        std::vector<std::string> queues;
        for (const Item& item : quarantine.list({}, 1000))
            if (seen.insert(item.id.value).second) queues.push_back(item.queue);
        return queues;
    }

    Revision revision = 0;
    std::set<std::string> seen;  // items
};

// A scanner that fails in one way for as long as this lives.
struct FailingScanner {
    using Script = std::function<void(ScannerPeer&, int socket)>;
    FailingScanner(ScannerKind kind, Script script)
        : peer([=, this](int socket) {
              const auto each = test::makePeer(kind);
              each->over = ended;
              script(*each, socket);
          }) {}
    ~FailingScanner() { over.set_value(); }

    std::promise<void> over;
    const std::shared_future<void> ended = over.get_future().share();
    ScriptedPeer peer;
};

const std::map<std::string, FailingScanner::Script> kWaysToFail = {
    {"closes at once", [](ScannerPeer&, int) {}},
    {"is silent", [](ScannerPeer& peer, int) { peer.hold(); }},
    {"says that it cannot",
     [](ScannerPeer& peer, int socket) {
         peer.greet(socket);
         peer.readMail(socket);
         ScriptedPeer::write(socket, peer.error());
     }},
    {"answers nonsense",
     [](ScannerPeer& peer, int socket) {
         peer.greet(socket);
         peer.readMail(socket);
         ScriptedPeer::write(socket, peer.nonsense());
         peer.hold();
     }},
    {"is not asked for so large a mail", [](ScannerPeer& peer, int socket) { peer.serve(socket); }},
};

struct Scanner {
    const char* section;
    Json condition;  // of a rule that needs it
};
const std::map<ScannerKind, Scanner> kScanners = {
    {ScannerKind::kClamd, {"antivirus", {{"virus.found", {{"is", true}}}}}},
    {ScannerKind::kIcap, {"icap", {{"virus.found", {{"is", true}}}}}},
    {ScannerKind::kRspamd, {"rspamd", {{"rspamd.score", {{"greater", 5}}}}}},
    {ScannerKind::kSpamd, {"spamd", {{"spamd.score", {{"greater", 5}}}}}},
};

Json policyOf(const Scanner& scanner, const std::string& address, const std::string& onFailure,
              int timeoutMillis) {
    const auto rule = [](const char* id, const Json& when) {
        return Json{{"id", id}, {"name", id}, {"when", when}, {"then", {{{"reject", {{"text", id}}}}}}};
    };
    return {{"rules", {rule("found", scanner.condition), rule("scored", {{"score", {{"greater", 4}}}})}},
            {"sections",
             {{scanner.section,
               {{"enabled", true},
                {"address", address},
                {"timeout_ms", timeoutMillis},
                {"max_size", 2048},
                {"on_failure", onFailure},
                {"failure_score", 4.5}}}}}};
}

void check(Node& node, const std::string& choice, const MailAnswer& answer) {
    CAPTURE(choice, toString(answer.kind), answer.text);
    const auto held = node.held();
    if (choice == "tempfail") {
        CHECK(answer.kind == VerdictKind::kTempfail);
    } else if (choice == "skip") {
        CHECK(answer.kind == VerdictKind::kDeliver);
    } else if (choice == "quarantine") {
        CHECK(answer.kind == VerdictKind::kDiscard);
    } else {
        CHECK(answer.kind == VerdictKind::kReject);
        CHECK_THAT(answer.text, Catch::Contains("scored"));
    }
    CHECK(held ==
          (choice == "quarantine" ? std::vector<std::string>{"unscanned"} : std::vector<std::string>{}));
}

}  // namespace

TEST_CASE("a scanner that gives no answer does to the mail what its section says") {
    Node node;
    const std::string small = "Subject: x\r\n\r\nbody\r\n", large = small + std::string(4096, 'x');
    for (const auto& [kind, scanner] : kScanners) {
        for (const auto& [way, script] : kWaysToFail) {
            FailingScanner failing(kind, script);
            for (const char* choice : {"tempfail", "skip", "quarantine", "score"}) {
                CAPTURE(scanner.section, way);
                const bool tooLarge = way.find("large") != std::string::npos;
                check(node, choice,
                      node.judge(policyOf(scanner, failing.peer.address(), choice, 150),
                                 tooLarge ? large : small));
            }
        }
    }
}

TEST_CASE("what a scanner finds is refused by its rule, and what it does not find is delivered") {
    Node node;
    for (const auto& [kind, scanner] : kScanners) {
        CAPTURE(scanner.section);
        FailingScanner honest(kind, [](ScannerPeer& peer, int socket) { peer.serve(socket); });
        const Json document = policyOf(scanner, honest.peer.address(), "tempfail", 20'000);
        const MailAnswer found = node.judge(document, "Subject: x\r\n\r\nVIRUS\r\n");
        CHECK(found.kind == VerdictKind::kReject);
        CHECK_THAT(found.text, Catch::Contains("found"));
        const std::string clean = "Subject: x\r\n\r\nbody\r\n";
        CHECK(node.judge(document, clean).kind == VerdictKind::kDeliver);
        // Without the section the node lets go of its connection, for whose end the scanner waits.
        CHECK(node.judge({{"rules", Json::array()}}, clean).kind == VerdictKind::kDeliver);
    }
}
