#include "master/ctl/table.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "common/base/utf8.h"

namespace weir::ctl {
namespace {

std::string cutTo(const std::string& text, std::size_t width) {
    if (utf8Characters(text) <= width) return text;
    std::size_t at = 0;
    for (std::size_t seen = 0; at < text.size(); ++at)
        if ((static_cast<unsigned char>(text[at]) & 0xc0) != 0x80 && ++seen == width) break;
    return text.substr(0, at) + "…";
}

// Mail text must not move the cursor or change colours.
std::string harmless(const std::string& text) {
    std::string result;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        const bool c1 = byte == 0xc2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xa0;
        if (byte < 0x20 || byte == 0x7f || c1)
            result += ' ';
        else
            result += text[i];
        i += c1 ? 1 : 0;
    }
    return result;
}

}  // namespace

std::string cell(const Json& value) {
    if (value.is_null()) return "-";
    if (value.is_string())
        return value.get_ref<const std::string&>().empty() ? "-" : harmless(value.get<std::string>());
    if (value.is_boolean()) return value.get<bool>() ? "yes" : "no";
    if (!value.is_array()) return harmless(toText(value));
    std::string text;
    for (const Json& each : value) text += (text.empty() ? "" : ", ") + cell(each);
    return text.empty() ? "-" : text;
}

std::string table(const Json& items, const std::vector<Column>& columns, const std::string& empty) {
    if (items.empty()) return empty + "\n";
    std::vector<std::vector<std::string>> rows(1);
    for (const Column& column : columns) rows[0].push_back(column.title);
    for (const Json& item : items) {
        rows.emplace_back();
        for (const Column& column : columns) {
            const Json::json_pointer pointer(column.member);
            rows.back().push_back(item.contains(pointer) ? cutTo(cell(item.at(pointer)), column.width) : "-");
        }
    }
    std::vector<std::size_t> widths(columns.size());
    for (const auto& row : rows)
        for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], utf8Characters(row[i]));
    std::string text;
    for (const auto& row : rows) {
        std::string line;
        for (std::size_t i = 0; i < row.size(); ++i)
            line +=
                row[i] + (i + 1 < row.size() ? std::string(widths[i] - utf8Characters(row[i]) + 2, ' ') : "");
        text += line + "\n";
    }
    return text;
}

}  // namespace weir::ctl
