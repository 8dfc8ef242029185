// A table for people: columns as wide as their content, hostile text made harmless for a terminal.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "common/base/json.h"

namespace weir::ctl {

struct Column {
    std::string title;
    std::string member;      // JSON pointer into the item, e.g. "/sender" or "/queue/events"
    std::size_t width = 60;  // longer values are cut with "…"
};

// Header, rows, and "no …" (the text of `empty`) where there is none.
std::string table(const Json& items, const std::vector<Column>& columns, const std::string& empty);

// One value as a person reads it: lists joined by ", ", null as "-", control characters replaced.
std::string cell(const Json& value);

}  // namespace weir::ctl
