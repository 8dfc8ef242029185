// Entries of user lists as a person writes or exports them: one a line, "owner allow|block sender", with
// spaces, tabs, commas or semicolons between. Empty lines and lines that begin with # are passed over.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/error.h"

namespace weir {

// An entry as it was asked for: nothing is checked yet.
struct UserListLine {
    std::size_t line = 0;  // from 1
    std::string owner, kind, sender;
    std::string wrong;  // why it can be no entry; empty: it may be one
};

struct UserListTextLimits {
    std::size_t lines = 10'000;   // that are not passed over
    std::size_t lineSize = 1000;  // bytes; a longer one is wrong
};

// Problem: more lines than the limit.
Expected<std::vector<UserListLine>> readUserListText(std::string_view text,
                                                     const UserListTextLimits& limits = {});

}  // namespace weir
