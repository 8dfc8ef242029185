#include "slave/lookup/location.h"

#include <maxminddb.h>

#include <chrono>
#include <filesystem>
#include <optional>

#include "common/base/guarded.h"

namespace weir {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::chrono::seconds kLookAgain{60};

// An open database file. MMDB_lookup_string() only reads: any number of threads.
class Base {
  public:
    explicit Base(const std::string& path) {
        const int code = MMDB_open(path.c_str(), MMDB_MODE_MMAP, &base_);
        if (code != MMDB_SUCCESS) problem_ = path + ": " + MMDB_strerror(code);
    }
    ~Base() {
        if (problem_.empty()) MMDB_close(&base_);
    }
    Base(const Base&) = delete;
    Base& operator=(const Base&) = delete;

    const std::string& problem() const { return problem_; }

    std::optional<MMDB_entry_data_s> find(const std::string& address, const char* const* path) const {
        int addressError = 0;
        int error = MMDB_SUCCESS;
        MMDB_lookup_result_s found = MMDB_lookup_string(&base_, address.c_str(), &addressError, &error);
        if (addressError != 0 || error != MMDB_SUCCESS || !found.found_entry) return std::nullopt;
        MMDB_entry_data_s value{};
        if (MMDB_aget_value(&found.entry, &value, path) != MMDB_SUCCESS || !value.has_data)
            return std::nullopt;
        return value;
    }

  private:
    MMDB_s base_{};
    std::string problem_;
};

// A file that may be replaced while we run.
class File {
  public:
    explicit File(std::string path) : path_(std::move(path)) {}
    const std::string& path() const { return path_; }

    std::shared_ptr<const Base> get() {
        if (path_.empty()) return nullptr;
        auto inside = inside_.lock();
        const Clock::time_point now = Clock::now();
        if (inside->base && now < inside->lookAgain) return inside->base;
        inside->lookAgain = now + kLookAgain;
        std::error_code ignored;
        const auto written = std::filesystem::last_write_time(path_, ignored);
        if (!inside->base || !inside->base->problem().empty() || written != inside->written) {
            inside->base = std::make_shared<const Base>(path_);
            inside->written = written;
        }
        return inside->base;
    }

  private:
    struct Inside {
        std::shared_ptr<const Base> base;
        std::filesystem::file_time_type written{};
        Clock::time_point lookAgain{};
    };
    const std::string path_;
    Guarded<Inside> inside_;
};

}  // namespace

struct Location::State {
    File country, asn;
};

Location::Location(std::string countryFile, std::string asnFile)
    : state_(new State{File(std::move(countryFile)), File(std::move(asnFile))}) {}
Location::~Location() = default;

const std::string& Location::countryFile() const {
    return state_->country.path();
}
const std::string& Location::asnFile() const {
    return state_->asn.path();
}

Location::Answer Location::find(const std::string& address) {
    static const char* const kCountry[] = {"country", "iso_code", nullptr};
    static const char* const kAsn[] = {"autonomous_system_number", nullptr};
    Answer answer;
    if (const auto base = state_->country.get()) {
        answer.problem = base->problem();
        const auto value = answer.problem.empty() ? base->find(address, kCountry) : std::nullopt;
        if (value && value->type == MMDB_DATA_TYPE_UTF8_STRING)
            answer.country.assign(value->utf8_string, value->data_size);
    }
    if (const auto base = state_->asn.get()) {
        if (answer.problem.empty()) answer.problem = base->problem();
        const auto value = base->problem().empty() ? base->find(address, kAsn) : std::nullopt;
        if (value && value->type == MMDB_DATA_TYPE_UINT32) answer.asn = value->uint32;
    }
    return answer;
}

}  // namespace weir
