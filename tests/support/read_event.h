// One event of a known kind, for tests: throws when the body is none.
#pragma once

#include <stdexcept>
#include <string_view>

#include "common/wire/event.h"

namespace weir::test {

template <class Kind>
Kind readEventAs(std::string_view body) {
    auto event = eventFromText(body);
    if (!event) throw std::runtime_error("no event: " + event.error().text());
    auto* found = std::get_if<Kind>(&*event);
    if (found == nullptr) throw std::runtime_error("an event of another kind: " + std::string(body));
    return std::move(*found);
}

}  // namespace weir::test
