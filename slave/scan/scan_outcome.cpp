#include "slave/scan/scan_outcome.h"

#include "common/base/utf8.h"
#include "common/mail/ascii.h"

namespace weir {
namespace {

ErrorCode codeOf(ScanFailure failure) {
    switch (failure) {
        case ScanFailure::kSlow:
            return ErrorCode::kTimeout;
        case ScanFailure::kNonsense:
            return ErrorCode::kInvalid;
        default:
            return ErrorCode::kUnavailable;
    }
}

}  // namespace

const char* toString(ScanFailure failure) {
    switch (failure) {
        case ScanFailure::kNone:
            return "none";
        case ScanFailure::kBusy:
            return "busy";
        case ScanFailure::kOpen:
            return "open";
        case ScanFailure::kAway:
            return "away";
        case ScanFailure::kSlow:
            return "slow";
        case ScanFailure::kBroken:
            return "broken";
        case ScanFailure::kNonsense:
            return "nonsense";
        case ScanFailure::kError:
            return "error";
        case ScanFailure::kGivenUp:
            return "given-up";
    }
    return "none";
}

const char* toString(ScanOutcome::State state) {
    switch (state) {
        case ScanOutcome::State::kClean:
            return "clean";
        case ScanOutcome::State::kFound:
            return "found";
        case ScanOutcome::State::kUnavailable:
            return "unavailable";
        case ScanOutcome::State::kTooLarge:
            return "too-large";
    }
    return "unavailable";
}

ScanOutcome unavailable(ScanFailure failure, std::string detail) {
    ScanOutcome outcome;
    outcome.state = ScanOutcome::State::kUnavailable;
    outcome.failure = failure;
    outcome.detail = std::move(detail);
    return outcome;
}

ScanOutcome tooLarge(std::string detail) {
    ScanOutcome outcome;
    outcome.state = ScanOutcome::State::kTooLarge;
    outcome.detail = std::move(detail);
    return outcome;
}

ScanError::ScanError(ScanFailure failure, const std::string& text)
    : Error(codeOf(failure), text), failure_(failure) {}

std::string peerText(std::string_view bytes, std::size_t limit) {
    std::string text = validUtf8(trimmed(bytes.substr(0, limit)), limit);
    for (char& c : text) {
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
    }
    return text;
}

}  // namespace weir
