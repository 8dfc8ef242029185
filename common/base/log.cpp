#include "common/base/log.h"

#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <mutex>

#include "common/base/clock.h"
#include "common/base/error.h"
#include "common/base/utf8.h"

namespace weir {
namespace {

constexpr std::size_t kMaxValue = 512;

std::atomic<LogLevel> minimum{LogLevel::kInfo};
std::mutex sinkMutex;
std::string sinkPath;
int sink = STDERR_FILENO;

const char* toString(LogLevel level) {
    switch (level) {
        case LogLevel::kDebug:
            return "debug";
        case LogLevel::kInfo:
            return "info";
        case LogLevel::kWarning:
            return "warning";
        case LogLevel::kError:
            return "error";
    }
    return "error";
}

int openLog(const std::string& path) {
    const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0640);
    if (fd < 0) throw systemError("cannot open log file " + path, errno);
    return fd;
}

void replaceSink(int fd) {
    std::lock_guard lock(sinkMutex);
    if (sink != STDERR_FILENO) ::close(sink);
    sink = fd;
}

bool needsQuotes(std::string_view value) {
    if (value.empty()) return true;
    for (const char c : value)
        if (static_cast<unsigned char>(c) <= ' ' || c == '"' || c == '\\' || c == '=' ||
            static_cast<unsigned char>(c) >= 0x7f)
            return true;
    return false;
}

}  // namespace

LogLevel logLevelNamed(std::string_view name) {
    if (name == "debug") return LogLevel::kDebug;
    if (name == "warning") return LogLevel::kWarning;
    return name == "error" ? LogLevel::kError : LogLevel::kInfo;
}

LogField::LogField(std::string_view k, double v) : key(k) {
    char text[64];
    std::snprintf(text, sizeof text, "%.1f", v);
    value = text;
}

std::string logEscaped(std::string_view value) {
    const bool cut = value.size() > kMaxValue;
    if (cut) value = cutUtf8(value, kMaxValue);
    if (!cut && !needsQuotes(value)) return std::string(value);
    std::string text = "\"";
    for (std::size_t at = 0; at < value.size();) {
        const auto byte = static_cast<unsigned char>(value[at]);
        char escaped[8];
        if (value[at] == '"' || value[at] == '\\') {
            text += '\\';
            text += value[at++];
        } else if (byte >= ' ' && byte < 0x7f) {
            text += value[at++];
        } else if (const std::size_t length = byte >= 0xc2 ? utf8Length(value, at) : 0;
                   // U+0080..U+009F are controls, U+2028 and U+2029 end lines in some viewers
                   length > 0 && !(byte == 0xc2 && static_cast<unsigned char>(value[at + 1]) < 0xa0) &&
                   value.substr(at, 3) != "\xe2\x80\xa8" && value.substr(at, 3) != "\xe2\x80\xa9") {
            text += value.substr(at, length);
            at += length;
        } else {
            std::snprintf(escaped, sizeof escaped, "\\x%02x", byte);
            text += escaped;
            ++at;
        }
    }
    text += cut ? "…\"" : "\"";
    return text;
}

void log(LogLevel level, std::string_view what, std::initializer_list<LogField> fields) {
    if (level < minimum.load(std::memory_order_relaxed)) return;
    std::string line = toText(now());
    line += ' ';
    line += toString(level);
    line += ' ';
    line += what;
    for (const LogField& field : fields) {
        line += ' ';
        line += field.key;
        line += '=';
        line += logEscaped(field.value);
    }
    line += '\n';
    std::lock_guard lock(sinkMutex);
    [[maybe_unused]] const auto written = ::write(sink, line.data(), line.size());
}

void setLogLevel(LogLevel level) {
    minimum = level;
}

void setLogFile(const std::string& path) {
    replaceSink(path.empty() ? STDERR_FILENO : openLog(path));
    std::lock_guard lock(sinkMutex);
    sinkPath = path;
}

void reopenLogFile() {
    std::string path;
    {
        std::lock_guard lock(sinkMutex);
        path = sinkPath;
    }
    if (path.empty()) return;
    try {
        replaceSink(openLog(path));
    } catch (const Error& error) {
        logError("log.reopen-failed", {{"error", error.what()}});
    }
}

}  // namespace weir
