// Settings of one program, declared once as a table: the parser of the TOML file, its errors, --print-config
// and the example files in conf/ all come from it.
//
// A name is "section.key". Unknown names, wrong types and values out of range are refused with file and line.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/error.h"

namespace weir {

enum class SettingKind {
    kText,
    kInteger,
    kBoolean,
    kBytes,    // a whole number, or text with K, M, G or T (powers of 1024): "64M"
    kTexts,    // array of texts
    kAddress,  // "HOST:PORT", "[IPv6]:PORT", "inet:HOST:PORT" or "unix:PATH"
};

struct Setting {
    std::string name;
    SettingKind kind;
    std::string fallback;  // as written in the file, without quotes; texts: comma-separated; "" = none
    std::int64_t low = 0;  // kInteger and kBytes
    std::int64_t high = 0;
    std::vector<std::string> choices = {};  // kText: the only values allowed, when not empty
    bool required = false;
    std::string help;  // what it is for; one line or more
};
using SettingsTable = std::vector<Setting>;

class Settings {
  public:
    // All defaults.
    explicit Settings(const SettingsTable& table);

    std::string text(std::string_view name) const;
    std::int64_t integer(std::string_view name) const;
    bool boolean(std::string_view name) const;
    std::vector<std::string> texts(std::string_view name) const;
    bool given(std::string_view name) const;  // the file says it
    // "slave.toml:12", or the name where the file does not say it: for errors about what a value refers to.
    std::string where(std::string_view name) const;

    // The effective values as a commented TOML file.
    std::string print(const SettingsTable& table) const;

  private:
    friend Expected<Settings> parseSettings(std::string_view, const std::string&, const SettingsTable&);
    struct Value {
        std::int64_t number = 0;
        std::vector<std::string> texts;
        bool given = false;
        int line = 0;
    };
    const Value& value(std::string_view name) const;
    std::string file_;
    std::map<std::string, Value, std::less<>> values_;
};

// `fileName` is for messages. Problem::where is "FILE:LINE".
Expected<Settings> parseSettings(std::string_view toml, const std::string& fileName,
                                 const SettingsTable& table);
// Throws Error kNotFound or kIo when the file cannot be read.
Expected<Settings> loadSettings(const std::filesystem::path& file, const SettingsTable& table);
// What a program runs with: the settings of `file`; all defaults when nobody named it (`given`) and it does
// not exist. Throws Error kInvalid, kNotFound or kIo.
Settings usedSettings(const std::filesystem::path& file, bool given, const SettingsTable& table);

// A file to edit: every setting with its help, range and default, commented out unless required.
std::string exampleSettings(const SettingsTable& table);

// "64M" → 67108864.
Expected<std::int64_t> parseBytes(std::string_view text);

// HOST and PORT of "HOST:PORT", "[V6]:PORT" or "inet:HOST:PORT"; or the path of "unix:PATH".
struct SocketName {
    std::string host;
    int port = 0;
    std::string path;  // not empty: a Unix socket
    std::string text() const;
};
Expected<SocketName> parseSocketName(std::string_view text);

}  // namespace weir
