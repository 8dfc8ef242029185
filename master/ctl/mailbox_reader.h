// The mails of a file: one, or those of an mbox (RFC 4155), one after the other.
//
// An mbox begins with a line "From "; each such line after an empty line begins a mail, and lines that were
// quoted as ">From " are unquoted. Line ends stay as they are.
#pragma once

#include <cstddef>
#include <istream>
#include <optional>
#include <string>

namespace weir::ctl {

class MailboxReader {
  public:
    // Reads no more of a mail than `limit` bytes; the rest of it is passed over.
    MailboxReader(std::istream& in, std::size_t limit);

    struct Mail {
        std::string bytes;
        bool whole = true;  // false: it was over the limit
    };
    // Nothing at the end. Throws Error kIo.
    std::optional<Mail> next();
    bool mailbox() const { return mailbox_; }

  private:
    bool nextLine();
    void keep(Mail& mail, std::string_view line) const;

    std::istream& in_;
    const std::size_t limit_;
    std::string line_;  // read and not used yet
    bool mailbox_ = false;
};

}  // namespace weir::ctl
