// One structured line a fact: `2026-11-21T20:42:52.123Z info mail.verdict qid=4bX verdict=quarantine ms=3.1`.
//
// Values are hostile: control characters, quotes and invalid UTF-8 are escaped, and values over 512 bytes are
// cut, so that no value can begin a line or a field. Thread-safe. Lines go to standard error (the journal)
// unless setLogFile() names a file. A line that cannot be written is dropped: logging never fails a mail.
#pragma once

#include <concepts>
#include <initializer_list>
#include <string>
#include <string_view>

namespace weir {

enum class LogLevel { kDebug, kInfo, kWarning, kError };

// "debug", "warning", "error"; info for any other name.
LogLevel logLevelNamed(std::string_view name);

struct LogField {
    std::string_view key;
    std::string value;
    LogField(std::string_view k, std::string v) : key(k), value(std::move(v)) {}
    LogField(std::string_view k, std::string_view v) : key(k), value(v) {}
    LogField(std::string_view k, const char* v) : key(k), value(v) {}
    LogField(std::string_view k, bool v) : key(k), value(v ? "yes" : "no") {}
    template <std::integral N>
    LogField(std::string_view k, N v) : key(k), value(std::to_string(v)) {}
    LogField(std::string_view k, double v);  // one decimal
};

// `what` is a dotted name of the fact: "mail.verdict", "policy.applied", "node.down".
void log(LogLevel level, std::string_view what, std::initializer_list<LogField> fields = {});

inline void logInfo(std::string_view what, std::initializer_list<LogField> f = {}) {
    log(LogLevel::kInfo, what, f);
}
inline void logWarning(std::string_view what, std::initializer_list<LogField> f = {}) {
    log(LogLevel::kWarning, what, f);
}
inline void logError(std::string_view what, std::initializer_list<LogField> f = {}) {
    log(LogLevel::kError, what, f);
}

// The text as it stands in a log line, quoted where it must be.
std::string logEscaped(std::string_view value);

void setLogLevel(LogLevel level);
void setLogFile(const std::string& path);  // "" = standard error; throws Error when it cannot be opened
void reopenLogFile();                      // after logrotate moved it; keeps the old one when that fails

}  // namespace weir
