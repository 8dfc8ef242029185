#include "slave/auth/organizational_domain.h"

#include <libpsl.h>

#include "common/base/error.h"

namespace weir {

PublicSuffixes::PublicSuffixes(const std::string& file)
    : list_(file.empty() ? psl_builtin() : psl_load_file(file.c_str())) {
    if (list_ == nullptr || (!file.empty() && psl_suffix_count(list_) == 0)) {
        psl_free(const_cast<psl_ctx_t*>(list_));
        throw Error(ErrorCode::kIo, "the public suffix list " + (file.empty() ? "of libpsl" : file) +
                                        " cannot be read, or has no suffix");
    }
}

PublicSuffixes::~PublicSuffixes() {
    psl_free(const_cast<psl_ctx_t*>(list_));  // leaves the built-in list alone
}

std::string PublicSuffixes::organizationalDomain(const std::string& domain) const {
    const char* found = psl_registrable_domain(list_, domain.c_str());
    return found == nullptr ? domain : found;
}

bool PublicSuffixes::isPublicSuffix(const std::string& domain) const {
    return psl_is_public_suffix(list_, domain.c_str()) != 0;
}

}  // namespace weir
