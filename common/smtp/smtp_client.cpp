#include "common/smtp/smtp_client.h"

#include <algorithm>
#include <optional>

#include "common/base/control.h"
#include "common/base/error.h"
#include "common/base/utf8.h"
#include "common/smtp/smtp_content.h"
#include "common/smtp/smtp_session.h"

namespace weir {
namespace {

using Outcome = SmtpResult::Outcome;

constexpr std::size_t kBlock = 64u << 10;

// What MAIL FROM has to say of the content.
struct Survey {
    std::uint64_t bytes = 0;
    bool eightBit = false;
};

void checkAddress(const std::string& address) {
    if (!isSmtpAddress(address))
        throw Error(ErrorCode::kInvalid,
                    "an address with a space, bracket or control character cannot be used");
}

// The content once through as SMTP will see it; `take` gets each piece.
template <class Take>
void eachPiece(const std::string& head, std::istream& content, Take take) {
    CrlfLines lines;
    std::string block(kBlock, '\0'), piece;
    lines.add(head, piece);
    content.clear();
    content.seekg(0);
    while (content.read(block.data(), static_cast<std::streamsize>(block.size())), content.gcount() > 0) {
        lines.add(std::string_view(block).substr(0, static_cast<std::size_t>(content.gcount())), piece);
        if (!take(piece)) return;
        piece.clear();
    }
    if (content.bad() || !content.eof()) throw Error(ErrorCode::kIo, "cannot read the stored mail");
    lines.end(piece);
    take(piece);
}

Survey survey(const std::string& head, std::istream& content) {
    Survey survey;
    eachPiece(head, content, [&](const std::string& piece) {
        survey.bytes += piece.size();
        survey.eightBit = survey.eightBit || !isAscii(piece);
        return true;
    });
    return survey;
}

SmtpResult notSent(bool temporary, std::string text) {
    return {Outcome::kNotSent, temporary, std::move(text)};
}

class Conversation {
  public:
    Conversation(const SmtpClientSettings& settings) : settings_(settings), session_(settings) {}

    SmtpResult run(const std::string& sender, const std::vector<std::string>& recipients,
                   const std::string& head, std::istream& content) {
        const Survey surveyed = survey(head, content);
        if (const auto opened = session_.open(); !opened.reply.ok())
            return refused(opened.step, opened.reply);
        const bool utf8Needed =
            needsSmtpUtf8(sender) || std::any_of(recipients.begin(), recipients.end(), needsSmtpUtf8);
        if (utf8Needed && !session_.offers("SMTPUTF8"))
            return quit(notSent(false, peer() + " does not offer SMTPUTF8, which these addresses need"));
        if (surveyed.eightBit && !session_.offers("8BITMIME"))
            return quit(notSent(false, peer() + " does not offer 8BITMIME, which this mail needs"));
        if (const SmtpReply reply = mail(sender, surveyed, utf8Needed); !reply.ok())
            return refused("MAIL FROM:<" + sender + ">", reply);
        if (auto failed = rcpt(recipients)) return *failed;
        const SmtpReply data = command("DATA");
        if (data.code != 354) return refused("DATA", data);
        return sendContent(head, content);
    }

  private:
    SmtpReply command(const std::string& line) { return session_.command(line); }
    std::string peer() const { return session_.peer(); }

    SmtpReply mail(const std::string& sender, const Survey& surveyed, bool utf8Needed) {
        std::string line = "MAIL FROM:<" + sender + ">";
        if (session_.offers("SIZE")) line += " SIZE=" + std::to_string(surveyed.bytes);
        if (surveyed.eightBit) line += " BODY=8BITMIME";
        if (utf8Needed) line += " SMTPUTF8";
        return command(line);
    }

    // All are asked, so that the operator hears of every refusal at once.
    std::optional<SmtpResult> rcpt(const std::vector<std::string>& recipients) {
        std::string refusals;
        bool temporary = true;
        for (const std::string& recipient : recipients) {
            const SmtpReply reply = command("RCPT TO:<" + recipient + ">");
            if (reply.ok()) continue;
            if (reply.code == 0) return notSent(true, reply.text());
            refusals += (refusals.empty() ? "" : "; ") + recipient + ": " + reply.text();
            temporary = temporary && reply.temporary();
        }
        if (refusals.empty()) return std::nullopt;
        return quit(notSent(temporary, "not sent to anyone, since refused for " + refusals));
    }

    SmtpResult sendContent(const std::string& head, std::istream& content) {
        SmtpConnection& connection = session_.connection();
        DotStuffing stuffing;
        std::string out;
        bool alive = true;
        eachPiece(head, content, [&](const std::string& piece) {
            out.clear();
            if (controlOff("smtp-dots"))
                out = piece;
            else
                stuffing.add(piece, out);
            alive = connection.send(out, settings_.dataTimeout);
            return alive;
        });
        // Without the whole final dot the server must not take the mail (RFC 5321 section 4.1.1.4).
        if (!alive || !connection.send(".\r\n", settings_.dataTimeout))
            return notSent(true, connection.failure());
        const SmtpReply reply = connection.reply(settings_.dataTimeout);
        if (reply.code == 0)
            return {Outcome::kUnknown, false, "outcome unknown: after the end of the mail: " + reply.text()};
        if (!reply.ok()) return refused("the mail", reply);
        return quit({Outcome::kSent, false, reply.text()});
    }

    SmtpResult refused(const std::string& what, const SmtpReply& reply) {
        return quit(notSent(reply.temporary(), reply.code == 0
                                                   ? reply.text()
                                                   : peer() + " answered to " + what + ": " + reply.text()));
    }

    // The outcome stands whatever the answer is.
    SmtpResult quit(SmtpResult result) {
        session_.quit();
        return result;
    }

    const SmtpClientSettings& settings_;
    SmtpSession session_;
};

}  // namespace

SmtpResult SmtpClient::send(const std::string& sender, const std::vector<std::string>& recipients,
                            const std::string& head, std::istream& content) const {
    if (recipients.empty()) throw Error(ErrorCode::kInvalid, "a mail without recipients cannot be sent");
    checkAddress(sender);
    for (const std::string& recipient : recipients) checkAddress(recipient);
    return Conversation(settings_).run(sender, recipients, head, content);
}

}  // namespace weir
