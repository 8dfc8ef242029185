#include "tests/support/yaml_documents.h"

#include <sstream>
#include <stdexcept>

namespace weir::test {
namespace {

using nlohmann::json;

struct Line {
    std::size_t number, indent;
    std::string text;  // without indentation and space at the end
};

std::string trim(const std::string& text) {
    const auto begin = text.find_first_not_of(" \r"), end = text.find_last_not_of(" \r");
    return begin == std::string::npos ? "" : text.substr(begin, end - begin + 1);
}

class Document {
  public:
    explicit Document(std::vector<Line> lines) : lines_(std::move(lines)) {}

    json read() {
        json value = block();
        if (at_ < lines_.size()) fail("indentation");
        return value;
    }

  private:
    [[noreturn]] void fail(const std::string& what) const {
        const Line& line = lines_[std::min(at_, lines_.size() - 1)];
        throw std::runtime_error("YAML line " + std::to_string(line.number) + ": " + what + ": " + line.text);
    }

    bool deeper(std::size_t indent) const { return at_ < lines_.size() && lines_[at_].indent > indent; }
    void skipEmpty() {
        while (at_ < lines_.size() && lines_[at_].text.empty()) ++at_;
    }

    json block() {
        skipEmpty();
        const std::size_t indent = lines_.at(at_).indent;
        const bool sequence = lines_[at_].text.starts_with("- ");
        json value = sequence ? json::array() : json::object();
        for (skipEmpty(); at_ < lines_.size() && lines_[at_].indent == indent; skipEmpty()) {
            if (sequence != lines_[at_].text.starts_with("- ")) fail("a sequence and a mapping in one block");
            if (sequence) {
                value.push_back(item(lines_[at_].text.substr(2), indent));
            } else {
                entry(value, lines_[at_].text, indent);
            }
        }
        return value;
    }

    json item(const std::string& text, std::size_t indent) {
        json value = json::object();
        const std::string trimmed = trim(text);
        if (trimmed.find(": ") == std::string::npos || trimmed.front() == '"' || trimmed.front() == '\'') {
            value = scalar(trimmed);
            ++at_;
        } else {
            entry(value, trimmed, indent);
        }
        return value;
    }

    // "key: value", the value perhaps on the lines that follow.
    void entry(json& mapping, const std::string& text, std::size_t indent) {
        std::size_t end = 0;
        std::string key;
        if (text.front() == '"') {
            end = text.find('"', 1);
            if (end == std::string::npos) fail("a key without end");
            key = unquoted(text.substr(0, ++end));
        } else {
            end = text.find(": ");
            if (end == std::string::npos && text.ends_with(':')) end = text.size() - 1;
            if (end == std::string::npos) fail("no key");
            key = text.substr(0, end);
        }
        if (text.size() <= end || text[end] != ':') fail("no colon after the key");
        if (mapping.contains(key)) fail("a key twice");
        const std::string rest = trim(text.substr(end + 1));
        ++at_;
        if (rest.empty()) {
            mapping[key] = deeper(indent) ? block() : json();
        } else if (rest.front() == '>' || rest.front() == '|') {
            mapping[key] = continued("", indent);
        } else if (rest.front() == '[' || rest.front() == '"' || rest.front() == '\'') {
            mapping[key] = scalar(rest);
        } else {
            mapping[key] = continued(rest, indent);
        }
    }

    // Texts over several lines are joined with spaces: only prose has them.
    std::string continued(std::string text, std::size_t indent) {
        for (; at_ < lines_.size() && (lines_[at_].text.empty() || lines_[at_].indent > indent); ++at_) {
            text += (text.empty() ? "" : " ") + lines_[at_].text;
        }
        return trim(text);
    }

    json scalar(const std::string& text) {
        if (text.front() != '[') return text.front() == '"' || text.front() == '\'' ? unquoted(text) : text;
        if (text.back() != ']') fail("a list without end");
        json list = json::array();
        std::string one;
        char quote = 0;
        for (const char c : text.substr(1, text.size() - 2) + ",") {
            if (quote == 0 && c == ',') {
                if (!trim(one).empty()) list.push_back(scalar(trim(one)));
                one.clear();
                continue;
            }
            if (quote == 0 && (c == '"' || c == '\'')) {
                quote = c;
            } else if (c == quote) {
                quote = 0;
            }
            one += c;
        }
        return list;
    }

    std::string unquoted(const std::string& text) {
        const char quote = text.front();
        if (text.size() < 2 || text.back() != quote) fail("a text without end");
        std::string value;
        for (std::size_t i = 1; i + 1 < text.size(); ++i) {
            if (quote != '"' || text[i] != '\\') {
                value += text[i];
            } else if (const char kind = text[++i]; kind == 'x') {
                value += static_cast<char>(std::stoi(text.substr(i + 1, 2), nullptr, 16));
                i += 2;
            } else if (kind == '0') {
                value += '\0';
            } else if (kind == '"' || kind == '\\') {
                value += kind;
            } else {
                fail("an escape");
            }
        }
        return value;
    }

    std::vector<Line> lines_;
    std::size_t at_ = 0;
};

}  // namespace

std::vector<json> yamlDocuments(const std::string& text) {
    std::vector<json> documents;
    std::vector<Line> lines;
    const auto finish = [&] {
        if (!lines.empty()) documents.push_back(Document(std::move(lines)).read());
        lines.clear();
    };
    std::istringstream in(text);
    std::string line;
    for (std::size_t number = 1; std::getline(in, line); ++number) {
        if (line == "---") {
            finish();
        } else if (!line.starts_with("#") && !(lines.empty() && trim(line).empty())) {
            const auto indent = line.find_first_not_of(' ');
            lines.push_back({number, indent == std::string::npos ? 0 : indent, trim(line)});
        }
    }
    finish();
    return documents;
}

}  // namespace weir::test
