#include "common/mail/verdict.h"

#include <array>

namespace weir {
namespace {

constexpr std::array<VerdictKind, 5> kKinds = {VerdictKind::kDeliver, VerdictKind::kQuarantine,
                                               VerdictKind::kDiscard, VerdictKind::kReject,
                                               VerdictKind::kTempfail};

}  // namespace

const char* toString(VerdictKind kind) {
    switch (kind) {
        case VerdictKind::kDeliver:
            return "deliver";
        case VerdictKind::kQuarantine:
            return "quarantine";
        case VerdictKind::kDiscard:
            return "discard";
        case VerdictKind::kReject:
            return "reject";
        case VerdictKind::kTempfail:
            return "tempfail";
    }
    return "tempfail";
}

bool verdictFromText(const std::string& text, VerdictKind& kind) {
    for (VerdictKind candidate : kKinds) {
        if (text == toString(candidate)) {
            kind = candidate;
            return true;
        }
    }
    return false;
}

}  // namespace weir
