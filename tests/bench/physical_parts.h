// What no filter can do without, measured alone in this process, with as many threads as the machine has
// processors, so that it runs under the same load as a filter and the sender beside it.
#pragma once

#include <string>
#include <vector>

namespace weir::bench {

// Milliseconds of CPU a mail.
struct PhysicalParts {
    double parse = 0;  // structure, transfer encodings, charsets, HTML to text and links
    double scan = 0;   // one libhs database of all `expressions` over that text
};

PhysicalParts physicalParts(const std::vector<std::string>& mails,
                            const std::vector<std::string>& expressions);

}  // namespace weir::bench
