#include "slave/parser/parse_codec.h"

#include <algorithm>

#include "common/dmarc/report_parser.h"
#include "slave/parser/byte_codec.h"
#include "slave/parser/field_codec.h"

namespace weir {

template <class Stream, class Limits>
requires std::same_as<std::remove_const_t<Limits>, HtmlLimits>
void fields(Stream& stream, Limits& limits) {
    stream(limits.bytes);
    stream(limits.textBytes);
    stream(limits.otherTextBytes);
    stream(limits.innerTexts);
    stream(limits.links);
    stream(limits.linkBytes);
    stream(limits.shownBytes);
    stream(limits.attributes);
    stream(limits.depth);
}

template <class Stream, class Limits>
requires std::same_as<std::remove_const_t<Limits>, ArchiveLimits>
void fields(Stream& stream, Limits& limits) {
    stream(limits.entries);
    stream(limits.depth);
    stream(limits.unpackedBytes);
    stream(limits.ratio);
    stream(limits.ratioFrom);
    stream(limits.heldBytes);
    stream(limits.nameBytes);
    stream(limits.types);
    stream(limits.time);
}

template <class Stream, class Limits>
requires std::same_as<std::remove_const_t<Limits>, DocumentLimits>
void fields(Stream& stream, Limits& limits) {
    stream(limits.unpackedBytes);
    stream(limits.heldBytes);
    stream(limits.parts);
    stream(limits.embedded);
    stream(limits.targets);
    stream(limits.textBytes);
    stream(limits.depth);
    stream(limits.documents);
    stream(limits.time);
}

template <class Stream, class Limits>
requires std::same_as<std::remove_const_t<Limits>, ParseLimits>
void fields(Stream& stream, Limits& limits) {
    stream(limits.html);
    stream(limits.archive);
    stream(limits.document);
}

template <class Stream, class Link>
requires std::same_as<std::remove_const_t<Link>, HtmlLink>
void fields(Stream& stream, Link& link) {
    stream.choice(link.kind, HtmlLink::Kind::kMedia);
    stream(link.url);
    stream(link.shown);
}

template <class Stream, class Reading>
requires std::same_as<std::remove_const_t<Reading>, HtmlReading>
void fields(Stream& stream, Reading& html) {
    stream(html.text);
    stream(html.otherText);
    stream(html.links);
    stream(html.base);
    for (auto* count :
         {&html.scripts, &html.forms, &html.passwordInputs, &html.frames, &html.objects, &html.eventHandlers,
          &html.refreshes, &html.remoteImages, &html.trackingPixels, &html.scriptUrls, &html.dataUrls})
        stream(*count);
    stream(html.hiddenBytes);
    stream(html.cut);
}

template <class Stream, class Answer>
requires std::same_as<std::remove_const_t<Answer>, FileTypeAnswer>
void fields(Stream& stream, Answer& answer) {
    stream(answer.type);
}

template <class Stream, class Object>
requires std::same_as<std::remove_const_t<Object>, EmbeddedObject>
void fields(Stream& stream, Object& object) {
    stream(object.name);
    stream(object.type);
    stream(object.size);
}

template <class Stream, class Target>
requires std::same_as<std::remove_const_t<Target>, DocumentTarget>
void fields(Stream& stream, Target& target) {
    stream(target.what);
    stream(target.where);
}

template <class Stream, class Reading>
requires std::same_as<std::remove_const_t<Reading>, DocumentReading>
void fields(Stream& stream, Reading& document) {
    stream(document.kind);
    stream(document.encrypted);
    stream(document.found);
    stream(document.embedded);
    stream(document.targets);
    stream(document.damaged);
    stream(document.cut);
    stream(document.unpacked);
}

template <class Stream, class Entry>
requires std::same_as<std::remove_const_t<Entry>, ArchiveEntry>
void fields(Stream& stream, Entry& entry) {
    stream(entry.name);
    stream(entry.otherNames);
    stream(entry.container);
    stream(entry.type);
    stream(entry.sha256);
    stream(entry.size);
    stream(entry.depth);
    stream(entry.parent);
    stream(entry.directory);
    stream(entry.encrypted);
    stream.choice(entry.seen, ArchiveEntry::Seen::kStream);
    stream(entry.document);
}

template <class Stream, class Reading>
requires std::same_as<std::remove_const_t<Reading>, ArchiveReading>
void fields(Stream& stream, Reading& archive) {
    stream(archive.formats);
    stream(archive.entries);
    stream(archive.encrypted);
    stream(archive.namesEncrypted);
    stream(archive.damaged);
    stream(archive.ambiguous);
    stream(archive.cut);
    stream(archive.unpacked);
}

template <class Stream, class Published>
requires std::same_as<std::remove_const_t<Published>, DmarcPublished>
void fields(Stream& stream, Published& published) {
    stream(published.domain);
    stream(published.policy);
    stream(published.subdomainPolicy);
    stream(published.dkimAlignment);
    stream(published.spfAlignment);
    stream(published.percent);
    stream(published.failureOptions);
}

template <class Stream, class Result>
requires std::same_as<std::remove_const_t<Result>, DmarcDkimResult>
void fields(Stream& stream, Result& result) {
    stream(result.domain);
    stream(result.selector);
    stream(result.result);
}

template <class Stream, class Result>
requires std::same_as<std::remove_const_t<Result>, DmarcSpfResult>
void fields(Stream& stream, Result& result) {
    stream(result.domain);
    stream(result.scope);
    stream(result.result);
}

template <class Stream, class Reason>
requires std::same_as<std::remove_const_t<Reason>, DmarcReason>
void fields(Stream& stream, Reason& reason) {
    stream(reason.type);
    stream(reason.comment);
}

template <class Stream, class Row>
requires std::same_as<std::remove_const_t<Row>, DmarcRow>
void fields(Stream& stream, Row& row) {
    stream(row.source);
    stream(row.count);
    stream(row.disposition);
    stream(row.dkimAligned);
    stream(row.spfAligned);
    stream(row.reasons);
    stream(row.headerFrom);
    stream(row.envelopeFrom);
    stream(row.envelopeTo);
    stream(row.dkim);
    stream(row.spf);
}

template <class Stream, class Report>
requires std::same_as<std::remove_const_t<Report>, AggregateReport>
void fields(Stream& stream, Report& report) {
    stream(report.organization);
    stream(report.email);
    stream(report.contact);
    stream(report.id);
    stream(report.begin);
    stream(report.end);
    stream(report.published);
    stream(report.rows);
    stream(report.omittedRows);
    stream(report.omittedMails);
}

template <class Stream, class Answer>
requires std::same_as<std::remove_const_t<Answer>, DmarcReportAnswer>
void fields(Stream& stream, Answer& answer) {
    stream(answer.report);
    stream(answer.problem);
}

namespace {

constexpr std::size_t kItemHead = 3 * sizeof(std::uint64_t) + 1;
constexpr std::size_t kLongestName = 1024;  // of a file; nobody looks at more

// An entry cannot lie in one that comes after it.
bool makesSense(const ArchiveReading& archive) {
    for (std::size_t i = 0; i < archive.entries.size(); ++i)
        if (archive.entries[i].parent > i || archive.entries[i].depth == 0) return false;
    return true;
}
bool makesSense(const DmarcReportAnswer& answer) {
    return answer.report ? isSound(*answer.report) : !answer.problem.empty();
}
template <class T>
bool makesSense(const T&) {
    return true;
}

template <class T>
void write(const T& value, std::string& out) {
    FieldWriter{out}(value);
}

template <class T>
ParseResult readAs(std::string_view bytes) {
    FieldReader in(bytes);
    ParseResult result;
    in(result.answer.emplace<T>());
    if (in.ended() && makesSense(std::get<T>(result.answer))) return result;
    return {ParseFailure::kBadAnswer, "the answer of the parser process is malformed", {}};
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
    std::string limitBytes;
    write(limits, limitBytes);
    ByteWriter writer(out);
    writer.text(limitBytes);
    writer.number(items.size());
    for (const ParseItem& item : items) {
        writer.number(static_cast<std::uint64_t>(item.kind));
        writer.number(item.bytes.size());
        writer.text(item.name.substr(0, kLongestName));
        writer.flag(item.sha256);
    }
}

std::size_t requestHeadSize(const ParseItem& item) {
    return kItemHead + std::min(item.name.size(), kLongestName);
}

std::optional<ParseRequest> readRequest(std::string_view bytes) {
    ByteReader in(bytes);
    ParseRequest request;
    FieldReader limits(in.raw());
    limits(request.limits);
    const std::size_t count = in.count(kItemHead);
    std::vector<std::uint64_t> lengths(count);
    request.items.resize(count);
    std::uint64_t total = 0;
    for (std::size_t i = 0; i < count; ++i) {
        request.items[i].kind = static_cast<ParseKind>(in.number());
        lengths[i] = in.number();
        request.items[i].name = in.raw();
        request.items[i].sha256 = in.flag();
        if (lengths[i] > bytes.size()) return std::nullopt;
        total += lengths[i];
    }
    if (!in.good() || !limits.ended() || total > bytes.size()) return std::nullopt;
    std::string_view left = bytes.substr(bytes.size() - total);
    for (std::size_t i = 0; i < count; ++i) {
        request.items[i].bytes = left.substr(0, lengths[i]);
        left.remove_prefix(lengths[i]);
    }
    return request;
}

void writeAnswer(const HtmlReading& answer, std::string& out) {
    write(answer, out);
}

void writeAnswer(const FileTypeAnswer& answer, std::string& out) {
    write(answer, out);
}

void writeAnswer(const ArchiveReading& answer, std::string& out) {
    write(answer, out);
}

void writeAnswer(const DocumentReading& answer, std::string& out) {
    write(answer, out);
}

void writeAnswer(const DmarcReportAnswer& answer, std::string& out) {
    write(answer, out);
}

ParseResult readAnswer(ParseKind kind, std::string_view bytes) {
    switch (kind) {
        case ParseKind::kHtml:
            return readAs<HtmlReading>(bytes);
        case ParseKind::kFileType:
            return readAs<FileTypeAnswer>(bytes);
        case ParseKind::kArchive:
            return readAs<ArchiveReading>(bytes);
        case ParseKind::kDocument:
            return readAs<DocumentReading>(bytes);
        case ParseKind::kDmarcReport:
            return readAs<DmarcReportAnswer>(bytes);
    }
    return {ParseFailure::kBadAnswer, "the answer of the parser process is to no known question", {}};
}

}  // namespace weir
