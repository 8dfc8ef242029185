#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include "common/mail/ascii.h"
#include "common/mail/document_formats.h"
#include "common/mail/document_pdf_filters.h"
#include "common/mail/document_pdf_tokens.h"

namespace weir {
namespace {

using Kind = PdfToken::Kind;

constexpr std::size_t kHead = 64u << 10;    // of embedded files
constexpr std::size_t kMostTexts = 10'000;  // kept until it is known whether strings are encrypted
constexpr std::size_t kMostHidden =
    8;  // times the file: of objects that begin inside texts and streams of others

// The keyword of an object, where it should not stand: inside a text, a comment or a stream. Readers go where
// their table of objects leads them.
std::size_t objectIn(std::string_view bytes) {
    constexpr std::string_view kKeyword = "obj";
    for (std::size_t at = bytes.find(kKeyword); at != std::string_view::npos;
         at = bytes.find(kKeyword, at + kKeyword.size())) {
        const char before = at > 0 ? bytes[at - 1] : 'x';
        const std::size_t end = at + kKeyword.size();
        const bool word = end >= bytes.size() || !isAsciiLetter(bytes[end]);
        if (word && (before == '\0' || isAsciiSpace(before) || isAsciiDigit(before))) return at;
    }
    return std::string_view::npos;
}

struct Word {
    std::string_view name;
    const char* found;
    bool key;  // only as the key of a dictionary
};
constexpr std::array kWords = std::to_array<Word>({
    {"JavaScript", "javascript", false},
    {"JS", "javascript", true},
    {"Launch", "launch", false},
    {"EmbeddedFile", "embedded-file", false},
    {"EmbeddedFiles", "embedded-file", false},
    {"EF", "embedded-file", true},
    {"SubmitForm", "submit-form", false},
    {"ImportData", "import-data", false},
    {"GoToR", "go-to-remote", false},
    {"GoToE", "go-to-remote", false},
    {"RichMedia", "rich-media", false},
    {"XFA", "xfa", true},
    {"AA", "additional-actions", true},
    {"OpenAction", nullptr, true},
    {"Encrypt", nullptr, true},
    {"ObjStm", nullptr, false},
    {"URI", nullptr, true},
});

// Strings are UTF-16 or UTF-8 with a mark, else of a charset of their own that is close to Latin-1.
std::string textOf(const std::string& string) {
    if (string.starts_with("\xfe\xff")) return fromUtf16(std::string_view(string).substr(2), true);
    if (string.starts_with("\xef\xbb\xbf")) return string.substr(3);
    return string;
}

class PdfReader {
  public:
    PdfReader(std::string_view bytes, DocumentFindings& findings) : bytes_(bytes), findings_(findings) {}

    void read() {
        objects(bytes_, nullptr);
        for (std::size_t i = 0; i < objectStreams_.size() && findings_.inTime(); ++i)
            objectStream(objectStreams_[i]);
        if (encrypted_) {
            findings_.encrypted();
            return;
        }
        if (unreadable_) findings_.damaged();
        for (const auto& [what, where] : targets_) findings_.target(what, where);
        for (const auto& [what, name] : names_) findings_.embedded(name, {}, 0);
    }

  private:
    struct Frame {
        bool dictionary = false;
        bool wantsKey = true;
        std::string key;  // the last one; in an array, that of the dictionary around it
        std::string file, unicodeFile, type;
        bool hasFile = false;  // an embedded one
    };
    struct Stream {
        std::string_view bytes;
        PdfFilters filters;
    };
    struct ObjectStream {
        Stream stream;
        std::size_t first;  // where its objects begin
    };
    // Where objects of an object stream begin, ascending.
    using Offsets = std::vector<std::size_t>;

    // `offsets`: of an object stream; nullptr for the file.
    void objects(std::string_view bytes, const Offsets* offsets);
    void range(std::string_view bytes, const Offsets* offsets);
    void hidden(std::string_view part, std::string_view bytes, const Offsets* offsets);
    static Offsets offsetsOf(std::string_view content, std::size_t first);
    void keep(std::vector<std::pair<const char*, std::string>>& all, const char* what,
              const std::string& text);
    void token(const PdfToken& token);
    void open(bool dictionary);
    void close();
    void key(const PdfToken& token);
    void value(const PdfToken& token);
    void name(const PdfToken& token, bool asKey);
    void text(Frame& frame, const std::string& string);
    void number(const Frame& frame, double number);
    void keyword(const PdfToken& token, PdfTokens& tokens, std::string_view bytes, bool streams);
    void stream(PdfTokens& tokens, std::string_view bytes);
    void objectStream(const ObjectStream& stream);
    void embeddedFile(const Stream& stream);

    const std::string_view bytes_;
    DocumentFindings& findings_;
    std::vector<std::string_view> todo_;  // parts of `whole_` to be read
    std::string_view whole_;
    std::size_t hidden_ = 0;  // bytes that were put there by hidden()
    std::vector<Frame> frames_;
    std::size_t tooDeep_ = 0;
    // Of the outermost dictionary that was read last, as streams have one before them.
    PdfFilters filters_;
    std::string streamType_;
    std::optional<std::size_t> length_, first_;
    bool counted_ = false;  // it has the key N

    std::vector<ObjectStream> objectStreams_;
    std::vector<std::pair<const char*, std::string>> targets_, names_;
    bool encrypted_ = false, unreadable_ = false;
};

void PdfReader::objects(std::string_view bytes, const Offsets* offsets) {
    whole_ = bytes;
    hidden_ = 0;
    todo_ = {bytes};
    while (!todo_.empty() && findings_.inTime()) {
        const std::string_view next = todo_.back();
        todo_.pop_back();
        range(next, offsets);
    }
    todo_.clear();
}

void PdfReader::range(std::string_view bytes, const Offsets* offsets) {
    frames_.clear();
    tooDeep_ = 0;
    PdfTokens tokens(bytes);
    for (std::size_t count = 0;; ++count) {
        if (count % 4096 == 0 && !findings_.inTime()) return;
        const std::size_t before = tokens.position();
        const PdfToken& next = tokens.next();
        const std::size_t start = tokens.start();
        if (start > before) hidden(bytes.substr(before, start - before), bytes, offsets);
        if (next.kind == Kind::kEnd) return;
        if (next.kind == Kind::kString)
            hidden(bytes.substr(start, tokens.position() - start), bytes, offsets);
        if (next.kind == Kind::kKeyword) {
            keyword(next, tokens, bytes, offsets == nullptr);
        } else {
            token(next);
        }
    }
}

// An object that begins inside what is passed over is read, too, to the end of the one that it may go on in.
void PdfReader::hidden(std::string_view part, std::string_view bytes, const Offsets* offsets) {
    const auto base = static_cast<std::size_t>(part.data() - bytes.data());
    std::size_t at = std::string_view::npos;
    if (offsets) {
        const auto place = static_cast<std::size_t>(part.data() - whole_.data());
        const auto inside = std::upper_bound(offsets->begin(), offsets->end(), place);
        // White space before an object is nothing that it hides in.
        if (inside != offsets->end() && *inside < place + part.size() &&
            part.find_first_not_of(" \r\n\t") != std::string_view::npos)
            at = *inside - place;
    } else {
        at = objectIn(part);
    }
    if (at == std::string_view::npos) return;
    const std::size_t end = std::min(bytes.find("endobj", base + part.size()), bytes.size());
    const std::string_view object = bytes.substr(base + at, end - base - at);
    hidden_ += object.size();
    if (hidden_ > kMostHidden * whole_.size() + kHead)
        return findings_.unreadable("hidden objects over " + std::to_string(kMostHidden) + " times the file");
    todo_.push_back(object);
}

void PdfReader::token(const PdfToken& token) {
    switch (token.kind) {
        case Kind::kOpenDict:
        case Kind::kOpenArray:
            return open(token.kind == Kind::kOpenDict);
        case Kind::kCloseDict:
        case Kind::kCloseArray:
            return close();
        default:
            break;
    }
    if (tooDeep_ > 0) {
        if (token.kind == Kind::kName) name(token, false);
        return;
    }
    const bool asKey = !frames_.empty() && frames_.back().dictionary && frames_.back().wantsKey;
    if (token.kind == Kind::kName) name(token, asKey);
    if (frames_.empty()) return;
    if (asKey) {
        if (token.kind == Kind::kName) key(token);
    } else {
        value(token);
    }
}

void PdfReader::open(bool dictionary) {
    if (tooDeep_ > 0 || frames_.size() >= findings_.limits().nesting) {
        if (tooDeep_++ == 0) findings_.tooNested();
        return;
    }
    Frame frame;
    frame.dictionary = dictionary;
    if (frames_.empty()) {
        filters_ = {};
        streamType_.clear();
        length_.reset();
        first_.reset();
        counted_ = false;
    } else {
        if (dictionary && frames_.back().dictionary && frames_.back().key == "OpenAction")
            findings_.found("open-action");
        if (!dictionary) frame.key = frames_.back().key;
    }
    frames_.push_back(std::move(frame));
}

void PdfReader::close() {
    if (tooDeep_ > 0) {
        --tooDeep_;
        return;
    }
    if (frames_.empty()) return;
    const Frame frame = std::move(frames_.back());
    frames_.pop_back();
    if (!frames_.empty()) frames_.back().wantsKey = true;
    if (frame.dictionary && frames_.empty()) streamType_ = frame.type;
    for (const std::string& file : {frame.unicodeFile, frame.file}) {
        if (file.empty() || (!names_.empty() && names_.back().second == file)) continue;
        keep(frame.hasFile ? names_ : targets_, "file", file);
    }
}

void PdfReader::keep(std::vector<std::pair<const char*, std::string>>& all, const char* what,
                     const std::string& text) {
    if (all.size() >= kMostTexts) return findings_.unreadable("texts over " + std::to_string(kMostTexts));
    all.emplace_back(what,
                     text.substr(0, findings_.limits().textBytes + 8));  // it is cut again, as a name is
}

void PdfReader::name(const PdfToken& token, bool asKey) {
    for (const Word& word : kWords) {
        if (token.text != word.name || (word.key && !asKey)) continue;
        if (word.found) findings_.found(word.found);
        if (token.escaped) findings_.found("escaped-names");
        if (word.name == "Encrypt") encrypted_ = true;
    }
}

void PdfReader::key(const PdfToken& token) {
    Frame& frame = frames_.back();
    frame.key = token.text;
    frame.wantsKey = false;
    if (frame.key == "EF") frame.hasFile = true;
}

void PdfReader::value(const PdfToken& token) {
    Frame& frame = frames_.back();
    frame.wantsKey = true;
    switch (token.kind) {
        case Kind::kName:
            if (frame.key == "Type") frame.type = token.text;
            // An array has the key that it belongs to.
            if (frame.key == "Filter" && frames_.size() == (frame.dictionary ? 1 : 2) &&
                filters_.names.size() < 20)
                filters_.names.push_back(token.text);
            break;
        case Kind::kString:
            text(frame, token.text);
            break;
        case Kind::kNumber:
            number(frame, token.number);
            break;
        default:
            break;
    }
}

void PdfReader::text(Frame& frame, const std::string& string) {
    if (frame.key == "F" || frame.key == "DOS" || frame.key == "Unix" || frame.key == "Mac")
        frame.file = textOf(string);
    if (frame.key == "UF") frame.unicodeFile = textOf(string);
    if (frame.key == "URI") keep(targets_, "link", textOf(string));
}

void PdfReader::number(const Frame& frame, double number) {
    const auto small = static_cast<unsigned>(std::clamp(number, 0.0, 1e9));
    if (frame.dictionary && frame.key == "OpenAction")
        findings_.found("open-action");  // the number of an object
    if (frames_.size() == 1) {
        if (frame.key == "Length") length_ = small;
        if (frame.key == "First") first_ = small;
        if (frame.key == "N") counted_ = true;
    }
    if (frame.key == "Predictor") filters_.predictor = small;
    if (frame.key == "Columns") filters_.columns = std::max(small, 1u);
    if (frame.key == "Colors") filters_.colors = std::max(small, 1u);
    if (frame.key == "BitsPerComponent") filters_.bits = std::max(small, 1u);
}

void PdfReader::keyword(const PdfToken& token, PdfTokens& tokens, std::string_view bytes, bool streams) {
    if (token.text == "stream" && streams && frames_.empty()) {
        stream(tokens, bytes);
    } else if (token.text == "endobj" || token.text == "obj") {
        frames_.clear();
        tooDeep_ = 0;
    } else if (!frames_.empty()) {
        Frame& frame = frames_.back();
        if (token.text == "R" && frames_.size() <= 2) {  // it stands elsewhere
            if (frame.key == "Length") length_.reset();
            if (frame.key == "Filter") filters_.elsewhere = true;
        }
        frame.wantsKey = true;  // after true, false, null
    }
}

void PdfReader::stream(PdfTokens& tokens, std::string_view bytes) {
    std::size_t start = tokens.position();
    if (bytes.substr(start, 2) == "\r\n") {
        start += 2;
    } else if (start < bytes.size() && (bytes[start] == '\n' || bytes[start] == '\r')) {
        ++start;
    }
    // Readers may go by the length or by the keyword. What is decoded goes by the length if there is the
    // keyword then; objects are looked for from the first keyword on, and before it if there may be some.
    const std::size_t first = std::min(bytes.find("endstream", start), bytes.size());
    if (first == bytes.size() && bytes.size() == bytes_.size()) findings_.damaged();
    std::size_t end = first;
    if (length_ && *length_ <= bytes.size() - start) {
        const std::size_t claimed = start + *length_;
        const std::size_t keyword = bytes.substr(claimed, 16).find("endstream");
        if (keyword != std::string_view::npos && keyword <= 2) end = claimed;
    }
    const Stream found{bytes.substr(start, end - start), filters_};
    // Only object streams have both keys; readers do not ask for the type.
    if (streamType_ == "ObjStm" || (counted_ && first_)) {
        if (findings_.part()) objectStreams_.push_back({found, first_.value_or(0)});
    } else if (streamType_ == "EmbeddedFile" && findings_.part()) {
        embeddedFile(found);
    }
    hidden(bytes.substr(start, first - start), bytes, nullptr);
    tokens.skipTo(first);
    streamType_.clear();
    first_.reset();
}

// The numbers before the first object: of each object its own, and where it begins behind `first`.
PdfReader::Offsets PdfReader::offsetsOf(std::string_view content, std::size_t first) {
    Offsets offsets;
    PdfTokens tokens(content.substr(0, first));
    for (bool offset = false; tokens.next().kind == Kind::kNumber; offset = !offset) {
        if (!offset) continue;
        const double place = tokens.last().number;
        if (place >= 0 && place < 1e9) offsets.push_back(first + static_cast<std::size_t>(place));
    }
    std::sort(offsets.begin(), offsets.end());
    return offsets;
}

void PdfReader::objectStream(const ObjectStream& stream) {
    bool whole = false;
    const std::string content = decodedPdfStream(stream.stream.bytes, stream.stream.filters,
                                                 findings_.limits().heldBytes, findings_, whole);
    if (!whole) unreadable_ = true;
    findings_.fits(content.size() + (whole ? 0 : 1));
    const Offsets offsets = offsetsOf(content, std::min(stream.first, content.size()));
    objects(content, &offsets);
}

void PdfReader::embeddedFile(const Stream& stream) {
    bool whole = false;
    std::string content = decodedPdfStream(stream.bytes, stream.filters, kHead, findings_, whole);
    if (!whole && looksLikeDocument(content))
        content =
            decodedPdfStream(stream.bytes, stream.filters, findings_.limits().heldBytes, findings_, whole);
    if (content.empty() && stream.bytes.empty()) return;
    findings_.embedded("", content, content.size());
}

}  // namespace

std::size_t pdfStart(std::string_view bytes) {
    return bytes.substr(0, 1024).find("%PDF-");
}

void readPdf(std::string_view bytes, DocumentFindings& findings) {
    findings.kind("pdf");
    PdfReader(bytes, findings).read();
}

}  // namespace weir
