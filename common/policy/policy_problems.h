// Collects what is wrong with a policy document while the parser goes on. One thread.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "common/base/error.h"
#include "common/base/json.h"
#include "common/policy/policy.h"

namespace weir {

// JSON pointer (RFC 6901) of a member or element.
std::string pointerTo(const std::string& parent, std::string_view member);
std::string pointerTo(const std::string& parent, std::size_t index);

// "an object", "a text" …: what a value is, for problems.
const char* kindOf(const Json& value);

class ProblemList {
  public:
    // Later problems are only counted: a broken list of a million entries must not become a million problems.
    static constexpr std::size_t kMost = 200;

    void add(std::string where, std::string what);
    bool empty() const { return count_ == 0; }
    PolicyProblems take();

  private:
    PolicyProblems problems_;
    std::size_t count_ = 0;
};

// Members of one JSON object. Every getter names a wrong type as a problem and returns the fallback; done()
// names members that nobody asked for, with the known names.
class MemberReader {
  public:
    MemberReader(const Json& object, std::string where, ProblemList& problems);

    const Json* any(const char* name);
    const Json* object(const char* name);
    const Json* array(const char* name);
    bool boolean(const char* name, bool fallback);
    // nullptr when absent or not a text.
    const std::string* text(const char* name);
    std::string where(std::string_view name) const { return pointerTo(where_, name); }
    void done();

  private:
    const Json* typed(const char* name, bool right(const Json&), const char* expected);

    const Json& object_;
    const std::string where_;
    ProblemList& problems_;
    std::vector<std::string_view> asked_;
};

}  // namespace weir
