#include "common/mail/mime_reader.h"

#include <utility>

#include "common/mail/mime_structure.h"
#include "common/mail/mime_views.h"

namespace weir {

MimeTree readMime(const HeaderBlock& header, std::string_view bytes, const MimeLimits& limits) {
    MimeTree tree;
    MimeStore store{tree.decoded, bytes.size()};
    MimeReading usual = readMimeStructure({bytes}, header, {}, limits, store);
    tree.parts = std::move(usual.parts);
    tree.defects = std::move(usual.defects);
    tree.ambiguities = usual.ambiguities;
    tree.cuts = usual.cuts;
    if (!usual.doubts.empty()) addMimeViews(tree, usual.doubts, bytes, limits, store);
    return tree;
}

}  // namespace weir
