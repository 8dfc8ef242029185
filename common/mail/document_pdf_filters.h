// The filters of PDF streams (ISO 32000-1, 7.4) that objects are hidden behind.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/mail/document_findings.h"

namespace weir {

struct PdfFilters {
    std::vector<std::string> names;  // in the order of decoding
    bool elsewhere = false;          // another object says it
    unsigned predictor = 1, columns = 1, colors = 1, bits = 8;
};

// Decoded, at most `most` bytes of it; `whole` is false when that is not all, because of `most`, the budget
// of `findings`, damage, or a filter that is not known (LZWDecode, …), which `findings` is told.
std::string decodedPdfStream(std::string_view bytes, const PdfFilters& filters, std::size_t most,
                             DocumentFindings& findings, bool& whole);

}  // namespace weir
