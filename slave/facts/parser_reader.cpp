#include "slave/facts/parser_reader.h"

namespace weir {
namespace {

// Of these the mail is to blame, and another try would go the same way.
bool isLoss(ParseFailure failure) {
    return failure == ParseFailure::kDied || failure == ParseFailure::kForbiddenCall ||
           failure == ParseFailure::kTimeout || failure == ParseFailure::kMemory ||
           failure == ParseFailure::kBadAnswer;
}

ParseLimits limitsOf(const ParsingSection& section) {
    ParseLimits limits;
    limits.archive.depth = section.depth;
    limits.archive.entries = section.entries;
    limits.archive.unpackedBytes = section.unpacked;
    limits.archive.ratio = section.ratio;
    return limits;
}

}  // namespace

ParserReader::ParserReader(ParserPool& pool, const ParsingSection& section)
    : pool_(pool),
      limits_(limitsOf(section)),
      deadline_(std::chrono::steady_clock::now() + std::chrono::milliseconds(section.timeoutMillis)) {}

std::string ParserReader::failureOf(const ParseResult& result) {
    if (!result.failed()) return {};
    lost_ = lost_ || isLoss(result.failure);
    return result.reason.empty() ? toString(result.failure) : result.reason;
}

ContentReader::Html ParserReader::html(std::string_view utf8, const HtmlLimits& limits) {
    const ParseItem item{ParseKind::kHtml, utf8};
    ParseLimits parse = limits_;
    parse.html = limits;
    std::vector<ParseResult> results = pool_.parse({&item, 1}, deadline_, parse);
    Html html;
    html.failure = failureOf(results.front());
    if (auto* reading = std::get_if<HtmlReading>(&results.front().answer)) html.reading = std::move(*reading);
    return html;
}

std::vector<ContentReader::Archive> ParserReader::archives(const std::vector<File>& files) {
    std::vector<ParseItem> items;
    for (const File& one : files) items.push_back({ParseKind::kArchive, one.bytes, one.name});
    std::vector<Archive> all;
    for (ParseResult& result : pool_.parse(items, deadline_, limits_)) {
        Archive& archive = all.emplace_back();
        archive.failure = failureOf(result);
        if (auto* reading = std::get_if<ArchiveReading>(&result.answer))
            archive.reading = std::move(*reading);
    }
    return all;
}

}  // namespace weir
