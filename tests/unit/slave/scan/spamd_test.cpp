#include "slave/scan/spamd.h"

#include <catch2/catch.hpp>

using namespace weir;

TEST_CASE("the head of spamd's answer is code, judgement and length") {
    const auto head =
        parseSpamdHead("SPAMD/1.1 0 EX_OK\r\nContent-length: 33\r\nSpam: True ; 1000.0 / 5.0\r\n");
    REQUIRE(head);
    CHECK(head->version == "SPAMD/1.1");
    CHECK(head->code == 0);
    CHECK(head->text == "EX_OK");
    CHECK(head->judged);
    CHECK(head->spam);
    CHECK(head->score == 1000.0);
    CHECK(head->required == 5.0);
    CHECK(head->hasLength);
    CHECK(head->length == 33);

    const auto ham = parseSpamdHead("SPAMD/1.5 0 EX_OK\nSPAM:no;-0.5/5\nX-Other: x");
    REQUIRE(ham);
    CHECK(ham->judged);
    CHECK_FALSE(ham->spam);
    CHECK(ham->score == -0.5);
    CHECK_FALSE(ham->hasLength);

    const auto refused = parseSpamdHead("SPAMD/1.0 76 Bad header line: (Content-Length mismatch)");
    REQUIRE(refused);
    CHECK(refused->code == 76);
    CHECK(refused->text == "Bad header line: (Content-Length mismatch)");
    CHECK_FALSE(refused->judged);
}

TEST_CASE("what is no head of spamd is refused") {
    for (const char* text :
         {"", "HTTP/1.1 200 OK", "SPAMD/1.1", "SPAMD/1.1 OK", "SPAMD/1.1 -1 no", "SPAMD/1.1 99999 no",
          "SPAMD/1.1 0 EX_OK\nSpam: Maybe ; 1 / 5", "SPAMD/1.1 0 EX_OK\nSpam: True ; high / 5",
          "SPAMD/1.1 0 EX_OK\nSpam: True ; 1", "SPAMD/1.1 0 EX_OK\nSpam: True ; nan / 5",
          "SPAMD/1.1 0 EX_OK\nSpam: True ; 1 / inf", "SPAMD/1.1 0 EX_OK\nSpam: True ; 1 2 / 5",
          "SPAMD/1.1 0 EX_OK\nContent-length: -5", "SPAMD/1.1 0 EX_OK\nContent-length: lots"}) {
        CAPTURE(text);
        CHECK_FALSE(parseSpamdHead(text));
    }
}

TEST_CASE("the limits of spamd's answer hold") {
    SpamdLimits limits;
    limits.lines = 2;
    limits.answerBytes = 100;
    limits.symbols = 3;
    limits.symbolBytes = 4;
    CHECK(parseSpamdHead("SPAMD/1.1 0 EX_OK\nA: 1\nContent-length: 100", limits));
    CHECK_FALSE(parseSpamdHead("SPAMD/1.1 0 EX_OK\nA: 1\nB: 2\nC: 3", limits));
    CHECK_FALSE(parseSpamdHead("SPAMD/1.1 0 EX_OK\nContent-length: 101", limits));
    const auto symbols = parseSpamdSymbols("LONGNAME,B,C,D", limits);
    REQUIRE(symbols.size() == 3);
    CHECK(symbols[0].name == "LONG");
}

TEST_CASE("the symbols of spamd are a comma list, without scores") {
    const auto symbols = parseSpamdSymbols(" GTUBE, MISSING_DATE,,X\r\n");
    REQUIRE(symbols.size() == 3);
    CHECK(symbols[0].name == "GTUBE");
    CHECK(symbols[1].name == "MISSING_DATE");
    CHECK(symbols[2].name == "X");
    CHECK(symbols[0].score == 0);
    CHECK(parseSpamdSymbols("").empty());
    CHECK(parseSpamdSymbols("\r\n").empty());
}
