// One setting as declared, and the values of one section as given, with the defaults filled in.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "common/base/error.h"

namespace weir {

struct SettingSpec {
    enum class Kind { kFlag, kNumber, kSize, kDecimal, kChoice, kSocket, kText, kLongText, kTexts };
    std::string_view name;
    Kind kind;
    std::string_view help;
    std::string_view fallback = {};   // the default as text; of kTexts separated by spaces
    std::uint64_t low = 0, high = 0;  // kNumber, kSize; kText, kLongText: bytes; kTexts: how many
    std::span<const std::string_view> choices = {};  // kChoice
    bool required = false;                           // has no default
    // kText and each of kTexts: a problem where the text is not what the setting takes. May be nullptr.
    Expected<void> (*check)(std::string_view text) = nullptr;
};
const char* toString(SettingSpec::Kind kind);

// Values by name. Asking for a setting that the section does not have, or as another kind, is misuse
// (kInternal).
class SettingValues {
  public:
    explicit SettingValues(std::span<const SettingSpec> specs);  // the defaults

    bool flag(std::string_view name) const { return number(name) != 0; }
    std::uint64_t number(std::string_view name) const;  // also kSize; kChoice: index
    int integer(std::string_view name) const { return static_cast<int>(number(name)); }
    std::int64_t thousandths(std::string_view name) const;  // kDecimal
    const std::string& text(std::string_view name) const;
    const std::vector<std::string>& texts(std::string_view name) const;

    using Value = std::variant<std::uint64_t, std::int64_t, std::string, std::vector<std::string>>;
    void set(std::string_view name, Value value);

  private:
    const Value& at(std::string_view name) const;
    std::map<std::string_view, Value> values_;
};

}  // namespace weir
