#include "common/policy/action_text.h"

#include <algorithm>
#include <string>

#include "common/policy/match_text.h"

namespace weir {
namespace {

bool isDigit(char c) {
    return c >= '0' && c <= '9';
}
bool isLower(char c) {
    return c >= 'a' && c <= 'z';
}
bool isUpper(char c) {
    return c >= 'A' && c <= 'Z';
}

bool isName(std::string_view name, std::size_t most) {
    return !name.empty() && name.size() <= most && name.front() != '-' &&
           std::all_of(name.begin(), name.end(), [](char c) { return isLower(c) || isDigit(c) || c == '-'; });
}

bool isNumber(std::string_view digits) {
    return !digits.empty() && digits.size() <= 3 && std::all_of(digits.begin(), digits.end(), isDigit);
}

}  // namespace

bool isRuleHeaderName(std::string_view name) {
    return !name.empty() && name.size() <= 64 &&
           std::all_of(name.begin(), name.end(), [](char c) { return c > ' ' && c <= '~' && c != ':'; });
}

bool isHeaderValue(std::string_view value, std::size_t limit) {
    if (value.empty() || value.size() > limit) return false;
    std::string buffer;
    if (regexText(value, buffer).find("\xEF\xBF\xBD") != std::string_view::npos) return false;
    return std::none_of(value.begin(), value.end(), [](char c) { return (c >= 0 && c < ' ') || c == 127; });
}

bool isReplyText(std::string_view text) {
    return !text.empty() && text.size() <= 400 &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

bool isEnhancedStatus(std::string_view status, char statusClass) {
    const std::size_t second = status.rfind('.');
    return status.size() >= 5 && status[0] == statusClass && status[1] == '.' && second > 1 &&
           isNumber(status.substr(2, second - 2)) && isNumber(status.substr(second + 1));
}

bool isQueueName(std::string_view name) {
    return isName(name, 32);
}
bool isListName(std::string_view name) {
    return isName(name, 64);
}

bool isIdentifier(std::string_view id) {
    if (id.empty() || id.size() > 64 || id.front() == '.' || id.front() == '_' || id.front() == '-')
        return false;
    return std::all_of(id.begin(), id.end(), [](char c) {
        return isLower(c) || isUpper(c) || isDigit(c) || c == '.' || c == '_' || c == '-';
    });
}

}  // namespace weir
