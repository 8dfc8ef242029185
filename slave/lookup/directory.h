// Users and their groups in an LDAP directory (RFC 4511).
//
// Connections are kept for the next question and opened again when the server ended them. Answers, also that
// an address is unknown, are remembered for a while. After a failure the server is left alone for a moment.
// Thread-safe.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

namespace weir {

struct DirectorySettings {
    std::string url;     // ldap://, ldaps:// or ldapi://
    std::string bindDn;  // empty: anonymous
    std::string passwordFile;
    std::string base;
    std::string filter;          // the address stands for %s, escaped (RFC 4515)
    std::string groupAttribute;  // such as memberOf
    std::chrono::milliseconds timeout{3000};
    std::chrono::seconds remember{300};
    std::size_t remembered = 50'000;        // addresses
    std::size_t groups = 1'000;             // of one entry
    std::chrono::milliseconds pause{5000};  // after a failure
    bool operator==(const DirectorySettings&) const = default;
};

struct DirectoryAnswer {
    enum class State { kKnown, kUnknown, kUnavailable };
    State state = State::kUnavailable;
    // Values of the group attribute; of a distinguished name also the value of its first part: "managers" of
    // "cn=managers,ou=groups,dc=example,dc=com".
    std::vector<std::string> groups;
    std::string detail;  // kUnavailable: why, for the operator
};

class Directory {
  public:
    explicit Directory(DirectorySettings settings);
    ~Directory();
    Directory(const Directory&) = delete;
    Directory& operator=(const Directory&) = delete;

    const DirectorySettings& settings() const;
    // Waits at most the time-out, twice where a kept connection turned out to be dead. Never throws.
    DirectoryAnswer find(const std::string& address);

  private:
    struct State;
    std::unique_ptr<State> state_;
};

// `text` as a value in a filter (RFC 4515, section 3).
std::string ldapFilterValue(const std::string& text);

}  // namespace weir
