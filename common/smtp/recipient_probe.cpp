#include "common/smtp/recipient_probe.h"

namespace weir {
namespace {

constexpr int kMostRefused = 5;  // Postfix delays its answers after ten errors, and hangs up after twenty

bool begins(const SmtpReply& reply, std::string_view status) {
    return !reply.lines.empty() && reply.lines.front().starts_with(status);
}

}  // namespace

RecipientProbe::RecipientProbe(const SmtpClientSettings& settings, SmtpSession::Deadline deadline)
    : session_(settings, deadline) {
    const SmtpSession::Opened opened = session_.open();
    if (opened.reply.ok()) return;
    refusal_ = opened.reply.code == 0
                   ? opened.reply.text()
                   : session_.peer() + " answered to " + opened.step + ": " + opened.reply.text();
    usable_ = false;
}

RecipientProbe::~RecipientProbe() {
    if (session_.connection().connected()) session_.quit();
}

ProbeAnswer RecipientProbe::unavailable(std::string text) {
    usable_ = false;
    return {ProbeAnswer::State::kUnavailable, std::move(text)};
}

ProbeAnswer RecipientProbe::said(const SmtpReply& reply) {
    const std::string text = session_.peer() + ": " + reply.text();
    if (reply.ok()) return {ProbeAnswer::State::kDeliverable, text};
    if (reply.code == 0 || reply.code == 421) return unavailable(text);
    if (++refused_ >= kMostRefused) usable_ = false;
    if (reply.temporary()) return {ProbeAnswer::State::kUnsaid, text};
    // RFC 3463: X.2.2 is a full mailbox, so there is one; X.7 is a policy, which says nothing of the address.
    if (reply.code == 552 || begins(reply, "5.2.2")) return {ProbeAnswer::State::kDeliverable, text};
    if (begins(reply, "5.7.")) return {ProbeAnswer::State::kUnsaid, text};
    return {ProbeAnswer::State::kUndeliverable, text};
}

ProbeAnswer RecipientProbe::ask(const std::string& address, SmtpSession::Deadline deadline) {
    if (refusal_) return unavailable(*refusal_);
    if (address.empty() || !isSmtpAddress(address))
        return {ProbeAnswer::State::kUnsaid, "not an address that can be asked for"};
    const bool utf8 = needsSmtpUtf8(address);
    if (utf8 && !session_.offers("SMTPUTF8"))
        return {ProbeAnswer::State::kUnsaid, session_.peer() + " does not offer SMTPUTF8"};
    session_.setDeadline(deadline);
    if (asked_)
        if (const SmtpReply reply = session_.command("RSET"); !reply.ok()) return unavailable(reply.text());
    asked_ = true;
    if (const SmtpReply reply = session_.command(utf8 ? "MAIL FROM:<> SMTPUTF8" : "MAIL FROM:<>");
        !reply.ok())
        return unavailable(session_.peer() + " answered to MAIL FROM:<>: " + reply.text());
    return said(session_.command("RCPT TO:<" + address + ">"));
}

}  // namespace weir
