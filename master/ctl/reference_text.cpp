#include "master/ctl/reference_text.h"

#include <nlohmann/json.hpp>
#include <vector>

namespace weir::ctl {
namespace {

std::string text(const Json& object, const char* name) {
    const auto found = object.find(name);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::string code(const std::string& words) {
    return "`" + words + "`";
}

std::string valueText(const Json& value) {
    if (value.is_null()) return {};
    if (value.is_string()) return value.get<std::string>().empty() ? "" : code(value.get<std::string>());
    if (value.is_array() && value.empty()) return {};
    return code(toText(value));
}

std::string words(const Json& all) {
    std::string joined;
    for (const Json& one : all) joined += (joined.empty() ? "" : ", ") + valueText(one);
    return joined;
}

// "| a | b |", with bars that would end a cell escaped.
std::string row(const std::vector<std::string>& cells) {
    std::string line = "|";
    for (const std::string& cell : cells) {
        line += " ";
        for (const char c : cell) line += c == '|' ? std::string("\\|") : std::string(1, c == '\n' ? ' ' : c);
        line += " |";
    }
    return line + "\n";
}
std::string head(const std::vector<std::string>& titles) {
    return row(titles) + row(std::vector<std::string>(titles.size(), "---"));
}

std::string fieldText(const Json& field) {
    const Json argument = field.value("argument", Json());
    const bool named = argument.is_object();
    std::string name = field.at("name").get<std::string>();
    std::string out = "### `" + name + (named ? ":" + text(argument, "example") : "") + "`\n\n" +
                      text(field, "help") + "\n\n";
    out += "- Type: " + text(field, "kind");
    if (field.contains("choices")) out += " (" + words(field.at("choices")) + ")";
    if (field.value("many", false)) out += "; several values a mail, holds when it holds for any";
    if (field.value("per_recipient", false)) out += "; a value of each recipient";
    out += "\n";
    if (named) out += "- After the colon: " + text(argument, "label") + "\n";
    out += "- Operators: " + words(field.at("operators")) + "\n";
    out += "- Cost: " + text(field, "cost");
    if (const std::string group = text(field, "group"); group != "message") out += ", from " + group;
    return out + "\n- Example: " + code(toText(field.at("example"))) + "\n\n";
}

std::string listed(const Json& all, const std::string& title, const char* more, const char* moreTitle) {
    std::string out = "## " + title + "\n\n" + head({"name", "what", moreTitle});
    for (const Json& one : all)
        out += row({code(text(one, "name")), text(one, "help"),
                    more == nullptr ? "" : valueText(one.value(more, Json()))});
    return out + "\n";
}

std::string actionText(const Json& action) {
    std::string out = "### `" + text(action, "name") + "`\n\n" + text(action, "help");
    if (action.value("final", false)) out += " Decides the verdict.";
    out += "\n\n";
    if (action.at("parameters").empty()) return out;
    out += head({"parameter", "type", "default", "what"});
    for (const Json& one : action.at("parameters")) {
        std::string kind = text(one, "kind");
        if (!one.at("choices").empty()) kind += ": " + words(one.at("choices"));
        out += row({code(text(one, "name")), kind,
                    one.value("required", false) ? "required" : valueText(one.at("default")),
                    text(one, "help")});
    }
    return out + "\n";
}

std::string settingKind(const Json& setting) {
    std::string kind = text(setting, "kind");
    if (!setting.at("choices").empty()) kind += ": " + words(setting.at("choices"));
    if (!setting.at("low").is_null())
        kind += ", " + valueText(setting.at("low")) + " to " + valueText(setting.at("high"));
    return kind;
}

std::string sectionText(const Json& section) {
    std::string out = "### `" + text(section, "name") + "`\n\n" + text(section, "help") + "\n\n";
    if (section.value("named", false))
        out += "One entry a name, each with these settings. " + text(section, "entry_help") + "\n\n";
    out += head({"setting", "type", "default", "what"});
    for (const Json& one : section.at("settings"))
        out += row({code(text(one, "name")), settingKind(one),
                    one.value("required", false) ? "required" : valueText(one.at("default")),
                    text(one, "help")});
    return out + "\n";
}

}  // namespace

std::string referenceText(const Json& schema) {
    try {
        std::string out = "# What a policy may say\n\n## Fields\n\n";
        for (const Json& one : schema.at("fields")) out += fieldText(one);
        out += listed(schema.at("operators"), "Operators", "operand", "operand");
        out += listed(schema.at("list_kinds"), "Kinds of lists", "example", "example of an entry");
        out += listed(schema.at("identifiers"), "Identifiers of dictionaries", "example", "example");
        out += "## Actions\n\n";
        for (const Json& one : schema.at("actions")) out += actionText(one);
        out += "## Macros\n\nIn texts that actions write, as `${name}`.\n\n" + head({"name", "what", ""});
        for (const Json& one : schema.at("macros"))
            out += row({code("${" + text(one, "name") + "}"), text(one, "help"),
                        one.value("of_file", false) ? "of a stripped attachment" : ""});
        out += "\n## Settings\n\n";
        for (const Json& one : schema.at("sections")) out += sectionText(one);
        return out;
    } catch (const Json::exception& error) {
        throw Error(ErrorCode::kInvalid, std::string("the master's schema: ") + error.what());
    }
}

}  // namespace weir::ctl
