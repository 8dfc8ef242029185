#include "slave/auth/auth_results.h"

#include <algorithm>

#include "common/base/error.h"
#include "common/base/utf8.h"
#include "common/mail/ascii.h"

namespace weir {
namespace {

constexpr std::size_t kLine = 76;
constexpr std::string_view kFieldStart = "Authentication-Results: ";

bool isKeyword(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        return isAsciiLetter(c) || isAsciiDigit(c) || c == '-' || c == '_';
    });
}

bool isAtomByte(char c) {
    constexpr std::string_view others = "!#$%&'*+-/=?^_`{|}~.";
    return isAsciiLetter(c) || isAsciiDigit(c) || others.find(c) != std::string_view::npos;
}

// RFC 2045, section 5.1.
bool isToken(std::string_view text) {
    constexpr std::string_view specials = "()<>@,;:\\\"/[]?=";
    return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
        return c > ' ' && c < 0x7F && specials.find(c) == std::string_view::npos;
    });
}

bool isPlainAddress(std::string_view text) {
    const std::size_t at = text.rfind('@');
    if (at == std::string_view::npos) return false;
    const std::string_view local = text.substr(0, at), domain = text.substr(at + 1);
    const bool dots =
        local.starts_with('.') || local.ends_with('.') || local.find("..") != std::string_view::npos;
    return !dots && std::all_of(local.begin(), local.end(), isAtomByte) && isTagDomain(domain) &&
           isToken(domain);
}

std::string escaped(std::string_view text, std::string_view special) {
    std::string result;
    for (const char c : text) {
        if (special.find(c) != std::string_view::npos) result += '\\';
        result += c;
    }
    return result;
}

std::string cleaned(std::string_view text, const AuthResultsStyle& style) {
    std::string result(cutUtf8(text, style.valueBytes));
    const bool keep = style.utf8 && isValidUtf8(result);
    for (char& c : result) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < ' ' || byte == 0x7F || (byte > 0x7F && !keep)) c = '?';
    }
    return result;
}

std::string quoted(std::string_view text) {
    return '"' + escaped(text, "\"\\") + '"';
}

std::string valueText(std::string_view value, const AuthResultsStyle& style) {
    const std::string text = cleaned(value, style);
    return isToken(text) || isPlainAddress(text) ? text : quoted(text);
}

const std::string& keyword(const std::string& text) {
    if (!isKeyword(text)) throw Error(ErrorCode::kInvalid, "\"" + text + "\" is no keyword of RFC 8601");
    return text;
}

// Words with spaces or folds between them.
class Words {
  public:
    explicit Words(std::size_t column) : column_(column) {}
    void add(const std::string& word) {
        if (!text_.empty() && column_ + 1 + word.size() > kLine) return addOnNewLine(word);
        if (!text_.empty()) text_ += ' ';
        text_ += word;
        column_ += word.size() + 1;
    }
    void addOnNewLine(const std::string& word) {
        text_ += "\n " + word;
        column_ = word.size() + 1;
    }
    void endResult() {
        text_ += ';';
        ++column_;
    }
    std::string take() { return std::move(text_); }

  private:
    std::string text_;
    std::size_t column_;
};

void addResult(Words& words, const AuthResult& result, const AuthResultsStyle& style) {
    words.endResult();
    words.addOnNewLine(keyword(result.method) + '=' + keyword(result.result));
    if (!result.comment.empty()) words.add('(' + escaped(cleaned(result.comment, style), "()\\") + ')');
    if (!result.reason.empty()) words.add("reason=" + quoted(cleaned(result.reason, style)));
    for (const AuthProperty& property : result.properties)
        words.add(keyword(property.type) + '.' + keyword(property.name) + '=' +
                  valueText(property.value, style));
}

void addProperty(AuthResult& result, const char* name, const std::string& value) {
    if (!value.empty()) result.properties.push_back({"header", name, value});
}

std::string keyComment(const DkimSignatureResult& signature) {
    std::string text;
    const auto add = [&](const std::string& piece) { text += (text.empty() ? "" : ", ") + piece; };
    if (signature.keyBits > 0) add(std::to_string(signature.keyBits) + "-bit key");
    if (signature.testing) add("in test mode");
    if (signature.bodyBeyondLength) add("end of body not signed");
    return text;
}

}  // namespace

std::string authenticationResults(const std::string& authservId, const std::vector<AuthResult>& results,
                                  const AuthResultsStyle& style) {
    Words words(kFieldStart.size());
    words.add(valueText(authservId, style));
    for (const AuthResult& result : results) addResult(words, result, style);
    if (results.empty()) {
        words.endResult();
        words.add("none");
    }
    return words.take();
}

std::vector<AuthResult> authResultsOf(const DkimOutcome& outcome) {
    std::vector<AuthResult> results;
    for (const DkimSignatureResult& signature : outcome.signatures) {
        AuthResult result{"dkim", toString(signature.result), keyComment(signature), signature.detail, {}};
        addProperty(result, "d", signature.domain);
        addProperty(result, "i", signature.identity);
        addProperty(result, "s", signature.selector);
        addProperty(result, "a", signature.algorithm);
        addProperty(result, "b", signature.signatureStart);
        results.push_back(std::move(result));
    }
    if (outcome.skipped > 0)
        results.push_back({"dkim",
                           "policy",
                           "",
                           std::to_string(outcome.skipped) + " more signatures were not looked at",
                           {}});
    if (results.empty()) results.push_back({"dkim", "none", "", "", {}});
    return results;
}

AuthResult authResultOf(const ArcOutcome& outcome) {
    AuthResult result{"arc", toString(outcome.result), "", outcome.detail, {}};
    if (outcome.instances > 0) result.comment = "i=" + std::to_string(outcome.instances);
    if (outcome.result == ArcResult::kPass)
        result.properties.push_back({"header", "oldest-pass", std::to_string(outcome.oldestPass)});
    return result;
}

}  // namespace weir
