#include "common/mail/mime_content.h"

#include <algorithm>

#include "common/mail/ascii.h"
#include "common/mail/encoded_word.h"
#include "common/mail/mime_parameters.h"

namespace weir {
namespace {

constexpr std::size_t kMostFields = 8;  // of one name that are looked at
constexpr std::size_t kLongestHead = 4096;
constexpr std::string_view kMarks("(\"\0", 3);  // what clients read differently in a type

enum class Field { kOther, kType, kDisposition, kEncoding };

Field fieldOf(std::string_view name) {
    if (equalIgnoringCase(name, "Content-Type")) return Field::kType;
    if (equalIgnoringCase(name, "Content-Disposition")) return Field::kDisposition;
    if (equalIgnoringCase(name, "Content-Transfer-Encoding")) return Field::kEncoding;
    return Field::kOther;
}

Field fieldOf(const HeaderField& field, const ContentRules& rules) {
    std::string_view name = field.name;
    if (rules.anyNames) {
        std::string clean;
        for (const char c : name) {
            if (c > ' ' && c < 0x7F) clean += c;
        }
        return fieldOf(clean);
    }
    if (name.size() < 12 || lowerAscii(name[0]) != 'c') return Field::kOther;
    return fieldOf(name);
}

bool sameValue(std::string_view a, std::string_view b) {
    return equalIgnoringCase(trimmed(a), trimmed(b));
}

std::string without(std::string_view text, char unwanted) {
    std::string result(text);
    std::erase(result, unwanted);
    return result;
}

// The readings of one value besides mediaType(): `add` drops those that are already there.
class TypeReadings {
  public:
    TypeReadings(MimeContent& content, std::deque<std::string>& store) : content_(content), store_(store) {}

    void addField(std::string_view field) {
        std::string type = mediaType(field);
        if (type.empty()) type = "text/plain";
        add(field, type,
            type == content_.type ? Ambiguity::kDuplicateContentType : Ambiguity::kContradictingType);
        addForms(field, mediaType(field));
    }

    // Of what stands before the parameters.
    void addForms(std::string_view field, const std::string& type) {
        const std::string_view head = field.substr(0, std::min(field.find(';'), kLongestHead));
        const bool words = head.find("=?") != std::string_view::npos;
        if (!type.empty() && !words && head.find_first_of(kMarks) == std::string_view::npos) return;
        if (head.find('\0') != std::string_view::npos) {
            add(field, mediaType(without(head, '\0')), Ambiguity::kNulInHeader);
            add(field, mediaType(head.substr(0, head.find('\0'))), Ambiguity::kNulInHeader);
        }
        if (head.find('(') != std::string_view::npos) {
            add(field, mediaType(withoutComments(head)), Ambiguity::kTypeWithComment);
            add(field, mediaType(head.substr(0, head.find('('))), Ambiguity::kTypeWithComment);
        }
        if (head.find('"') != std::string_view::npos) {
            add(field, mediaType(without(head, '"')), Ambiguity::kTypeWithoutSubtype);
        }
        if (words) {
            const std::string& decoded = store_.emplace_back(decodeHeaderText(field.substr(0, kLongestHead)));
            add(decoded, mediaType(decoded), Ambiguity::kEncodedWordInParameter);
        }
        if (type.empty()) addMalformed(field, head);
    }

  private:
    // "multipart" alone, or what is no type at all: some clients guess, and offer a file.
    void addMalformed(std::string_view field, std::string_view head) {
        const std::string start = lowered(trimmed(head).substr(0, 9));
        if (start.empty() || start.starts_with("text") || start.starts_with("plain")) return;
        add(field,
            start == "multipart"           ? "multipart/mixed"
            : start.starts_with("message") ? "message/rfc822"
                                           : "application/octet-stream",
            Ambiguity::kTypeWithoutSubtype);
    }

    void add(std::string_view field, std::string type, Ambiguity why) {
        if (type.empty()) return;
        if (field.data() == content_.typeField.data() && type == content_.type) return;
        for (const TypeReading& known : content_.otherTypes) {
            if (known.field.data() == field.data() && known.type == type) return;
        }
        content_.otherTypes.push_back({field, std::move(type), why});
    }

    MimeContent& content_;
    std::deque<std::string>& store_;
};

// The encoding of exactly this name; false when there is none.
bool encodingOfName(std::string_view name, TransferEncoding& encoding) {
    encoding = transferEncodingFromText(name);
    if (encoding != TransferEncoding::kIdentity)
        return name.find_first_of("; \t\r\n(") == std::string_view::npos;
    return name.empty() || equalIgnoringCase(name, "7bit") || equalIgnoringCase(name, "8bit") ||
           equalIgnoringCase(name, "binary");
}

// Letters and digits alone, decoded: what a client sees that looks for a word in it.
std::string squeezed(std::string_view value) {
    std::string letters;
    for (const char c : decodeHeaderText(value)) {
        if (isAsciiLetter(c) || isAsciiDigit(c)) letters += lowerAscii(c);
    }
    return letters;
}

class EncodingReadings {
  public:
    explicit EncodingReadings(MimeContent& content) : content_(content) {}

    void first(std::string_view value) {
        value = trimmed(value);
        if (encodingOfName(value, content_.encoding)) return;
        others(value);
    }

    void further(std::string_view value) {
        value = trimmed(value);
        TransferEncoding encoding;
        encodingOfName(value, encoding);
        add(encoding, Ambiguity::kDuplicateTransferEncoding);
    }

  private:
    void others(std::string_view value) {
        value = value.substr(0, kLongestHead);
        content_.encoding = transferEncodingFromText(value);
        const bool known = content_.encoding != TransferEncoding::kIdentity;
        const bool comment = value.find('(') != std::string_view::npos;
        if (known && !comment) return;  // "base64;" and the like: everybody takes what stands in front
        const Ambiguity why = value.find('\0') != std::string_view::npos ? Ambiguity::kNulInHeader
                              : value.find("=?") != std::string_view::npos
                                  ? Ambiguity::kEncodedWordInParameter
                              : comment ? Ambiguity::kEncodingWithComment
                                        : Ambiguity::kUnknownTransferEncoding;
        if (known) add(TransferEncoding::kIdentity, why);
        if (comment) add(transferEncodingFromText(trimmed(withoutComments(value))), why);
        const std::string word = squeezed(value);
        const auto holds = [&](const char* part) { return word.find(part) != std::string::npos; };
        if (holds("base64") || holds("b64")) add(TransferEncoding::kBase64, why);
        if (holds("quoted") || holds("printable")) add(TransferEncoding::kQuotedPrintable, why);
        if (holds("uue") || holds("uuencode")) add(TransferEncoding::kUuencode, why);
        content_.unknownEncoding = content_.otherEncodings.empty() && !known;
    }

    void add(TransferEncoding encoding, Ambiguity why) {
        if (encoding == content_.encoding) return;
        for (const EncodingReading& other : content_.otherEncodings) {
            if (other.encoding == encoding) return;
        }
        content_.otherEncodings.push_back({encoding, why});
    }

    MimeContent& content_;
};

}  // namespace

MimeContent readMimeContent(const std::vector<HeaderField>& header, const ContentRules& rules,
                            std::deque<std::string>& store) {
    MimeContent content;
    std::string_view encodingField;
    std::vector<std::string_view> types, encodings;
    for (const HeaderField& field : header) {
        const Field kind = fieldOf(field, rules);
        if (kind == Field::kOther) continue;
        const bool spaced = field.value.data() != field.name.data() + field.name.size() + 1;
        content.spaced = content.spaced || spaced;
        if (spaced && rules.exactNames) continue;
        std::string_view& place = kind == Field::kType          ? content.typeField
                                  : kind == Field::kDisposition ? content.disposition
                                                                : encodingField;
        if (!place.data()) {
            place = field.value;
            continue;
        }
        content.twice = true;
        std::vector<std::string_view>& others = kind == Field::kType          ? types
                                                : kind == Field::kDisposition ? content.otherDispositions
                                                                              : encodings;
        if (sameValue(place, field.value)) continue;
        if (others.size() < kMostFields) {
            others.push_back(field.value);
        } else {
            content.cut = true;
        }
    }
    content.type = mediaType(content.typeField);
    if (content.typeField.data() || !types.empty()) {
        TypeReadings readings(content, store);
        readings.addForms(content.typeField, content.type);
        for (const std::string_view field : types) readings.addField(field);
    }
    EncodingReadings readings(content);
    if (encodingField.data()) readings.first(encodingField);
    for (const std::string_view field : encodings) readings.further(field);
    return content;
}

}  // namespace weir
