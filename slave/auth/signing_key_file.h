// The file of a signing key on the node: SELECTOR.DOMAIN.pem in the node's key folder. What a person makes
// once and copies nowhere: each node of the cluster that signs with the same selector gets the same file by
// hand, or a selector of its own.
#pragma once

#include <filesystem>
#include <string>

#include "slave/auth/dkim_key.h"

namespace weir {

struct SigningKeyFile {
    std::filesystem::path path;
    std::string zoneLine;  // the TXT record to publish, as a line of a zone file
};

// A new key, readable by its owner alone: the user who runs this or, for root, the owner of the folder, which
// is made where it is missing. Throws Error: kConflict when there is a file already, which stays as it is;
// kInvalid for what is no domain or selector; kIo, kNoSpace.
SigningKeyFile makeSigningKeyFile(const std::filesystem::path& folder, const std::string& domain,
                                  const std::string& selector, DkimKey::Type type, unsigned rsaBits = 2048);

// The one that is there. Throws Error as SigningKey::fromFile().
SigningKeyFile readSigningKeyFile(const std::filesystem::path& folder, const std::string& domain,
                                  const std::string& selector);

}  // namespace weir
