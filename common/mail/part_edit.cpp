#include "common/mail/part_edit.h"

#include <algorithm>
#include <cstring>
#include <set>

#include "common/base/digest.h"
#include "common/mail/ascii.h"
#include "common/mail/charset.h"
#include "common/mail/header_block.h"
#include "common/mail/header_edit.h"
#include "common/mail/mime_parameters.h"
#include "common/mail/mime_reader.h"
#include "common/mail/text_encoder.h"

namespace weir {
namespace {

constexpr std::size_t kLongestParameter = 100;  // bytes of a value that is written
constexpr std::size_t kMostParameters = 20;

bool isContentField(std::string_view name) {
    return equalIgnoringCase(name.substr(0, 8), "Content-");
}

// Sums over a body that is another now.
bool isSumField(std::string_view name) {
    return equalIgnoringCase(name, "Content-MD5") || equalIgnoringCase(name, "Content-Length");
}

std::vector<HeaderField> fieldsOf(std::string_view head) {
    return readHeaderBlock(head, {SIZE_MAX, SIZE_MAX}).fields;
}

// What to do to the fields there are.
std::vector<HeaderChange> headChanges(const std::vector<HeaderField>& fields, const PartChange& change,
                                      bool outermost) {
    std::vector<HeaderChange> changes;
    std::set<std::string> seen;
    for (const HeaderField& field : fields) {
        const bool content = change.kind == PartChange::Kind::kContent;
        const bool goes = isSumField(field.name) || (content && (!outermost || isContentField(field.name)));
        const bool replaced =
            std::any_of(change.fields.begin(), change.fields.end(),
                        [&](const HeaderChange& c) { return equalIgnoringCase(c.name, field.name); });
        if (goes && !replaced && isHeaderName(field.name) && seen.insert(lowered(field.name)).second) {
            changes.push_back({HeaderChange::Kind::kRemove, std::string(field.name), {}});
        }
    }
    changes.insert(changes.end(), change.fields.begin(), change.fields.end());
    return changes;
}

class BodyWriter {
  public:
    BodyWriter(const Message& message, std::string_view lineEnd)
        : bytes_(message.bytes()), lineEnd_(lineEnd), at_(message.bytes().size() - message.body().size()) {}

    void replace(const MimePart& part, const PartChange& change) {
        const std::size_t begin = offset(part.whole);
        if (begin < at_) return;  // inside one that was replaced
        out_ += bytes_.substr(at_, begin - at_);
        at_ = begin + part.whole.size();
        if (!out_.empty() && !out_.ends_with('\n')) out_ += lineEnd_;  // the mail ends with the boundary
        if (change.kind == PartChange::Kind::kWhole) {
            out_ += change.body;
        } else {
            head(part, change);
            out_ += change.body;
        }
        // Two boundary lines may share the line end between them.
        if (at_ < bytes_.size() && bytes_[at_] != '\r' && bytes_[at_] != '\n' && !out_.ends_with('\n'))
            out_ += lineEnd_;
    }

    std::string take() {
        out_ += bytes_.substr(at_);
        return std::move(out_);
    }

  private:
    std::size_t offset(std::string_view view) const {
        return view.data() ? static_cast<std::size_t>(view.data() - bytes_.data()) : 0;
    }

    void head(const MimePart& part, const PartChange& change) {
        const std::vector<HeaderField> fields = fieldsOf(part.head);
        const std::string changed =
            applyHeaderEdits(part.head, planHeaderEdits(fields, headChanges(fields, change, false)));
        out_ += part.head.empty() ? withLineEnds(changed, lineEnd_) : changed;
        const std::size_t headEnd = part.head.size();
        const std::string_view separator =
            part.whole.substr(headEnd, part.whole.size() - headEnd - part.body.size());
        out_ += separator.empty() ? lineEnd_ : separator;
    }

    const std::string_view bytes_, lineEnd_;
    std::string out_;
    std::size_t at_;
};

// The parameters of a Content-Type value, each "name=value" as it stands there.
std::vector<std::string_view> parametersOf(std::string_view value) {
    std::vector<std::string_view> parameters;
    bool quoted = false, first = true;
    std::size_t start = 0;
    for (std::size_t i = 0; i <= value.size(); ++i) {
        if (i < value.size() && value[i] == '"') quoted = !quoted;
        if (i < value.size() && quoted && value[i] == '\\') {
            ++i;
            continue;
        }
        if (i < value.size() && (value[i] != ';' || quoted)) continue;
        if (!first) parameters.push_back(trimmed(value.substr(start, i - start)));
        first = false;
        start = i + 1;
    }
    return parameters;
}

bool isPlain(std::string_view text) {
    return text.find("=?") == std::string_view::npos &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

}  // namespace

ChangedBody changeParts(const Message& message, std::vector<PartChange> changes, std::string_view lineEnd) {
    ChangedBody result;
    const std::vector<MimePart>& parts = message.mime().parts;
    // By place, and at one place the outer part first.
    std::stable_sort(changes.begin(), changes.end(),
                     [](const PartChange& a, const PartChange& b) { return a.part < b.part; });
    if (!changes.empty() && changes.front().part == 0) {
        result.headers = headChanges(message.headers(), changes.front(), true);
        if (!changes.front().fields.empty() && !findHeader(message.headers(), "MIME-Version")) {
            result.headers.push_back({HeaderChange::Kind::kAdd, "MIME-Version", "1.0"});
        }
        result.body = std::move(changes.front().body);
        return result;
    }
    BodyWriter writer(message, lineEnd);
    for (const PartChange& change : changes) {
        const MimePart& part = parts.at(change.part);
        if (part.received && part.view.empty()) writer.replace(part, change);
    }
    result.body = writer.take();
    return result;
}

std::string mailWithBody(const Message& message, const std::vector<HeaderChange>& headers,
                         std::string_view body) {
    const std::string_view block = message.headerBlock();
    const std::vector<HeaderEdit> edits = planHeaderEdits(message.headers(), headers);
    std::string mail = edits.empty() ? std::string(block) : applyHeaderEdits(block, edits);
    const std::string_view bytes = message.bytes();
    const std::string_view separator =
        bytes.substr(block.size(), bytes.size() - block.size() - message.body().size());
    const std::string_view lineEnd = lineEndOf(bytes);
    if (!mail.empty() && !mail.ends_with('\n')) mail += lineEnd;
    mail += separator.empty() ? lineEnd : separator;
    mail += body;
    return mail;
}

std::string partHead(const std::vector<HeaderChange>& fields, std::string_view lineEnd) {
    std::string head = applyHeaderEdits({}, planHeaderEdits({}, fields));
    return withLineEnds(head, lineEnd).append(lineEnd);
}

std::string mimeParameterText(std::string_view name, std::string_view value) {
    std::string text;
    appendUtf8(text, value, "utf-8", kLongestParameter);
    const bool plain = isPlain(text) && text.find_first_of("\"\\") == std::string::npos;
    if (plain) return std::string(name) + "=\"" + text + '"';
    std::string encoded = std::string(name) + "*=utf-8''";
    for (const char c : text) {
        if (isAsciiLetter(c) || isAsciiDigit(c) || c == '.' || c == '-' || c == '_') {
            encoded += c;
        } else {
            encoded += '%' + toHex({&c, 1});
        }
    }
    return encoded;
}

std::string utf8ContentType(const std::string& type, std::string_view oldValue) {
    std::string value = (isPlain(type) ? type : "text/plain") + "; charset=utf-8";
    std::set<std::string> seen;
    for (const std::string_view parameter : parametersOf(oldValue)) {
        const std::string_view name = trimmed(parameter.substr(0, parameter.find_first_of("=*")));
        const bool token =
            !name.empty() && name.size() <= 30 && std::all_of(name.begin(), name.end(), [](char c) {
                return isAsciiLetter(c) || isAsciiDigit(c) || c == '-' || c == '_';
            });
        if (!token || equalIgnoringCase(name, "charset") || seen.size() >= kMostParameters) continue;
        if (!seen.insert(lowered(name)).second) continue;
        if (const auto decoded = mimeParameter(MimeField::kContentType, oldValue, name)) {
            value += "; " + mimeParameterText(lowered(name), *decoded);
        }
    }
    return value;
}

std::string newBoundary(std::string_view bytes) {
    std::string seed = sha256Hex(bytes);
    while (true) {
        const std::string boundary = "weir-" + seed.substr(0, 32);
        const std::string line = "--" + boundary;
        if (!memmem(bytes.data(), bytes.size(), line.data(), line.size())) return boundary;
        seed = sha256Hex(seed);
    }
}

}  // namespace weir
