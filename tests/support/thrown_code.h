// The code of the Error that a call throws; the test fails when it throws none.
#pragma once

#include <catch2/catch.hpp>
#include <functional>

#include "common/base/error.h"

namespace weir::test {

inline ErrorCode codeOf(const std::function<void()>& work) {
    try {
        work();
    } catch (const Error& e) {
        return e.code();
    }
    FAIL("nothing was thrown");
    return ErrorCode::kInternal;
}

}  // namespace weir::test
