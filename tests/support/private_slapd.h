// An OpenLDAP server of our own on loopback, in a temporary folder, with the entries that a test gives.
#pragma once

#include <sys/types.h>

#include <string>

#include "tests/support/temp_folder.h"

namespace weir::test {

class PrivateSlapd {
  public:
    static bool installed();

    // `ldif`: entries below dc=example,dc=com, which is there; cn=admin,dc=example,dc=com logs in with
    // "secret". Ready when it returns; throws std::runtime_error with the server's output.
    explicit PrivateSlapd(const std::string& ldif);
    ~PrivateSlapd();
    PrivateSlapd(const PrivateSlapd&) = delete;
    PrivateSlapd& operator=(const PrivateSlapd&) = delete;

    void start();
    void kill();
    void pause();
    void resume();
    std::string url() const { return "ldap://127.0.0.1:" + std::to_string(port_); }
    const TempFolder& folder() const { return folder_; }

  private:
    TempFolder folder_;
    int port_ = 0;
    pid_t process_ = -1;
};

}  // namespace weir::test
