#include "common/mail/transfer_encoding.h"

#include <catch2/catch.hpp>
#include <random>

using namespace weir;
using enum TransferEncoding;

namespace {

std::string decoded(TransferEncoding encoding, std::string_view text, std::size_t limit = SIZE_MAX) {
    std::string out;
    decodeTransfer(encoding, text, out, limit);
    return out;
}

}  // namespace

TEST_CASE("encodings are known by name whatever the case") {
    CHECK(transferEncodingFromText(" Base64 ") == kBase64);
    CHECK(transferEncodingFromText("QUOTED-PRINTABLE (comment)") == kQuotedPrintable);
    CHECK(transferEncodingFromText("x-uuencode") == kUuencode);
    CHECK(transferEncodingFromText("8bit") == kIdentity);
    CHECK(transferEncodingFromText("nonsense") == kIdentity);
}

TEST_CASE("base64 decodes to what was encoded, in one line or many") {
    std::mt19937 random(7);
    for (std::size_t size = 0; size < 300; ++size) {
        std::string bytes(size, '\0');
        for (char& c : bytes) c = static_cast<char>(random());
        std::string encoded;
        appendBase64(encoded, bytes);
        CHECK(decoded(kBase64, encoded) == bytes);
        std::string lines;
        for (std::size_t i = 0; i < encoded.size(); i += 76) lines += encoded.substr(i, 76) + "\r\n";
        CHECK(decoded(kBase64, lines) == bytes);
        CHECK(decodedSize(kBase64, lines).bytes == size);
        CHECK_FALSE(decodedSize(kBase64, lines).damaged);
        for (const std::size_t limit : {0u, 1u, 2u, 5u, 100u}) {
            CHECK(decoded(kBase64, lines, limit) == bytes.substr(0, limit));
        }
    }
}

TEST_CASE("damaged base64 is decoded as far as it means something") {
    CHECK(decoded(kBase64, "aGVs!bG8=") == "hello");
    CHECK(decodedSize(kBase64, "aGVs!bG8=").bytes == 5);
    CHECK(decodedSize(kBase64, "aGVs!bG8=").damaged);
    CHECK(decoded(kBase64, "aGk=aGk=") == "hihi");
    CHECK(decodedSize(kBase64, "aGk=aGk=").bytes == 4);
    CHECK(decoded(kBase64, "aGVsbG8") == "hello");
    CHECK(decoded(kBase64, "a").empty());
    CHECK(decoded(kBase64, "====").empty());
}

TEST_CASE("size and decoded bytes of base64 agree on any input") {
    std::mt19937 random(11);
    constexpr std::string_view kBytes = "ABCDwxyz0189+/==\r\n !-\xFF";
    for (int round = 0; round < 2000; ++round) {
        std::string text(random() % 600, ' ');
        for (char& c : text) c = kBytes[random() % kBytes.size()];
        CHECK(decodedSize(kBase64, text).bytes == decoded(kBase64, text).size());
    }
}

TEST_CASE("quoted-printable joins soft line ends and keeps what is damaged") {
    CHECK(decoded(kQuotedPrintable, "Gr=C3=BC=\r\n=c3=9F\r\nend=  \n!") == "Grüß\r\nend!");
    CHECK(decoded(kQuotedPrintable, "100=% =") == "100=% ");
    CHECK(decodedSize(kQuotedPrintable, "100=% =").damaged);
    CHECK(decodedSize(kQuotedPrintable, "a=3Db=\r\nc").bytes == 4);
    CHECK(decoded(kQuotedPrintable, "abcdef", 3) == "abc");
}

TEST_CASE("uuencode is decoded, other text gives nothing") {
    const std::string text = "begin 644 a.txt\r\n%:&5L;&\\\r\n`\r\nend\r\n";
    CHECK(decoded(kUuencode, text) == "hello");
    CHECK(decodedSize(kUuencode, text).bytes == 5);
    CHECK(decodedSize(kUuencode, "no such thing").damaged);
}

TEST_CASE("unencoded content is itself") {
    CHECK(decoded(kIdentity, "a=3D", 3) == "a=3");
    CHECK(decodedSize(kIdentity, "a=3D").bytes == 4);
}
