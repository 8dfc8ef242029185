#include "slave/milter/milter_session.h"

#include <algorithm>
#include <charconv>

#include "common/mail/address.h"
#include "common/mail/ascii.h"

namespace weir {
namespace {

std::uint64_t announcedSize(const std::vector<std::string_view>& parameters) {
    for (const std::string_view parameter : parameters) {
        if (parameter.size() < 6 || !equalIgnoringCase(parameter.substr(0, 5), "SIZE=")) continue;
        std::uint64_t size = 0;
        std::from_chars(parameter.data() + 5, parameter.data() + parameter.size(), size);
        return size;
    }
    return 0;
}

}  // namespace

MilterSession::MilterSession(const MilterLimits& limits, const DirectionRule& direction, MemoryBudget& budget,
                             MailFilter& filter, AnswerSlots& slots)
    : limits_(limits), direction_(direction), filter_(filter), slots_(slots), builder_(limits.mail, budget) {}

void MilterSession::connected(std::string_view name, std::string address, const Macros& macros) {
    client_ = {};
    client_.clientAddress = std::move(address);
    // An MTA that could not verify the name hands over the address literal.
    client_.clientName = name.empty() || name.front() == '[' ? "unknown" : std::string(name);
    client_.listener = macros("{daemon_name}");
    daemonPort_ = macros("{daemon_port}");
}

void MilterSession::helo(std::string_view name, const Macros& macros) {
    client_.helo = name;
    client_.tlsVersion = macros("{tls_version}");
    client_.tlsCipher = macros("{cipher}");
}

void MilterSession::mailFrom(std::string_view sender, const std::vector<std::string_view>& parameters,
                             const Macros& macros) {
    reset();
    hasMail_ = true;
    mail_ = client_;
    mail_.sender = normalAddress(sender);
    mail_.authUser = macros("{auth_authen}");
    builder_.begin(announcedSize(parameters));
}

void MilterSession::rcptTo(std::string_view recipient, const Macros& macros) {
    if (macros("{rcpt_mailer}") == "error") return;  // the MTA itself refuses this one
    if (mail_.recipients.size() >= limits_.recipients) {
        tooManyRecipients_ = true;
        return;
    }
    mail_.recipients.push_back(normalAddress(recipient));
    received_.emplace_back(recipient);
}

MailAnswer MilterSession::endOfMessage(const Macros& macros) {
    mail_.queueId = macros("i");
    mail_.direction = direction_.of(mail_, daemonPort_);
    if (!slotTaken_) {
        slot_ = slots_.take();
        slotTaken_ = true;
    }
    Mail mail{mail_, builder_.bytes(), builder_.size()};
    hasMail_ = false;
    if (mail.envelope.recipients.empty()) return {};
    const Verdict verdict = refusal();
    const MailAnswer answer = verdict.kind == VerdictKind::kDeliver ? filter_.judge(mail, slot_)
                                                                    : filter_.refuse(mail, verdict, slot_);
    lastSequence_ = answer.sequence;
    return answer;
}

Verdict MilterSession::refusal() const {
    Verdict verdict{VerdictKind::kTempfail, "", "", "", 452, "4.3.1", ""};
    if (!builder_.spoolProblem().empty()) {
        verdict.reason = builder_.spoolProblem();
        verdict.text = "mail filter has no room for this mail now, try again later";
    } else if (builder_.tooLarge()) {
        const bool reject = limits_.oversize == OversizeAnswer::kReject;
        verdict.kind = reject ? VerdictKind::kReject : VerdictKind::kTempfail;
        verdict.code = reject ? 552 : 452;
        verdict.status = reject ? "5.3.4" : "4.3.4";
        verdict.reason = "over mail.max_bytes";
        verdict.text = "message is larger than this mail filter takes";
    } else if (tooManyRecipients_) {
        verdict.status = "4.5.3";
        verdict.reason = "over " + std::to_string(limits_.recipients) + " recipients";
        verdict.text = "too many recipients";
    } else {
        return {};
    }
    return verdict;
}

void MilterSession::reset() {
    slot_.clear();
    lastSequence_ = 0;
    builder_.clear();
    received_.clear();
    mail_.recipients.clear();
    hasMail_ = false;
    tooManyRecipients_ = false;
}

void MilterSession::answerLost() {
    if (lastSequence_ != 0) filter_.doubt(lastSequence_);
}

std::string MilterSession::asReceived(const std::string& recipient) const {
    const auto found = std::find(mail_.recipients.begin(), mail_.recipients.end(), recipient);
    if (found == mail_.recipients.end()) return recipient;
    return received_[static_cast<std::size_t>(found - mail_.recipients.begin())];
}

}  // namespace weir
