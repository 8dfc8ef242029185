#include "common/base/digest.h"
#include "common/policy/policy.h"

namespace weir {

std::string policyDigest(const Json& document) {
    return sha256Hex(canonicalText(document));
}

}  // namespace weir
