// Requests and answers as bytes between a slave and its parser processes.
//
// A request is: limits, the number of items, and for each its kind and bytes. Its answer: for each item a
// state and, when that is done, the answer of its kind. Nothing is kept in this form.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "slave/parser/parse_request.h"

namespace weir {

// Everything of a request but the bytes of its items; these follow in their order, without gaps. An item
// takes requestHeadSize() bytes of it, and everything else less than kRequestHeadRoom.
inline constexpr std::size_t kRequestHeadRoom = 4096;
std::size_t requestHeadSize(const ParseItem& item);
void writeRequestHead(const ParseLimits& limits, std::span<const ParseItem> items, std::string& out);

struct ParseRequest {
    ParseLimits limits;
    std::vector<ParseItem> items;  // point into the bytes
};
std::optional<ParseRequest> readRequest(std::string_view bytes);

enum class ItemState : std::uint64_t { kDone = 1, kOutOfMemory = 2, kTooLong = 3, kNoAnswer = 4 };

void writeAnswer(const HtmlReading& answer, std::string& out);
void writeAnswer(const FileTypeAnswer& answer, std::string& out);
void writeAnswer(const ArchiveReading& answer, std::string& out);
void writeAnswer(const DocumentReading& answer, std::string& out);
void writeAnswer(const DmarcReportAnswer& answer, std::string& out);

// One item's answer; failure kBadAnswer when these bytes are no answer of that kind.
ParseResult readAnswer(ParseKind kind, std::string_view bytes);

}  // namespace weir
