#include "master/service/user_lists_text.h"

#include "common/mail/ascii.h"

namespace weir {
namespace {

constexpr bool separates(char c) {
    return isAsciiSpace(c) || c == ',' || c == ';';
}

std::vector<std::string_view> wordsOf(std::string_view text) {
    std::vector<std::string_view> words;
    for (std::size_t at = 0; at < text.size();) {
        std::size_t end = at;
        while (end < text.size() && !separates(text[end])) ++end;
        if (end > at) words.push_back(text.substr(at, end - at));
        at = end + 1;
    }
    return words;
}

UserListLine readLine(std::string_view text, std::size_t number, std::size_t limit) {
    UserListLine line;
    line.line = number;
    if (text.size() > limit) {
        line.wrong = "the line is longer than " + std::to_string(limit) + " bytes";
        return line;
    }
    const auto words = wordsOf(text);
    if (words.size() != 3) {
        line.wrong = "expected an owner, allow or block, and a sender, found " +
                     std::to_string(words.size()) + (words.size() == 1 ? " word" : " words");
        if (!words.empty()) line.owner = words[0];
        return line;
    }
    line.owner = words[0];
    line.kind = lowered(words[1]);
    line.sender = words[2];
    return line;
}

}  // namespace

Expected<std::vector<UserListLine>> readUserListText(std::string_view text,
                                                     const UserListTextLimits& limits) {
    constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
    if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
    std::vector<UserListLine> lines;
    for (std::size_t number = 1; !text.empty(); ++number) {
        const std::size_t end = text.find('\n');
        const std::string_view line = trimmed(text.substr(0, end));
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
        if (line.empty() || line.front() == '#') continue;
        if (lines.size() == limits.lines)
            return problem("line " + std::to_string(number),
                           "more than " + std::to_string(limits.lines) + " entries at once");
        lines.push_back(readLine(line, number, limits.lineSize));
    }
    return lines;
}

}  // namespace weir
