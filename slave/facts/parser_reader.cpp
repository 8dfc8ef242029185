#include "slave/facts/parser_reader.h"

#include <algorithm>

namespace weir {

bool isLoss(ParseFailure failure) {
    return failure == ParseFailure::kDied || failure == ParseFailure::kForbiddenCall ||
           failure == ParseFailure::kTimeout || failure == ParseFailure::kMemory ||
           failure == ParseFailure::kBadAnswer;
}

namespace {

ParseLimits limitsOf(const ParsingSection& section) {
    ParseLimits limits;
    limits.archive.depth = section.depth;
    limits.archive.entries = section.entries;
    limits.archive.unpackedBytes = section.unpacked;
    limits.archive.ratio = section.ratio;
    limits.document.unpackedBytes = std::min<std::uint64_t>(limits.document.unpackedBytes, section.unpacked);
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

std::vector<ContentReader::FileReading> ParserReader::files(const std::vector<File>& files) {
    std::vector<ParseItem> items;
    std::vector<std::size_t> fileOf;
    for (std::size_t i = 0; i < files.size(); ++i) {
        const File& one = files[i];
        if (one.archive) items.push_back({ParseKind::kArchive, one.bytes, one.name});
        if (one.document) items.push_back({ParseKind::kDocument, one.bytes, one.name});
        fileOf.resize(items.size(), i);
    }
    std::vector<FileReading> all(files.size());
    std::vector<ParseResult> results = pool_.parse(items, deadline_, limits_);
    for (std::size_t i = 0; i < results.size(); ++i) {
        FileReading& reading = all[fileOf[i]];
        const std::string failure = failureOf(results[i]);
        if (reading.failure.empty()) reading.failure = failure;
        if (auto* archive = std::get_if<ArchiveReading>(&results[i].answer)) {
            reading.archive = std::move(*archive);
        } else if (auto* document = std::get_if<DocumentReading>(&results[i].answer)) {
            reading.document = std::move(*document);
        }
    }
    return all;
}

}  // namespace weir
