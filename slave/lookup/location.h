// Country and autonomous system of an IP address, from MaxMind database files (libmaxminddb).
//
// A file that is replaced is read again within a minute. Thread-safe.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

namespace weir {

class Location {
  public:
    // An empty path: no such file, and so no answers of its kind.
    Location(std::string countryFile, std::string asnFile);
    ~Location();
    Location(const Location&) = delete;
    Location& operator=(const Location&) = delete;

    const std::string& countryFile() const;
    const std::string& asnFile() const;

    struct Answer {
        std::string country;    // ISO 3166, two letters; empty: not known
        std::uint64_t asn = 0;  // 0: not known
        std::string problem;    // why a file could not be asked; empty: both were, or are not wanted
    };
    Answer find(const std::string& address);

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace weir
