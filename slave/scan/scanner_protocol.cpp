#include "slave/scan/scanner_protocol.h"

#include "slave/scan/clamd.h"
#include "slave/scan/icap.h"
#include "slave/scan/rspamd.h"
#include "slave/scan/spamd.h"

namespace weir {

std::unique_ptr<ScannerProtocol> makeScannerProtocol(const ScannerSettings& settings) {
    switch (settings.kind) {
        case ScannerKind::kClamd:
            return std::make_unique<ClamdProtocol>();
        case ScannerKind::kRspamd:
            return std::make_unique<RspamdProtocol>(settings);
        case ScannerKind::kSpamd:
            return std::make_unique<SpamdProtocol>(settings);
        case ScannerKind::kIcap:
            return std::make_unique<IcapProtocol>(settings);
    }
    throw Error(ErrorCode::kInvalid, "no such kind of scanner");
}

}  // namespace weir
