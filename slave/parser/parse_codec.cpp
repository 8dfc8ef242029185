#include "slave/parser/parse_codec.h"

#include "slave/parser/byte_codec.h"

namespace weir {
namespace {

constexpr std::size_t kItemHead = 2 * sizeof(std::uint64_t);
constexpr std::size_t kLongestType = 200;

HtmlAnswer readHtmlAnswer(ByteReader& in) {
    HtmlAnswer answer;
    answer.text = in.text();
    answer.cut = in.flag();
    return answer;
}

FileTypeAnswer readFileTypeAnswer(ByteReader& in) {
    FileTypeAnswer answer;
    answer.type = in.text();
    if (answer.type.empty() || answer.type.size() > kLongestType) in.refuse();
    return answer;
}

}  // namespace

const char* toString(ParseFailure failure) {
    switch (failure) {
        case ParseFailure::kNone:
            return "none";
        case ParseFailure::kDied:
            return "died";
        case ParseFailure::kForbiddenCall:
            return "forbidden-call";
        case ParseFailure::kTimeout:
            return "timeout";
        case ParseFailure::kMemory:
            return "memory";
        case ParseFailure::kBadAnswer:
            return "bad-answer";
        case ParseFailure::kTooLarge:
            return "too-large";
        case ParseFailure::kNoProcess:
            return "no-process";
        case ParseFailure::kNotTried:
            return "not-tried";
    }
    return "unknown";
}

void writeRequestHead(const ParseLimits& limits, std::span<const ParseItem> items, std::string& out) {
    ByteWriter writer(out);
    writer.number(limits.htmlTextBytes);
    writer.number(items.size());
    for (const ParseItem& item : items) {
        writer.number(static_cast<std::uint64_t>(item.kind));
        writer.number(item.bytes.size());
    }
}

std::optional<ParseRequest> readRequest(std::string_view bytes) {
    ByteReader in(bytes);
    ParseRequest request;
    request.limits.htmlTextBytes = in.number();
    const std::size_t count = in.count(kItemHead);
    std::vector<std::uint64_t> lengths(count);
    request.items.resize(count);
    std::uint64_t total = 0;
    for (std::size_t i = 0; i < count; ++i) {
        request.items[i].kind = static_cast<ParseKind>(in.number());
        lengths[i] = in.number();
        if (lengths[i] > bytes.size()) return std::nullopt;
        total += lengths[i];
    }
    if (!in.good() || total > bytes.size()) return std::nullopt;
    std::string_view left = bytes.substr(bytes.size() - total);
    for (std::size_t i = 0; i < count; ++i) {
        request.items[i].bytes = left.substr(0, lengths[i]);
        left.remove_prefix(lengths[i]);
    }
    return request;
}

void writeAnswer(const HtmlAnswer& answer, std::string& out) {
    ByteWriter writer(out);
    writer.text(answer.text);
    writer.flag(answer.cut);
}

void writeAnswer(const FileTypeAnswer& answer, std::string& out) {
    ByteWriter(out).text(answer.type);
}

ParseResult readAnswer(ParseKind kind, std::string_view bytes) {
    ByteReader in(bytes);
    ParseResult result;
    switch (kind) {
        case ParseKind::kHtml:
            result.answer = readHtmlAnswer(in);
            break;
        case ParseKind::kFileType:
            result.answer = readFileTypeAnswer(in);
            break;
        default:
            in.refuse();
    }
    if (in.ended()) return result;
    result.answer = std::monostate{};
    result.failure = ParseFailure::kBadAnswer;
    result.reason = "the answer of the parser process is malformed";
    return result;
}

}  // namespace weir
