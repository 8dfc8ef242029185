// The composition root of weir-slave: builds the parts, starts them, and stops them in reverse.
//
// One thread (main's) calls it. The constructor opens everything that is on disk and recovers from an unclean
// end; start() begins to take mail; stop() finishes mails in hand. Throws Error for what an operator must
// repair: another process in the storage folder, a port in use, a folder that cannot be written.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>

#include "slave/slave_settings.h"

namespace weir {

class SlaveApp {
  public:
    explicit SlaveApp(SlaveConfig config);
    ~SlaveApp();  // stops
    void start();
    void stop();
    // SIGHUP: the log file, the policy file of a slave alone, and the link with its certificates are opened
    // anew.
    void reload();
    // A part ended that the slave cannot do without.
    bool ended() const;

  private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

// What is wrong with the policy file of a slave alone, if anything: it names the file and the place in it.
std::optional<Problem> checkPolicyFile(const std::filesystem::path& file);

}  // namespace weir
