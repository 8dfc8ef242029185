// The pools of one policy, by name. Made anew with each policy that is published; what did not change goes on
// with its connections, and what did is let go when the last mail that uses it is done.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "slave/scan/scanner_pool.h"

namespace weir {

using ScannerPoolPtr = std::shared_ptr<const ScannerPool>;

// Immutable: any thread. Keep it beside the policy it belongs to, so that a mail is scanned by one revision.
class Scanners {
  public:
    Scanners() = default;  // none
    // Takes over the pools of `before` whose name and settings are the same.
    Scanners(const std::map<std::string, ScannerSettings>& settings, const Scanners& before);

    // nullptr when there is none of that name.
    ScannerPoolPtr find(std::string_view name) const;
    std::map<std::string, ScannerHealth> health() const;

  private:
    std::map<std::string, ScannerPoolPtr, std::less<>> pools_;
};

}  // namespace weir
