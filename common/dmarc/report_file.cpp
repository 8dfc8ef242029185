#include "common/dmarc/report_file.h"

#include <zlib.h>

#include <algorithm>
#include <limits>
#include <new>

#include "common/mail/archive_stream.h"
#include "common/mail/archive_zip.h"

namespace weir {
namespace {

constexpr std::string_view kGzip = "\x1F\x8B";
constexpr std::string_view kZip = "PK\x03\x04";

bool looksLikeXml(std::string_view bytes) {
    if (bytes.starts_with("\xEF\xBB\xBF")) bytes.remove_prefix(3);
    const std::size_t first = bytes.substr(0, 256).find_first_not_of(" \t\r\n");
    return first != std::string_view::npos && bytes[first] == '<';
}

Expected<std::string> firstEntry(std::string_view file, ArchiveStream::Formats formats, std::size_t most) {
    using Step = ArchiveStream::Step;
    ArchiveStream stream(file, formats);
    Step step = stream.next();
    while (step == Step::kEntry && stream.directory()) step = stream.next();
    if (step != Step::kEntry) return problem("", "the packed file is empty or damaged");
    if (stream.encrypted()) return problem("", "the packed file is encrypted");
    std::string xml;
    std::string_view piece;
    while ((step = stream.data(piece)) == Step::kEntry) {
        if (xml.size() + piece.size() > most)
            return problem("", "unpacks to more than " + std::to_string(most) + " bytes");
        xml += piece;
    }
    if (step != Step::kEnd) return problem("", "the packed file is damaged");
    return xml;
}

}  // namespace

std::string reportFileName(const std::string& receiver, const AggregateReport& report) {
    std::string name = receiver + "!" + report.published.domain + "!" + std::to_string(report.begin) + "!" +
                       std::to_string(report.end) + "!" + report.id + ".xml.gz";
    for (char& c : name)
        if (c <= ' ' || c >= 0x7F || c == '/' || c == '\\' || c == '"') c = '_';
    return name;
}

std::string gzipped(std::string_view bytes) {
    z_stream stream{};
    if (::deflateInit2(&stream, 9, Z_DEFLATED, MAX_WBITS + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK)
        throw std::bad_alloc();
    if (bytes.size() > std::numeric_limits<uInt>::max() / 2)
        throw Error(ErrorCode::kInternal, "a report of more than a gigabyte");
    std::string packed(::deflateBound(&stream, static_cast<uLong>(bytes.size())), '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
    stream.avail_in = static_cast<uInt>(bytes.size());
    stream.next_out = reinterpret_cast<Bytef*>(packed.data());
    stream.avail_out = static_cast<uInt>(packed.size());
    const int result = ::deflate(&stream, Z_FINISH);
    packed.resize(packed.size() - stream.avail_out);
    ::deflateEnd(&stream);
    if (result != Z_STREAM_END) throw Error(ErrorCode::kInternal, "a report could not be packed");
    return packed;
}

bool looksLikeReport(std::string_view bytes) {
    return bytes.starts_with(kGzip) || bytes.starts_with(kZip) || looksLikeXml(bytes);
}

Expected<std::string> unpackReport(std::string_view file, std::size_t most) {
    if (file.starts_with(kGzip)) return firstEntry(file, ArchiveStream::Formats::kOneFile, most);
    if (file.starts_with(kZip)) return firstEntry(file, ArchiveStream::Formats::kZipStream, most);
    if (!looksLikeXml(file)) return problem("", "is no XML, gzip or zip file");
    if (file.size() > most) return problem("", "more than " + std::to_string(most) + " bytes");
    return std::string(file);
}

Expected<AggregateReport> readReportFile(std::string_view file, const ReportLimits& limits) {
    const auto xml = unpackReport(file, limits.bytes);
    if (!xml) return tl::unexpected<Problem>(xml.error());
    return parseAggregateReport(*xml, limits);
}

}  // namespace weir
