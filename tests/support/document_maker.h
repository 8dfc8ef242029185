// Documents for tests: compound files with any streams, and the smallest of what Office programs and PDF
// need.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace weir::test {

// One stream; its path names the storages it lies in: "ObjectPool/_1/\1Ole10Native". A path that ends with
// "/" is a storage alone.
struct CfbStream {
    std::string path;
    std::string bytes;
    std::string classId{};  // of a storage
};
// Version 3: sectors of 512 bytes, streams under 4096 bytes in the stream for small ones.
std::string makeCfb(const std::vector<CfbStream>& streams);
// The table entry of a sector, to be spoiled: where in the file it lies. Only for files of one table sector.
std::size_t cfbTableAt(std::string_view file, std::uint32_t sector);

std::string utf16(std::string_view ascii);
// What the Object Packager stores in "\1Ole10Native".
std::string makeOle10Native(const std::string& label, const std::string& path, const std::string& content);
// OLE 1, in hex, as RTF has it.
std::string makeRtfObject(const std::string& className, const std::string& content);
// A record of an old Excel workbook.
std::string biffRecord(std::uint16_t type, const std::string& content);
std::string makeOoxml(const std::vector<std::pair<std::string, std::string>>& parts);
// A PDF of these objects, each "<<…>>" or with its stream; without cross-reference table, as readers repair
// it.
std::string makePdf(const std::vector<std::string>& objects);
std::string pdfStream(const std::string& dictionary, const std::string& content);  // of an object, unfiltered

std::string toHexText(std::string_view bytes);

}  // namespace weir::test
