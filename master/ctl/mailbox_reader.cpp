#include "master/ctl/mailbox_reader.h"

#include <algorithm>

#include "common/base/error.h"

namespace weir::ctl {
namespace {

constexpr std::size_t kPieceBytes = 64u << 10;

bool isEmptyLine(std::string_view line) {
    return line == "\n" || line == "\r\n";
}

// ">From ", ">>From " …
bool isQuoted(std::string_view line) {
    const auto text = line.find_first_not_of('>');
    return text != 0 && text != std::string_view::npos && line.substr(text).starts_with("From ");
}

}  // namespace

MailboxReader::MailboxReader(std::istream& in, std::size_t limit) : in_(in), limit_(limit) {
    nextLine();
    mailbox_ = line_.starts_with("From ");
}

// A line with its end; a very long one in pieces.
bool MailboxReader::nextLine() {
    line_.clear();
    for (int c = in_.get(); c != std::istream::traits_type::eof(); c = in_.get()) {
        line_ += static_cast<char>(c);
        if (c == '\n' || line_.size() == kPieceBytes) break;
    }
    if (in_.bad()) throw Error(ErrorCode::kIo, "cannot be read");
    return !line_.empty();
}

void MailboxReader::keep(Mail& mail, std::string_view line) const {
    const std::size_t room = limit_ - mail.bytes.size();
    mail.whole &= line.size() <= room;
    mail.bytes.append(line.substr(0, std::min(line.size(), room)));
}

std::optional<MailboxReader::Mail> MailboxReader::next() {
    if (line_.empty()) return std::nullopt;
    Mail mail;
    if (!mailbox_) {
        do keep(mail, line_);
        while (nextLine());
        return mail;
    }
    // The empty line before a "From " belongs to the mailbox, so each waits for the line after it.
    std::string empty;
    bool begins = true;  // a line begins here, not a piece of one
    while (nextLine()) {
        if (begins && !empty.empty() && line_.starts_with("From ")) break;
        keep(mail, empty);
        empty.clear();
        if (begins && isEmptyLine(line_))
            empty = line_;
        else
            keep(mail, begins && isQuoted(line_) ? std::string_view(line_).substr(1) : line_);
        begins = line_.back() == '\n';
    }
    return mail;
}

}  // namespace weir::ctl
