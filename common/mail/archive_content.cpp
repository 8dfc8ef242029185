#include "common/mail/archive_content.h"

#include <algorithm>

#include "common/base/utf8.h"
#include "common/mail/archive_kind.h"
#include "common/mail/charset.h"
#include "common/mail/file_type.h"

namespace weir {

ArchiveContent::ArchiveContent(ArchiveBudget& budget, bool inner, bool sha256, bool all)
    : budget_(budget), inner_(inner), all_(all) {
    if (sha256) digest_.emplace();
}

ArchiveContent::~ArchiveContent() {
    if (kept_) budget_.letGo(held_.size());
}

// Whether more of the first bytes are wanted before it is said what they are.
bool ArchiveContent::undecided() const {
    if (held_.size() < kFileTypeBytes) return true;
    return held_.size() < kDiscImageHead && couldBeDiscImage(held_);
}

void ArchiveContent::decide() {
    decided_ = true;
    const bool archive = looksLikeArchive(held_);
    archive_ = archive && inner_;
    missed_ = archive && !inner_;
    document_ = looksLikeDocument(held_) || held_.starts_with("PK");
    kept_ = (archive_ || document_) && budget_.hold(held_.size());
}

bool ArchiveContent::take(std::string_view piece) {
    if (!budget_.unpack(piece.size())) return false;
    size_ += piece.size();
    if (digest_) digest_->add(piece);
    while (!decided_ && !piece.empty()) {
        // Grows by pieces of the head's size, so that what is decided on is the same however it arrives.
        const std::size_t room = kFileTypeBytes - held_.size() % kFileTypeBytes;
        held_ += piece.substr(0, room);
        piece.remove_prefix(std::min(room, piece.size()));
        if (held_.size() % kFileTypeBytes == 0 && !undecided()) decide();
    }
    if (kept_ && !piece.empty()) {
        if (budget_.hold(piece.size())) {
            held_ += piece;
        } else {
            budget_.letGo(held_.size());
            kept_ = false;
        }
    }
    return !decided_ || kept_ || digest_ || all_;
}

void ArchiveContent::end(bool whole) {
    whole_ = whole;
    if (!decided_) decide();
}

std::string ArchiveContent::type() const {
    if (held_.empty() && !whole_) return {};
    if (isDiscImage(held_))
        return "application/x-iso9660-image";  // libmagic is given less than it takes to see
    const std::string_view head = std::string_view(held_).substr(0, kFileTypeBytes);
    return budget_.ask(isText(head)) ? fileType(head) : quickType(head);
}

std::string ArchiveContent::sha256() {
    return digest_ && whole_ ? digest_->hex() : std::string();
}

std::string shownName(std::string_view raw, std::size_t most, bool& cut) {
    std::string text, shown;
    cut = cut || raw.size() > most;
    raw = cutUtf8(raw, most);  // no byte becomes less than one
    appendUtf8(text, raw, "");
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < ' ' || byte == 0x7F) {
            appendCodePoint(shown, byte == 0x7F ? 0x2421 : char32_t{0x2400} + byte);
        } else {
            shown += c;
        }
    }
    cut = cut || shown.size() > most;
    shown.resize(cutUtf8(shown, most).size());
    return shown;
}

}  // namespace weir
