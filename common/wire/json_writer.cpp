#include "common/wire/json_writer.h"

#include <array>
#include <charconv>
#include <cmath>

#include "common/base/utf8.h"

namespace weir {
namespace {

// Bytes that go out as they are: ASCII but controls, quote and backslash.
constexpr std::array<bool, 256> kPlain = [] {
    std::array<bool, 256> plain{};
    for (std::size_t byte = 0x20; byte < 0x80; ++byte) plain[byte] = byte != '"' && byte != '\\';
    return plain;
}();

bool isPlain(char c) {
    return kPlain[static_cast<unsigned char>(c)];
}

void appendEscape(std::string& out, char c) {
    switch (c) {
        case '"':
            out += "\\\"";
            return;
        case '\\':
            out += "\\\\";
            return;
        case '\n':
            out += "\\n";
            return;
        case '\r':
            out += "\\r";
            return;
        case '\t':
            out += "\\t";
            return;
        default:
            break;
    }
    constexpr char kDigits[] = "0123456789abcdef";
    const auto byte = static_cast<unsigned char>(c);
    out += "\\u00";
    out += kDigits[byte >> 4];
    out += kDigits[byte & 15];
}

void appendText(std::string& out, std::string_view text) {
    std::size_t at = 0;
    while (at < text.size()) {
        std::size_t end = at;
        while (end < text.size() && isPlain(text[end])) ++end;
        out.append(text, at, end - at);
        if (end == text.size()) return;
        at = end;
        if (static_cast<unsigned char>(text[at]) < 0x80) {
            appendEscape(out, text[at]);
            ++at;
        } else if (const std::size_t length = utf8Length(text, at)) {
            out.append(text, at, length);
            at += length;
        } else {
            out += kReplacementCharacter;
            ++at;
        }
    }
}

}  // namespace

JsonWriter& JsonWriter::key(std::string_view name) {
    comma();
    out_ += '"';
    out_ += name;
    out_ += "\":";
    return *this;
}

JsonWriter& JsonWriter::value(std::string_view text) {
    comma();
    out_ += '"';
    appendText(out_, text);
    out_ += '"';
    return *this;
}

JsonWriter& JsonWriter::value(bool flag) {
    return raw(flag ? "true" : "false");
}

JsonWriter& JsonWriter::value(double number) {
    char buffer[32];
    const auto end = std::to_chars(buffer, buffer + sizeof buffer, std::isfinite(number) ? number : 0.0).ptr;
    return raw({buffer, static_cast<std::size_t>(end - buffer)});
}

JsonWriter& JsonWriter::raw(std::string_view json) {
    comma();
    out_ += json;
    return *this;
}

JsonWriter& JsonWriter::integer(std::int64_t number) {
    char buffer[24];
    const auto end = std::to_chars(buffer, buffer + sizeof buffer, number).ptr;
    return raw({buffer, static_cast<std::size_t>(end - buffer)});
}

JsonWriter& JsonWriter::natural(std::uint64_t number) {
    char buffer[24];
    const auto end = std::to_chars(buffer, buffer + sizeof buffer, number).ptr;
    return raw({buffer, static_cast<std::size_t>(end - buffer)});
}

}  // namespace weir
