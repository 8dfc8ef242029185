#include "tests/support/arc_suite.h"

#include <stdexcept>

#include "common/base/durable_file.h"

namespace weir::test {
namespace {

// Mappings of mappings and scalars: plain ones, "|" (line ends kept, the last one alone) and ">-" (joined).
class Yaml {
  public:
    explicit Yaml(const std::string& text) {
        for (std::size_t at = 0; at < text.size();) {
            const std::size_t end = std::min(text.find('\n', at), text.size());
            lines_.push_back(text.substr(at, end - at));
            if (lines_.back().starts_with("---")) lines_.back() = trimmed(lines_.back());
            at = end + 1;
        }
    }

    bool ended() {
        while (at_ < lines_.size() && blank(lines_[at_])) ++at_;
        return at_ == lines_.size();
    }

    // "---" and "..." end a document.
    bool takeEndOfDocument() {
        if (ended() || (lines_[at_] != "---" && lines_[at_] != "...")) return false;
        ++at_;
        return true;
    }

    // The key at exactly this depth; false when the mapping has no more.
    bool takeKey(std::size_t depth, std::string& key) {
        if (ended() || indent(lines_[at_]) != depth || lines_[at_] == "---" || lines_[at_] == "...")
            return false;
        const std::string& line = lines_[at_];
        const std::size_t colon = line.find(':');
        if (colon == std::string::npos || (colon + 1 < line.size() && line[colon + 1] != ' '))
            throw std::runtime_error("not a key: " + line);
        key = line.substr(depth, colon - depth);
        rest_ = trimmed(line.substr(colon + 1));
        ++at_;
        return true;
    }

    // Of the key just taken, whose own depth this is.
    std::string scalar(std::size_t depth) {
        if (rest_ == "|") return block(depth, "\n") + (lastBlock_ ? "\n" : "");
        if (rest_ == ">-") return block(depth, " ");
        if (rest_.empty() || rest_.find_first_of("'\"&*!>|[{") == 0)
            throw std::runtime_error("not a scalar: " + rest_);
        return rest_;
    }
    void mapping() const {
        if (!rest_.empty()) throw std::runtime_error("not a mapping: " + rest_);
    }

  private:
    static bool blank(const std::string& line) { return line.find_first_not_of(' ') == std::string::npos; }
    static std::size_t indent(const std::string& line) { return line.find_first_not_of(' '); }
    static std::string trimmed(const std::string& text) {
        const std::size_t from = text.find_first_not_of(' ');
        return from == std::string::npos ? "" : text.substr(from, text.find_last_not_of(' ') + 1 - from);
    }

    std::string block(std::size_t depth, const std::string& separator) {
        std::vector<std::string> kept;
        std::size_t width = 0;  // of the block's own indentation
        for (; at_ < lines_.size(); ++at_) {
            const std::string& line = lines_[at_];
            if (!blank(line) && indent(line) <= depth) break;
            if (width == 0 && !blank(line)) width = indent(line);
            kept.push_back(width > 0 && line.size() > width ? line.substr(width) : "");
        }
        while (!kept.empty() && kept.back().empty()) kept.pop_back();
        lastBlock_ = !kept.empty();
        std::string text;
        for (std::size_t i = 0; i < kept.size(); ++i) text += (i > 0 ? separator : "") + kept[i];
        return text;
    }

    std::vector<std::string> lines_;
    std::size_t at_ = 0;
    std::string rest_;
    bool lastBlock_ = false;
};

void readGroup(Yaml& yaml, ArcGroup& group) {
    std::string key, name, inner;
    while (yaml.takeKey(0, key)) {
        if (key == "tests") {
            yaml.mapping();
            while (yaml.takeKey(2, name)) {
                yaml.mapping();
                group.cases.push_back({name, {}});
                while (yaml.takeKey(4, inner)) group.cases.back().values[inner] = yaml.scalar(4);
            }
        } else if (key == "txt-records") {
            yaml.mapping();
            while (yaml.takeKey(2, name)) group.records[name] = yaml.scalar(2);
        } else {
            group.values[key] = yaml.scalar(0);
        }
    }
}

}  // namespace

std::vector<ArcGroup> readArcSuite(const std::filesystem::path& file) {
    Yaml yaml(readFile(file));
    std::vector<ArcGroup> groups;
    while (!yaml.ended()) {
        readGroup(yaml, groups.emplace_back());
        if (!yaml.takeEndOfDocument() && !yaml.ended())
            throw std::runtime_error(file.string() + ": not read to its end");
    }
    return groups;
}

}  // namespace weir::test
