#include "slave/scan/icap.h"

#include <catch2/catch.hpp>

#include "common/base/guarded.h"
#include "slave/scan/icap_answer.h"
#include "slave/scan/rspamd.h"
#include "slave/scan/scanner_pool.h"
#include "tests/unit/slave/scan/scanner_peers.h"

using namespace weir;
using test::ScriptedPeer;
using State = ScanOutcome::State;

namespace {

const Envelope kNobody;
const std::string kOptions =
    "ICAP/1.0 200 OK\r\nMethods: RESPMOD, REQMOD\r\nISTag: \"T1\"\r\nPreview: 4\r\nEncapsulated: "
    "null-body=0\r\n\r\n";

const std::string kFoundInHead = "ICAP/1.0 204 Unmodified\r\nX-Virus-ID: V\r\n\r\n";

HttpHead headOf(const std::string& fields) {
    auto head = parseHttpHead("ICAP/1.0 200 OK\r\n" + fields);
    REQUIRE(head);
    return *head;
}

std::vector<std::string> threats(const std::string& fields) {
    return icapThreats(headOf(fields));
}

// An answer with status 200 that encapsulates a response with this body.
std::string answer200(const std::string& body, const std::string& status = "200 OK",
                      const std::string& fields = "") {
    const std::string head = "HTTP/1.1 " + status + "\r\nContent-Type: message/rfc822\r\n\r\n";
    char size[32];
    std::snprintf(size, sizeof size, "%zx", body.size());
    return "ICAP/1.0 200 OK\r\nISTag: \"T1\"\r\n" + fields +
           "Encapsulated: res-hdr=0, res-body=" + std::to_string(head.size()) + "\r\n\r\n" + head +
           (body.empty() ? "" : std::string(size) + "\r\n" + body + "\r\n") + "0\r\n\r\n";
}

struct IcapCase {
    // What the server says to OPTIONS, and to every mail once it has the whole of it or, with `early`, the
    // preview.
    IcapCase(std::string toOptions, std::string toMail, bool early = false)
        : peer([=, this](int socket) {
              ++connections;
              while (true) {
                  std::string head = test::readThrough(socket, "\r\n\r\n");
                  if (head.empty()) return;
                  if (head.starts_with("OPTIONS")) {
                      heads_.lock()->push_back(head);
                      ScriptedPeer::write(socket, toOptions);
                      if (toOptions.find("Connection: close") != std::string::npos) return;
                      continue;
                  }
                  const bool previews = head.find("Preview:") != std::string::npos;
                  const int inside = head.starts_with("RESPMOD") ? 2 : 1;
                  for (int i = 0; i < inside; ++i) head += test::readThrough(socket, "\r\n\r\n");
                  heads_.lock()->push_back(head);
                  std::string body = test::readThrough(socket, "\r\n\r\n");
                  if (!early && previews && body.find("0; ieof") == std::string::npos) {
                      ScriptedPeer::write(socket, "ICAP/1.0 100 Continue\r\n\r\n");
                      body += test::readThrough(socket, "\r\n\r\n");
                  }
                  bodies_.lock()->push_back(body);
                  ScriptedPeer::write(socket, toMail);
              }
          }),
          settings(test::settingsFor(ScannerKind::kIcap, peer.address())) {}

    ScanOutcome scan(const std::string& mail = "the mail") {
        if (!pool) pool = std::make_shared<const ScannerPool>(settings);
        return pool->start({mail, kNobody}).wait();
    }

    std::vector<std::string> heads() { return *heads_.lock(); }
    std::vector<std::string> bodies() { return *bodies_.lock(); }

    std::atomic<int> connections = 0;
    Guarded<std::vector<std::string>> heads_;
    Guarded<std::vector<std::string>> bodies_;
    ScriptedPeer peer;
    ScannerSettings settings;
    std::shared_ptr<const ScannerPool> pool;
};

}  // namespace

TEST_CASE("an ICAP server's options are read, and bounded") {
    const auto options =
        parseIcapOptions(headOf("Methods: RESPMOD\r\nService: C-ICAP/0.5.10\r\nISTag: \"CI-1\"\r\nPreview: "
                                "1024\r\nOptions-TTL: 600\r\nAllow: 204\r\n"));
    REQUIRE(options);
    CHECK(options->respmod);
    CHECK_FALSE(options->reqmod);
    CHECK(options->service == "C-ICAP/0.5.10");
    CHECK(options->serviceTag == "\"CI-1\"");
    CHECK(options->preview == 1024u);
    CHECK(options->seconds == 600);
    const auto bounded = parseIcapOptions(
        headOf("Methods: reqmod\r\nPreview: 18446744073709551615\r\nOptions-TTL: 99999999\r\n"));
    REQUIRE(bounded);
    CHECK(bounded->preview == IcapLimits{}.preview);
    CHECK(bounded->seconds == IcapLimits{}.optionsSeconds);
    CHECK(parseIcapOptions(headOf("Methods: REQMOD\r\nOptions-TTL: 0\r\n"))->seconds ==
          IcapLimits{}.optionsAtLeast);
    CHECK_FALSE(parseIcapOptions(headOf("Methods: REQMOD\r\n"))->preview);
    CHECK_FALSE(parseIcapOptions(headOf("Preview: 4\r\n")));
    CHECK_FALSE(parseIcapOptions(headOf("Methods: FOO\r\n")));
    CHECK_FALSE(parseIcapOptions(headOf("Methods: REQMOD\r\nPreview: -1\r\n")));
    CHECK_FALSE(parseIcapOptions(headOf("Methods: REQMOD\r\nOptions-TTL: soon\r\n")));
}

TEST_CASE("names of viruses come from any of the three fields, each once") {
    using Names = std::vector<std::string>;
    CHECK(threats("X-Infection-Found: Type=0; Resolution=2; Threat=Eicar-Test;\r\n") == Names{"Eicar-Test"});
    CHECK(threats("X-Virus-ID: W32/Sober\r\n") == Names{"W32/Sober"});
    CHECK(threats("X-Violations-Found: "
                  "2\r\n\ta.zip\r\n\tFirst\r\n\t1\r\n\t0\r\n\tb.exe\r\n\tSecond\r\n\t2\r\n\t0\r\n") ==
          Names{"First", "Second"});
    CHECK(threats(
              "X-Infection-Found: Type=0; Threat=A;\r\nX-Violations-Found: 1\r\n\t-\r\n\tA\r\n\t0\r\n\t0\r\n"
              "X-Virus-ID: B\r\n") == Names{"A", "B"});
    CHECK(threats("Server: x\r\n").empty());
    CHECK(threats("X-Violations-Found: 0\r\n").empty());
    CHECK(threats("X-Virus-ID: no\r\n").empty());
}

TEST_CASE("a field that says found without a name is found all the same") {
    using Names = std::vector<std::string>;
    CHECK(threats("X-Infection-Found:\r\n") == Names{"unnamed"});
    CHECK(threats("X-Infection-Found: Type=0\r\n") == Names{"unnamed"});
    CHECK(threats("X-Violations-Found: 3\r\n") == Names{"unnamed"});
    CHECK(threats("X-Violations-Found: many\r\n") == Names{"unnamed"});
    CHECK(threats("X-Virus-ID:\r\n") == Names{"unnamed"});
}

TEST_CASE("the names an ICAP server can give are bounded") {
    std::string fields;
    for (int i = 0; i < 90; ++i) fields += "X-Virus-ID: N" + std::to_string(i) + "\r\n";
    CHECK(threats(fields).size() == IcapLimits{}.names);
    CHECK(threats("X-Virus-ID: " + std::string(5000, 'x') + "\r\n").at(0).size() == IcapLimits{}.nameBytes);
    CHECK(threats("X-Violations-Found: 999999999\r\n\ta\r\n\tB\r\n") == std::vector<std::string>{"unnamed"});
}

TEST_CASE("what an ICAP answer encapsulates is read from its field") {
    const auto inside = parseIcapInside(headOf("Encapsulated: req-hdr=0, res-hdr=10, res-body=20\r\n"));
    REQUIRE(inside);
    CHECK(inside->request);
    CHECK(inside->response);
    CHECK(inside->body);
    CHECK_FALSE(parseIcapInside(headOf("Encapsulated: res-hdr=0, null-body=20\r\n"))->body);
    for (const char* value :
         {"", "x", "res-hdr", "res-hdr=", "res-hdr=-1", "res-hdr=5, res-body=0", "res-body=0, res-hdr=5",
          "res-hdr=0, res-hdr=5", "res-body=0, res-body=5", "res-hdr=99999999999", "foo=0"}) {
        CAPTURE(value);
        CHECK_FALSE(parseIcapInside(headOf("Encapsulated: " + std::string(value) + "\r\n")));
    }
    CHECK_FALSE(parseIcapInside(headOf("Server: x\r\n")));
}

TEST_CASE("a mail goes to an ICAP service as the body of a response, preview first") {
    {
        IcapCase it(kOptions, "ICAP/1.0 204 Unmodified\r\n\r\n");
        CHECK(it.scan().state == State::kClean);
        REQUIRE(it.heads().size() == 2);
        CHECK_THAT(it.heads()[0], Catch::StartsWith("OPTIONS icap://" + hostHeader(it.settings.address) +
                                                    "/avscan ICAP/1.0"));
        CHECK_THAT(it.heads()[1], Catch::StartsWith("RESPMOD icap://"));
        CHECK_THAT(it.heads()[1],
                   Catch::Contains("\r\nAllow: 204\r\nPreview: 4\r\nEncapsulated: req-hdr=0, res-hdr="));
        CHECK_THAT(it.heads()[1], Catch::Contains("Content-Length: 8\r\n\r\n"));
        CHECK(it.bodies() == std::vector<std::string>{"4\r\nthe \r\n0\r\n\r\n4\r\nmail\r\n0\r\n\r\n"});
    }
    IcapCase small(kOptions, "ICAP/1.0 204 Unmodified\r\n\r\n");
    CHECK(small.scan("abc").state == State::kClean);
    CHECK(small.bodies() == std::vector<std::string>{"3\r\nabc\r\n0; ieof\r\n\r\n"});
}

TEST_CASE("a mail goes to an ICAP service as the body of a request where the settings say so") {
    IcapCase it(kOptions, "ICAP/1.0 204 Unmodified\r\n\r\n");
    it.settings.method = IcapMethod::kReqmod;
    CHECK(it.scan().state == State::kClean);
    CHECK_THAT(it.heads().at(1), Catch::StartsWith("REQMOD icap://"));
    CHECK_THAT(it.heads().at(1), Catch::Contains("Encapsulated: req-hdr=0, req-body="));
}

TEST_CASE("an ICAP server that wants no preview gets the whole mail at once") {
    IcapCase it("ICAP/1.0 200 OK\r\nMethods: RESPMOD\r\n\r\n", "ICAP/1.0 204 Unmodified\r\n\r\n");
    CHECK(it.scan().state == State::kClean);
    CHECK(it.bodies() == std::vector<std::string>{"8\r\nthe mail\r\n0\r\n\r\n"});
}

TEST_CASE("what an ICAP server makes of a mail") {
    struct Expected {
        std::string answer;
        State state;
        std::string name;
    };
    const std::string changed = "changed by the ICAP service";
    const std::vector<Expected> all = {
        {"ICAP/1.0 204 Unmodified\r\n\r\n", State::kClean, ""},
        {answer200("the mail"), State::kClean, ""},
        {answer200("the mall"), State::kFound, changed},
        {answer200("the mail "), State::kFound, changed},
        {answer200("the mai"), State::kFound, changed},
        {answer200(""), State::kFound, changed},
        {answer200("the mail", "403 Forbidden"), State::kFound, changed},
        {answer200(std::string(3u << 20, 'x')), State::kFound, changed},
        {answer200("page", "403 Forbidden", "X-Virus-ID: V\r\n"), State::kFound, "V"},
        {answer200("the mail", "200 OK", "X-Infection-Found: Threat=V;\r\n"), State::kFound, "V"},
        {"ICAP/1.0 204 Unmodified\r\nX-Virus-ID: V\r\n\r\n", State::kFound, "V"},
        {"ICAP/1.0 200 OK\r\nX-Virus-ID: V\r\n\r\n", State::kFound, "V"},
        {"ICAP/1.0 200 OK\r\nX-Virus-ID: V\r\nEncapsulated: res-hdr=0, res-body=9\r\n\r\nbroken\r\n",
         State::kFound, "V"},
        {"ICAP/1.0 200 OK\r\nEncapsulated: res-hdr=0, null-body=19\r\n\r\nHTTP/1.1 200 OK\r\n\r\n",
         State::kFound, changed},
        {"ICAP/1.0 200 OK\r\nEncapsulated: req-hdr=0, req-body=9\r\n\r\nGET x HTTP/1.1\r\n\r\n8\r\nthe "
         "mail\r\n0\r\n\r\n",
         State::kFound, changed},
    };
    for (const bool early : {false, true}) {
        for (const Expected& each : all) {
            CAPTURE(each.answer.substr(0, 200), early);
            IcapCase it(kOptions, each.answer, early);
            const ScanOutcome outcome = it.scan();
            CHECK(outcome.detail == "");
            CHECK(std::string(toString(outcome.state)) == toString(each.state));
            CHECK(outcome.names == (each.name.empty() ? std::vector<std::string>{} : std::vector{each.name}));
        }
    }
}

TEST_CASE("an ICAP answer that is none leaves the mail unscanned") {
    const std::map<std::string, std::string> answers = {
        {"ICAP/1.0 200 OK\r\n\r\n", "Encapsulated: missing"},
        {"ICAP/1.0 206 Partial\r\n\r\n", "206 Partial"},
        {"ICAP/1.0 302 Elsewhere\r\n\r\n", "302 Elsewhere"},
        {"ICAP/1.0 100 Continue\r\n\r\nICAP/1.0 100 Continue\r\n\r\n", "100"},
        {"HTTP/1.1 204 No Content\r\n\r\n", "HTTP/1.1"},
        {"ICAP/1.0 200 OK\r\nEncapsulated: res-hdr=0, res-body=9\r\n\r\nHTTP/1.1 200 OK\r\n\r\nxyz\r\n",
         "a chunk of the length"},
        {"ICAP/1.0 503 Overloaded\r\n\r\n", "said: 503 Overloaded"},
        {"ICAP/1.0 404 Not found\r\n\r\n", "has no service 'avscan': 404 Not found"}};
    for (const auto& [answer, text] : answers) {
        CAPTURE(answer);
        IcapCase it(kOptions, answer);
        const ScanOutcome outcome = it.scan();
        CHECK(outcome.state == State::kUnavailable);
        CHECK_THAT(outcome.detail, Catch::Contains(text));
    }
}

TEST_CASE("options that do not fit leave the mail unscanned") {
    const std::map<std::string, std::string> all = {
        {"ICAP/1.0 404 Service not found\r\nConnection: close\r\n\r\n", "has no service 'avscan'"},
        {"ICAP/1.0 200 OK\r\nMethods: REQMOD\r\n\r\n", "has no RESPMOD in service 'avscan'"},
        {"ICAP/1.0 200 OK\r\n\r\n", "Methods"},
        {"HTTP/1.1 400 Bad Request\r\n\r\n", "HTTP/1.1"}};
    for (const auto& [options, text] : all) {
        CAPTURE(options);
        IcapCase it(options, "ICAP/1.0 204 Unmodified\r\n\r\n");
        const ScanOutcome outcome = it.scan();
        CHECK(outcome.state == State::kUnavailable);
        CHECK_THAT(outcome.detail, Catch::Contains(text));
    }
}

TEST_CASE("an ICAP server that ends the connection after its options gets the mail on another") {
    IcapCase it("ICAP/1.0 200 OK\r\nMethods: RESPMOD\r\nConnection: close\r\n\r\n",
                "ICAP/1.0 204 Unmodified\r\n\r\n");
    CHECK(it.scan().state == State::kClean);
    CHECK(it.scan().state == State::kClean);
    CHECK(it.heads().size() == 3);  // the options are asked for once
}

TEST_CASE("a connection is not kept where an ICAP server closes it, or its answer is not read to the end") {
    for (const std::string& answer : {std::string("ICAP/1.0 204 Unmodified\r\nConnection: close\r\n\r\n"),
                                      answer200(std::string(3u << 20, 'x'))}) {
        IcapCase it(kOptions, answer);
        for (int i = 1; i <= 3; ++i) {
            CHECK(it.scan().state != State::kUnavailable);
            CHECK(it.connections == i);
        }
    }
    for (const std::string& answer : {answer200("the mail"), kFoundInHead}) {
        IcapCase keeps(kOptions, answer);
        for (int i = 0; i < 3; ++i) CHECK(keeps.scan().state != State::kUnavailable);
        CHECK(keeps.connections == 1);
    }
}

TEST_CASE("an ICAP server that stalls once its result is known does not hold the mail up") {
    const std::string head = "ICAP/1.0 200 OK\r\n";
    const std::string inside = "Encapsulated: res-hdr=0, res-body=19\r\n\r\n";
    const std::map<std::string, std::string> answers = {
        {head + "X-Virus-ID: V\r\n" + inside, "V"},
        {head + "X-Virus-ID: V\r\nEncapsulated: nonsense\r\n\r\n", "V"},
        {head + "X-Infection-Found: Threat=V;\r\n" + inside + "HTTP/1.1 403 Forb", "V"},
        {head + "X-Violations-Found: 1\r\n\t-\r\n\tV\r\n" + inside + "HTTP/1.1 200 OK\r\n\r\n8\r\nthe", "V"},
        {head + inside + "HTTP/1.1 403 Forbidden\r\n\r\n", "changed by the ICAP service"},
        {head + inside + "HTTP/1.1 200 OK\r\n\r\n8\r\nthat", "changed by the ICAP service"},
        {head + inside + "HTTP/1.1 200 OK\r\n\r\n9\r\nthe mail.", "changed by the ICAP service"},
    };
    for (const auto& [answer, name] : answers) {
        CAPTURE(answer);
        IcapCase it(kOptions, answer);  // … and waits for the next mail
        it.settings.timeout = std::chrono::minutes(1);
        for (int i = 1; i <= 2; ++i) {
            const ScanOutcome outcome = it.scan();
            CHECK(outcome.detail == "");
            CHECK(outcome.names == std::vector{name});
            CHECK(outcome.millis < 60'000);
            CHECK(it.connections == i);
        }
    }
}

TEST_CASE("the name of an ICAP service cannot end the request line") {
    IcapCase it(kOptions, "ICAP/1.0 204 Unmodified\r\n\r\n");
    it.settings.service = "/av scan\r\nX: y?mode=simple";
    CHECK(it.scan().state == State::kClean);
    CHECK_THAT(it.heads().at(0), Catch::Contains("/av%20scan%0D%0AX:%20y?mode=simple ICAP/1.0\r\n"));
}
