#include "common/base/error.h"

#include <cerrno>
#include <cstring>
#include <system_error>

namespace weir {

const char* toString(ErrorCode code) {
    switch (code) {
        case ErrorCode::kInvalid:
            return "invalid";
        case ErrorCode::kNotFound:
            return "not-found";
        case ErrorCode::kConflict:
            return "conflict";
        case ErrorCode::kDenied:
            return "denied";
        case ErrorCode::kUnavailable:
            return "unavailable";
        case ErrorCode::kTimeout:
            return "timeout";
        case ErrorCode::kNoSpace:
            return "no-space";
        case ErrorCode::kIo:
            return "io";
        case ErrorCode::kLimit:
            return "limit";
        case ErrorCode::kInternal:
            return "internal";
    }
    return "internal";
}

Error systemError(const std::string& what, int errorNumber) {
    const bool full = errorNumber == ENOSPC || errorNumber == EDQUOT || errorNumber == EFBIG;
    return Error(full ? ErrorCode::kNoSpace : ErrorCode::kIo,
                 what + ": " + std::generic_category().message(errorNumber));
}

}  // namespace weir
