#include "common/config/settings.h"

#include <charconv>
#include <sstream>

namespace weir {
namespace {

std::vector<std::string> splitList(const std::string& text) {
    std::vector<std::string> parts;
    std::istringstream in(text);
    for (std::string part; std::getline(in, part, ',');)
        if (!part.empty()) parts.push_back(part);
    return parts;
}

std::string quoted(const std::string& text) {
    std::string result = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') result += '\\';
        result += c;
    }
    return result + '"';
}

std::string tomlArray(const std::vector<std::string>& texts) {
    std::string result;
    for (const auto& text : texts) result += (result.empty() ? "" : ", ") + quoted(text);
    return "[" + result + "]";
}

std::string fallbackText(const Setting& setting) {
    switch (setting.kind) {
        case SettingKind::kInteger:
        case SettingKind::kBoolean:
            return setting.fallback;
        case SettingKind::kTexts:
            return tomlArray(splitList(setting.fallback));
        default:
            return quoted(setting.fallback);
    }
}

std::string sizeText(std::int64_t bytes) {
    constexpr std::string_view units = "KMGT";
    std::string unit;
    for (const char next : units) {
        if (bytes == 0 || bytes % 1024 != 0) break;
        bytes /= 1024;
        unit = next;
    }
    return std::to_string(bytes) + unit;
}

std::string rangeText(const Setting& setting) {
    if (setting.kind == SettingKind::kInteger)
        return std::to_string(setting.low) + " to " + std::to_string(setting.high);
    if (setting.kind == SettingKind::kBytes) return sizeText(setting.low) + " to " + sizeText(setting.high);
    std::string text;
    for (const auto& choice : setting.choices) text += (text.empty() ? "one of " : ", ") + choice;
    return text;
}

// One section after the other, each setting under its help.
template <class Line>
std::string tomlText(const SettingsTable& table, Line line) {
    std::string text, section;
    for (const Setting& setting : table) {
        const auto dot = setting.name.find('.');
        if (setting.name.substr(0, dot) != section) {
            section = setting.name.substr(0, dot);
            text += (text.empty() ? "[" : "\n[") + section + "]\n";
        }
        std::istringstream help(setting.help);
        for (std::string part; std::getline(help, part);) text += "# " + part + "\n";
        if (const std::string range = rangeText(setting); !range.empty()) text += "# " + range + "\n";
        text += line(setting, setting.name.substr(dot + 1)) + "\n";
    }
    return text;
}

}  // namespace

Settings::Settings(const SettingsTable& table) {
    for (const Setting& setting : table) {
        Value value;
        if (setting.kind == SettingKind::kInteger || setting.kind == SettingKind::kBytes)
            value.number = parseBytes(setting.fallback.empty() ? "0" : setting.fallback).value();
        else if (setting.kind == SettingKind::kBoolean)
            value.number = setting.fallback == "true";
        else if (setting.kind == SettingKind::kTexts)
            value.texts = splitList(setting.fallback);
        else
            value.texts = {setting.fallback};
        values_.emplace(setting.name, std::move(value));
    }
}

const Settings::Value& Settings::value(std::string_view name) const {
    const auto found = values_.find(name);
    if (found == values_.end())
        throw Error(ErrorCode::kInternal, "no setting is declared with the name " + std::string(name));
    return found->second;
}

std::string Settings::text(std::string_view name) const {
    const Value& found = value(name);
    return found.texts.empty() ? std::string() : found.texts.front();
}

std::int64_t Settings::integer(std::string_view name) const {
    return value(name).number;
}

bool Settings::boolean(std::string_view name) const {
    return value(name).number != 0;
}

std::vector<std::string> Settings::texts(std::string_view name) const {
    return value(name).texts;
}

bool Settings::given(std::string_view name) const {
    return value(name).given;
}

std::string Settings::where(std::string_view name) const {
    const Value& found = value(name);
    return found.given ? file_ + ":" + std::to_string(found.line) : std::string(name);
}

std::string Settings::print(const SettingsTable& table) const {
    return tomlText(table, [this](const Setting& setting, const std::string& key) {
        const Value& effective = value(setting.name);
        switch (setting.kind) {
            case SettingKind::kInteger:
                return key + " = " + std::to_string(effective.number);
            case SettingKind::kBoolean:
                return key + " = " + (effective.number ? "true" : "false");
            case SettingKind::kBytes:
                return key + " = " + quoted(sizeText(effective.number));
            case SettingKind::kTexts:
                return key + " = " + tomlArray(effective.texts);
            default:
                return key + " = " + quoted(effective.texts.front());
        }
    });
}

std::string exampleSettings(const SettingsTable& table) {
    return tomlText(table, [](const Setting& setting, const std::string& key) {
        return (setting.required ? "" : "#") + key + " = " + fallbackText(setting);
    });
}

Expected<std::int64_t> parseBytes(std::string_view text) {
    constexpr std::string_view units = "KMGT";
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
    unsigned shift = 0;
    if (error == std::errc() && unit.size() == 1 && units.find(unit) != std::string_view::npos) {
        shift = 10 * (static_cast<unsigned>(units.find(unit)) + 1);
        unit = {};
    }
    if (error != std::errc() || !unit.empty() || number < 0 || number > (INT64_MAX >> shift))
        return problem("", "expected a size such as 4096, 64K, 10M or 2G, found \"" +
                               std::string(text.substr(0, 60)) + "\"");
    return number << shift;
}

}  // namespace weir
