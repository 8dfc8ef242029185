#include "common/mail/mailbox_list.h"

#include <algorithm>

#include "common/mail/address.h"
#include "common/mail/ascii.h"
#include "common/mail/encoded_word.h"

namespace weir {
namespace {

// One mailbox while its characters come in.
struct Parts {
    std::string shown;  // outside of comments and angle brackets
    std::string comment;
    std::vector<std::string> angles;

    void clear() { *this = {}; }
};

class Reader {
  public:
    Reader(std::string_view raw, const MailboxLimits& limits)
        : raw_(raw.substr(0, limits.bytes)), limits_(limits) {}

    std::vector<Mailbox> read() {
        for (at_ = 0; at_ < raw_.size() && found_.size() < limits_.mailboxes; ++at_) take(raw_[at_]);
        if (inAngle_) angles().push_back(angle_);
        flush();
        return std::move(found_);
    }

  private:
    std::vector<std::string>& angles() { return parts_.angles; }

    void take(char c) {
        if (c == '\\' && (quoted_ || comments_ > 0) && at_ + 1 < raw_.size()) return put(raw_[++at_]);
        if (c == '"' && comments_ == 0 && !inAngle_) {
            quoted_ = !quoted_;
            return;
        }
        if (quoted_) return put(c);
        if (c == '(' && !inAngle_) {
            if (comments_++ > 0) put(c);
            return;
        }
        if (c == ')' && comments_ > 0) {
            if (--comments_ > 0) put(c);
            return;
        }
        if (comments_ > 0) return put(c);
        special(c);
    }

    void special(char c) {
        if (c == '<' && !inAngle_) {
            inAngle_ = true;
            angle_.clear();
        } else if (c == '>' && inAngle_) {
            inAngle_ = false;
            angles().push_back(angle_);
        } else if (!inAngle_ && (c == ',' || c == ';')) {
            flush();
        } else if (!inAngle_ && c == ':' && angles().empty()) {
            parts_.clear();  // the name of a group
        } else {
            put(c);
        }
    }

    void put(char c) {
        if (c == '\r' || c == '\n') return;
        if (inAngle_) {
            angle_ += c;
        } else if (comments_ > 0) {
            parts_.comment += c;
        } else {
            parts_.shown += c;
        }
    }

    void flush() {
        if (angles().empty()) {
            add(parts_.shown, parts_.comment);
        } else {
            for (const std::string& one : angles()) add(one, parts_.shown);
        }
        parts_.clear();
        inAngle_ = quoted_ = false;
        comments_ = 0;
    }

    void add(std::string_view address, std::string_view name) {
        std::string normal = normalAddress(trimmed(address));
        std::erase_if(normal, [](char c) { return c == ' ' || c == '\t'; });
        if (normal.find('@') == std::string::npos || found_.size() >= limits_.mailboxes) return;
        found_.push_back({decodeHeaderText(name), std::move(normal)});
    }

    const std::string_view raw_;
    const MailboxLimits& limits_;
    std::size_t at_ = 0;
    bool quoted_ = false, inAngle_ = false;
    std::size_t comments_ = 0;  // open
    std::string angle_;
    Parts parts_;
    std::vector<Mailbox> found_;
};

bool isAddressByte(char c) {
    return static_cast<unsigned char>(c) >= 0x80 || (c >= '0' && c <= '9') ||
           (lowerAscii(c) >= 'a' && lowerAscii(c) <= 'z') || c == '.' || c == '-' || c == '_' || c == '+';
}

}  // namespace

std::vector<Mailbox> readMailboxes(std::string_view raw, const MailboxLimits& limits) {
    return Reader(raw, limits).read();
}

std::vector<std::string> addressesIn(std::string_view name, std::size_t limit) {
    std::vector<std::string> found;
    std::size_t done = 0;
    for (std::size_t at = name.find('@'); at != std::string_view::npos && found.size() < limit;
         at = name.find('@', at + 1)) {
        std::size_t from = at;
        std::size_t to = at + 1;
        while (from > done && isAddressByte(name[from - 1])) --from;
        while (to < name.size() && isAddressByte(name[to])) ++to;
        const std::string_view domain = name.substr(at + 1, to - at - 1);
        if (from < at && domain.find('.') != std::string_view::npos)
            found.push_back(normalAddress(name.substr(from, to - from)));
        done = to;
    }
    return found;
}

}  // namespace weir
