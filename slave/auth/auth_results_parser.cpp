#include "slave/auth/auth_results_parser.h"

#include <optional>
#include <utility>

#include "common/mail/ascii.h"

namespace weir {
namespace {

constexpr std::string_view kName = "authentication-results";
constexpr unsigned kLastInstance = 50;

constexpr bool isSpace(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

// Reads the words of a structured field: white space and comments (RFC 5322, section 3.2.2) may stand between
// any two of them. Comments nest; the depth is a counter.
class Reader {
  public:
    explicit Reader(std::string_view text) : text_(text) {}

    bool failed() const { return failed_; }
    std::size_t at() const { return at_; }
    bool ended() { return skip(), at_ == text_.size(); }

    // The last comment that was passed over, unescaped.
    std::string takeComment() { return std::exchange(comment_, {}); }

    void skip() {
        while (at_ < text_.size()) {
            if (isSpace(text_[at_])) {
                ++at_;
            } else if (text_[at_] != '(' || !skipComment()) {
                return;
            }
        }
    }

    bool take(char wanted) {
        skip();
        if (at_ >= text_.size() || text_[at_] != wanted) return false;
        ++at_;
        return true;
    }

    // Letters, digits, '-' and '_'.
    std::string keyword() {
        skip();
        return lowered(
            run([](char c) { return isAsciiLetter(c) || isAsciiDigit(c) || c == '-' || c == '_'; }));
    }

    // A quoted string, or all bytes up to white space, ';' or '('; and both, for "local part"@domain.
    std::optional<std::string> value() {
        skip();
        std::string result;
        const std::size_t start = at_;
        if (at_ < text_.size() && text_[at_] == '"' && !quoted(result)) return std::nullopt;
        result += run([](char c) { return !isSpace(c) && c != ';' && c != '(' && c != '"'; });
        return at_ > start ? std::optional(result) : std::nullopt;
    }

  private:
    template <class Test>
    std::string_view run(Test test) {
        const std::size_t start = at_;
        while (at_ < text_.size() && test(text_[at_])) ++at_;
        return text_.substr(start, at_ - start);
    }

    bool skipComment() {
        std::string comment;
        std::size_t depth = 0;
        for (std::size_t i = at_; i < text_.size(); ++i) {
            char c = text_[i];
            if (c == '\\' && i + 1 < text_.size()) {
                c = text_[++i];
            } else if (c == '(') {
                if (depth++ == 0) continue;
            } else if (c == ')' && --depth == 0) {
                at_ = i + 1;
                comment_ = std::move(comment);
                return true;
            }
            comment += c;
        }
        failed_ = true;
        return false;
    }

    bool quoted(std::string& result) {
        for (std::size_t i = at_ + 1; i < text_.size(); ++i) {
            if (text_[i] == '"') {
                at_ = i + 1;
                return true;
            }
            if (text_[i] == '\\' && i + 1 < text_.size()) ++i;
            if (text_[i] != '\r' && text_[i] != '\n') result += text_[i];
        }
        failed_ = true;
        return false;
    }

    std::string_view text_;
    std::size_t at_ = 0;
    bool failed_ = false;
    std::string comment_;
};

tl::unexpected<Problem> wrong(const Reader& reader, const char* what) {
    return problem("byte " + std::to_string(reader.at()), what);
}

// What comes after "method=result": reason and properties.
Expected<AuthResult> readDetails(Reader& reader, AuthResult result, const AuthResultsLimits& limits) {
    for (;;) {
        if (reader.ended() || reader.failed()) break;
        if (result.comment.empty()) result.comment = reader.takeComment();
        const std::string word = reader.keyword();
        if (word.empty()) break;
        if (word == "reason" && reader.take('=')) {
            const auto reason = reader.value();
            if (!reason) return wrong(reader, "a reason without a value");
            result.reason = *reason;
            continue;
        }
        if (!reader.take('.')) return wrong(reader, "neither a reason nor a property");
        const std::string name = reader.keyword();
        if (name.empty() || !reader.take('=')) return wrong(reader, "a property without a value");
        const auto value = reader.value();
        if (result.properties.size() >= limits.properties) return wrong(reader, "too many properties");
        result.properties.push_back({word, name, value.value_or("")});
    }
    if (result.comment.empty()) result.comment = reader.takeComment();
    return result;
}

Expected<std::optional<AuthResult>> readResult(Reader& reader, const AuthResultsLimits& limits) {
    reader.takeComment();
    AuthResult result;
    result.method = reader.keyword();
    if (result.method.empty()) return wrong(reader, "no method");
    if (reader.take('/')) reader.keyword();  // its version
    if (!reader.take('=')) {
        if (result.method == "none") return std::optional<AuthResult>();
        return wrong(reader, "a method without a result");
    }
    result.result = reader.keyword();
    if (result.result.empty()) return wrong(reader, "no result");
    auto read = readDetails(reader, std::move(result), limits);
    if (!read) return tl::unexpected(read.error());
    return std::optional(std::move(*read));
}

}  // namespace

Expected<AuthResults> parseAuthResults(std::string_view value, const AuthResultsLimits& limits) {
    if (value.size() > limits.bytes) return problem("", "over " + std::to_string(limits.bytes) + " bytes");
    Reader reader(value);
    AuthResults all;
    const auto id = reader.value();
    if (!id) return wrong(reader, "no name of a server");
    all.authservId = *id;
    reader.keyword();  // a version
    while (reader.take(';')) {
        if (reader.ended()) break;
        if (all.results.size() >= limits.results) return wrong(reader, "too many results");
        auto result = readResult(reader, limits);
        if (!result) return tl::unexpected(result.error());
        if (*result) all.results.push_back(std::move(**result));
    }
    if (reader.failed()) return wrong(reader, "a comment or quoted text without its end");
    if (!reader.ended()) return wrong(reader, "more than a result");
    return all;
}

Expected<ArcResultsStart> parseArcResultsStart(std::string_view value) {
    Reader reader(value);
    if (reader.keyword() != "i" || !reader.take('=')) return wrong(reader, "i= is not at the front");
    const auto number = decimalNumber(reader.keyword(), 2);
    if (!number || *number == 0 || *number > kLastInstance) return wrong(reader, "i= is not 1 to 50");
    if (!reader.take(';')) return wrong(reader, "no semicolon after i=");
    return ArcResultsStart{static_cast<unsigned>(*number), value.substr(reader.at())};
}

std::string mergedAuthResults(const std::vector<HeaderField>& fields, const std::string& id,
                              const AuthResultsLimits& limits) {
    std::string merged;
    for (const HeaderField& field : fields) {
        if (!equalIgnoringCase(field.name, kName)) continue;
        const auto read = parseAuthResults(field.value, limits);
        if (!read || !equalIgnoringCase(read->authservId, id) || read->results.empty()) continue;
        Reader reader(field.value);
        reader.value();
        reader.keyword();
        reader.take(';');
        std::string_view results = trimmed(field.value.substr(reader.at()));
        while (results.ends_with(';')) results = trimmed(results.substr(0, results.size() - 1));
        if (merged.size() + results.size() > limits.bytes) break;
        for (const char c : ";\n " + std::string(results)) {
            if (c != '\r') merged += c;
        }
    }
    return id + (merged.empty() ? "; none" : merged);
}

}  // namespace weir
