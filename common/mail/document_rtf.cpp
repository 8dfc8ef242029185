#include <algorithm>
#include <vector>

#include "common/base/utf8.h"
#include "common/mail/ascii.h"
#include "common/mail/document_formats.h"

namespace weir {
namespace {

constexpr std::size_t kMostText = 1u << 20;  // of all instructions of fields

// Where text goes.
enum class Place : unsigned char { kText, kObjectData, kField, kTemplate, kIgnored };

class RtfReader {
  public:
    RtfReader(std::string_view bytes, DocumentFindings& findings) : left_(bytes), findings_(findings) {}

    void read() {
        for (std::size_t steps = 0; !left_.empty(); ++steps) {
            if (steps % 4096 == 0 && !findings_.inTime()) break;
            const char c = left_.front();
            left_.remove_prefix(1);
            if (c == '{') {
                open();
            } else if (c == '}') {
                close();
            } else if (c == '\\') {
                control();
            } else {
                text(c);
            }
        }
        if (!groups_.empty()) findings_.damaged();
        endObject();
        endTexts();
    }

  private:
    // Groups over the limit are counted: what opens in one of them goes on until they are closed.
    void open() {
        star_ = false;
        if (groups_.size() < findings_.limits().nesting) {
            groups_.push_back(place_);
        } else if (tooDeep_++ == 0) {
            findings_.tooNested();
        }
    }
    void close() {
        if (tooDeep_ > 0) {
            --tooDeep_;
            return;
        }
        if (groups_.empty()) return;
        const Place before = place_;
        place_ = groups_.back();
        groups_.pop_back();
        if (before == Place::kObjectData && place_ != Place::kObjectData) endObject();
        if (before == Place::kField && place_ != Place::kField) field_ += ' ';
        if (before == Place::kTemplate && place_ != Place::kTemplate) template_ += ' ';
    }

    void control();
    void word(std::string_view name, int number);
    void text(char c);
    void appendText(std::string_view bytes);
    void endObject();
    void endTexts();

    std::string_view left_;
    DocumentFindings& findings_;
    std::vector<Place> groups_;  // what the groups around this one are
    std::size_t tooDeep_ = 0;
    Place place_ = Place::kText;
    bool star_ = false;
    int skip_ = 0;  // characters that stand for the last Unicode one in old programs
    int skipEach_ = 1;
    std::string object_;  // decoded
    int half_ = -1;       // of a byte
    std::string field_, template_;
};

void RtfReader::control() {
    if (left_.empty()) return;
    const char c = left_.front();
    if (!isAsciiLetter(c)) {
        left_.remove_prefix(1);
        if (c == '*') {
            star_ = true;
        } else if (c == '\'') {
            const int high = left_.empty() ? -1 : hexValue(left_[0]),
                      low = left_.size() < 2 ? -1 : hexValue(left_[1]);
            left_.remove_prefix(std::min<std::size_t>(left_.size(), 2));
            const char byte = static_cast<char>(high * 16 + low);
            if (skip_ > 0) {
                --skip_;
            } else if (high >= 0 && low >= 0 && place_ != Place::kObjectData) {
                appendText({&byte, 1});
            }
        } else if (c == '\\' || c == '{' || c == '}') {
            appendText({&c, 1});
        }
        return;
    }
    std::size_t length = 0;
    while (length < left_.size() && isAsciiLetter(left_[length])) ++length;
    const std::string_view name = left_.substr(0, length);
    left_.remove_prefix(length);
    int number = 0;
    const bool negative = !left_.empty() && left_.front() == '-';
    if (negative) left_.remove_prefix(1);
    while (!left_.empty() && isAsciiDigit(left_.front())) {
        if (number < 100'000'000) number = number * 10 + (left_.front() - '0');
        left_.remove_prefix(1);
    }
    if (!left_.empty() && left_.front() == ' ') left_.remove_prefix(1);
    word(name, negative ? -number : number);
    star_ = false;
}

void RtfReader::word(std::string_view name, int number) {
    if (name == "bin") {
        const std::string_view raw = left_.substr(0, static_cast<std::size_t>(std::max(number, 0)));
        left_.remove_prefix(raw.size());
        if (place_ == Place::kObjectData && findings_.fits(object_.size() + raw.size())) object_ += raw;
    } else if (name == "u") {
        std::string code;
        appendCodePoint(code, static_cast<char32_t>(number < 0 ? number + 65536 : number));
        appendText(code);
        skip_ = skipEach_;
    } else if (name == "uc") {
        skipEach_ = std::clamp(number, 0, 100);
    } else if (name == "objdata") {
        endObject();
        place_ = Place::kObjectData;
    } else if (place_ == Place::kObjectData && star_) {
        place_ = Place::kIgnored;
    } else if (name == "object" || name == "objemb") {
        findings_.found("embedded-object");
    } else if (name == "objautlink" || name == "objlink" || name == "objsub") {
        findings_.found("external-object");
    } else if (name == "objocx") {
        findings_.found("activex");
    } else if (name == "fldinst") {
        place_ = Place::kField;
    } else if (name == "template") {
        place_ = Place::kTemplate;
    }
}

void RtfReader::appendText(std::string_view bytes) {
    std::string* const out = place_ == Place::kField      ? &field_
                             : place_ == Place::kTemplate ? &template_
                                                          : nullptr;
    if (out && out->size() < kMostText) *out += bytes;
}

void RtfReader::text(char c) {
    if (c == '\r' || c == '\n') return;
    if (place_ == Place::kObjectData) {
        const int digit = hexValue(c);
        if (digit < 0) return;
        if (half_ < 0) {
            half_ = digit;
        } else {
            if (findings_.fits(object_.size())) object_ += static_cast<char>(half_ * 16 + digit);
            half_ = -1;
        }
    } else if (skip_ > 0) {
        --skip_;
    } else {
        appendText({&c, 1});
    }
}

void RtfReader::endObject() {
    half_ = -1;
    if (object_.empty()) return;
    readOle1Object(object_, findings_);
    readMonikers(object_, findings_);
    object_.clear();
}

void RtfReader::endTexts() {
    const auto outside = [](const std::string& text) {
        return text.find("://") != std::string::npos || text.find("\\\\") != std::string::npos;
    };
    if (outside(template_)) {
        findings_.found("external-template");
        findings_.target("template", trimmed(template_));
    }
    const std::string field = lowered(field_);
    if (field.find("ddeauto") != std::string::npos || (" " + field).find(" dde ") != std::string::npos)
        findings_.found("dde");
    if (outside(field) &&
        (field.find("includepicture") != std::string::npos || field.find("includetext") != std::string::npos))
        findings_.found("external-link");
    constexpr std::string_view kLink = "hyperlink \"";
    for (std::size_t at = field.find(kLink); at != std::string::npos; at = field.find(kLink, at + 1)) {
        const std::size_t start = at + kLink.size(), end = std::min(field.find('"', start), field.size());
        findings_.target("link", std::string_view(field_).substr(start, end - start));
    }
}

}  // namespace

void readRtf(std::string_view bytes, DocumentFindings& findings) {
    findings.kind("rtf");
    RtfReader(bytes, findings).read();
}

}  // namespace weir
