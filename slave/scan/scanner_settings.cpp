#include "slave/scan/scanner_settings.h"

namespace weir {

const char* toString(ScannerKind kind) {
    switch (kind) {
        case ScannerKind::kClamd:
            return "clamd";
        case ScannerKind::kRspamd:
            return "rspamd";
        case ScannerKind::kSpamd:
            return "spamd";
        case ScannerKind::kIcap:
            return "icap";
    }
    return "scanner";
}

}  // namespace weir
