#include "common/policy/facts.h"

namespace weir {

Facts::Facts(const Envelope& envelope, const Message& message, VirusScan scan)
    : envelope_(envelope), message_(message), scan_(std::move(scan)) {}

const VirusResult* Facts::virus() {
    if (!scan_) return nullptr;
    if (!virus_) virus_ = scan_();
    return &*virus_;
}

}  // namespace weir
