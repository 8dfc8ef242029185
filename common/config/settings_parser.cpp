#include <toml++/toml.h>

#include <algorithm>

#include "common/base/durable_file.h"
#include "common/config/settings.h"

namespace weir {
namespace {

constexpr std::uint64_t kMaxFile = 1u << 20;

std::string place(const std::string& file, const toml::source_region& source) {
    return file + ":" + std::to_string(source.begin.line);
}

std::string expectedText(const Setting& setting) {
    switch (setting.kind) {
        case SettingKind::kText:
            return "text in quotes";
        case SettingKind::kInteger:
            return "a whole number";
        case SettingKind::kBoolean:
            return "true or false";
        case SettingKind::kBytes:
            return "a size such as \"64M\"";
        case SettingKind::kTexts:
            return "an array of texts in quotes";
        case SettingKind::kAddress:
            return "an address in quotes";
    }
    return {};
}

// What is wrong with the value, or empty.
std::string checkNumber(const Setting& setting, std::int64_t number) {
    if (number >= setting.low && number <= setting.high) return {};
    return setting.name + ": expected " + std::to_string(setting.low) + " to " +
           std::to_string(setting.high) + ", found " + std::to_string(number);
}

std::string checkText(const Setting& setting, const std::string& text) {
    if (!setting.choices.empty() &&
        std::find(setting.choices.begin(), setting.choices.end(), text) == setting.choices.end()) {
        std::string choices;
        for (const auto& choice : setting.choices) choices += (choices.empty() ? "" : ", ") + choice;
        return setting.name + ": expected one of " + choices + ", found \"" + text + "\"";
    }
    if (setting.kind == SettingKind::kAddress && !text.empty())
        if (const auto name = parseSocketName(text); !name) return setting.name + ": " + name.error().what;
    if (setting.required && text.empty()) return setting.name + ": must not be empty";
    return {};
}

// Reads one TOML value into number or texts; returns what is wrong, or empty.
std::string readValue(const Setting& setting, const toml::node& node, std::int64_t& number,
                      std::vector<std::string>& texts) {
    const std::string wrongType = setting.name + ": expected " + expectedText(setting);
    switch (setting.kind) {
        case SettingKind::kBoolean:
            if (!node.is_boolean()) return wrongType;
            number = node.value<bool>().value();
            return {};
        case SettingKind::kInteger:
            if (!node.is_integer()) return wrongType;
            number = node.value<std::int64_t>().value();
            return checkNumber(setting, number);
        case SettingKind::kBytes: {
            if (node.is_integer()) {
                number = node.value<std::int64_t>().value();
            } else {
                if (!node.is_string()) return wrongType;
                const auto bytes = parseBytes(node.value<std::string>().value());
                if (!bytes) return setting.name + ": " + bytes.error().what;
                number = *bytes;
            }
            return checkNumber(setting, number);
        }
        case SettingKind::kTexts: {
            if (!node.is_array()) return wrongType;
            texts.clear();
            for (const toml::node& element : *node.as_array()) {
                if (!element.is_string()) return wrongType;
                texts.push_back(element.value<std::string>().value());
            }
            return {};
        }
        case SettingKind::kText:
        case SettingKind::kAddress:
            if (!node.is_string()) return wrongType;
            texts = {node.value<std::string>().value()};
            return checkText(setting, texts.front());
    }
    return wrongType;
}

// The declared name nearest to a mistyped one, as a hint.
std::string nearest(const std::string& name, const SettingsTable& table) {
    const std::string key = name.substr(name.find('.') + 1);
    for (const Setting& setting : table)
        if (setting.name.substr(setting.name.find('.') + 1) == key)
            return "; did you mean " + setting.name + "?";
    return {};
}

}  // namespace

Expected<Settings> parseSettings(std::string_view toml, const std::string& fileName,
                                 const SettingsTable& table) {
    toml::table root;
    try {
        root = toml::parse(toml, std::string_view(fileName));
    } catch (const toml::parse_error& error) {
        return problem(place(fileName, error.source()), std::string(error.description()));
    }
    Settings settings(table);
    settings.file_ = fileName;
    for (const auto& [section, content] : root) {
        const std::string sectionName(section.str());
        if (!content.is_table())
            return problem(place(fileName, content.source()),
                           "\"" + sectionName + "\" stands outside a section; expected [section] first");
        for (const auto& [key, node] : *content.as_table()) {
            const std::string name = sectionName + "." + std::string(key.str());
            const auto setting = std::find_if(table.begin(), table.end(),
                                              [&](const Setting& each) { return each.name == name; });
            const std::string where = place(fileName, node.source());
            if (setting == table.end())
                return problem(where, "unknown setting " + name + nearest(name, table));
            Settings::Value& value = settings.values_.find(name)->second;
            if (const std::string wrong = readValue(*setting, node, value.number, value.texts);
                !wrong.empty())
                return problem(where, wrong);
            value.given = true;
            value.line = static_cast<int>(node.source().begin.line);
        }
    }
    for (const Setting& setting : table)
        if (setting.required && !settings.given(setting.name))
            return problem(fileName, "missing setting " + setting.name + ": " + setting.help);
    return settings;
}

Expected<Settings> loadSettings(const std::filesystem::path& file, const SettingsTable& table) {
    return parseSettings(readFile(file, kMaxFile), file.string(), table);
}

Settings usedSettings(const std::filesystem::path& file, bool given, const SettingsTable& table) {
    if (!given && !std::filesystem::exists(file)) return Settings(table);
    auto settings = loadSettings(file, table);
    if (!settings) throw Error(ErrorCode::kInvalid, settings.error().text());
    return std::move(*settings);
}

}  // namespace weir
