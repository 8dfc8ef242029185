// The actions of the one table (declared in rule_fields.h), in the order of the enumeration.
#include "common/policy/rule_fields.h"

namespace weir {
namespace {

constexpr std::string_view kCopyAs[] = {"received", "changed"};
constexpr std::string_view kStripWhich[] = {"matched", "all"};
constexpr std::string_view kOverVerdicts[] = {"tempfail", "reject"};

constexpr ParameterSpec kQueueParameter[] = {
    {"queue", "queue", true, "Name of the quarantine queue: lower-case letters, digits and hyphens.", ""}};
constexpr ParameterSpec kRejectParameters[] = {
    {"code", "code", false, "SMTP code, 500 to 599.", "550"},
    {"status", "status", false, "Enhanced status code (RFC 3463), 5.x.x.", "5.7.1"},
    {"text", "text", false, "What the sender is told; printable ASCII, with macros such as ${queue-id}.",
     "Message refused by policy"}};
constexpr ParameterSpec kTempfailParameters[] = {
    {"code", "code", false, "SMTP code, 400 to 499 but not 421, which would end the connection.", "451"},
    {"status", "status", false, "Enhanced status code (RFC 3463), 4.x.x.", "4.7.1"},
    {"text", "text", false, "What the sender is told; printable ASCII, with macros such as ${queue-id}.",
     "Try again later"}};
constexpr ParameterSpec kHeaderParameters[] = {{"name", "header", true, "Header name.", ""},
                                               {"value", "value", true, "Value, one line, with macros.", ""}};
constexpr ParameterSpec kHeaderNameParameter[] = {{"name", "header", true, "Header name.", ""}};
constexpr ParameterSpec kTagParameter[] = {
    {"text", "value", true, "Put in front of the subject; with macros.", ""}};
constexpr ParameterSpec kCopyParameters[] = {
    {"to", "address", true, "Mailbox that gets the copy.", ""},
    {"as", "choice", false, "The mail as it was received, or with the changes that the rules make.",
     "received", kCopyAs}};
constexpr ParameterSpec kRedirectParameters[] = {
    {"to", "address", true, "Mailbox that gets the mail in place of the recipient.", ""}};
constexpr ParameterSpec kStripParameters[] = {
    {"which", "choice", false,
     "matched: the attachments that the rule's conditions found (all of them where it found none in "
     "particular); all.",
     "matched", kStripWhich},
    {"queue", "queue", true, "Quarantine queue that keeps the mail as it was received; released from there.",
     ""},
    {"notice", "notice", false,
     "Text that stands in place of each attachment: a notice of the section notices.", ""}};
constexpr ParameterSpec kDisclaimerParameters[] = {
    {"name", "disclaimer", true, "A disclaimer of the section disclaimers.", ""}};
constexpr ParameterSpec kDisarmParameters[] = {
    {"remote-images", "flag", false, "Also take images away that are loaded from elsewhere.", "true"},
    {"links", "flag", false, "Also show the real address beside links that show another.", "true"}};
constexpr ParameterSpec kScoreParameters[] = {
    {"add", "decimal", true, "Added to the score of the mail, -1000 to 1000, at most three decimals.", ""}};
constexpr ParameterSpec kSkipParameters[] = {
    {"what", "groups", true,
     "What the rules after this one go without: virus, rspamd, spamd, dns-lists, authentication.", ""}};
constexpr ParameterSpec kRateParameters[] = {
    {"rate", "rate", true, "A rate of the section rates; acts when the mail is over its limit.", ""},
    {"then", "choice", false, "Refuse for now or for good.", "tempfail", kOverVerdicts},
    {"text", "text", false, "What the sender is told; printable ASCII, with macros.",
     "Too many mails, try again later"}};
constexpr ParameterSpec kGreylistParameters[] = {{"text", "text", false,
                                                  "What the sender is told; printable ASCII, with macros.",
                                                  "Greylisted, try again later"}};
constexpr ParameterSpec kNotifyParameters[] = {
    {"to", "notify", true,
     "administrator, sender, recipient, or an address. A sender from outside who did not log in "
     "is never written to.",
     ""},
    {"notice", "notice", true, "A notice of the section notices.", ""}};
constexpr ParameterSpec kAlertParameters[] = {
    {"text", "value", true, "What is written; one line, with macros.", ""}};

constexpr ActionSpec kActions[] = {
    {ActionKind::kDeliver,
     "deliver",
     "Deliver",
     "Deliver the mail, unless another rule is more severe.",
     true,
     {}},
    {ActionKind::kQuarantine, "quarantine", "Quarantine",
     "Hold the mail on the node; a person may release it.", true, kQueueParameter},
    {ActionKind::kReject, "reject", "Reject", "Refuse the mail; the sending server tells its sender.", true,
     kRejectParameters},
    {ActionKind::kTempfail, "tempfail", "Refuse for now", "The sending server tries again later.", true,
     kTempfailParameters},
    {ActionKind::kDiscard, "discard", "Discard", "Accept the mail and drop it; nobody is told.", true, {}},
    {ActionKind::kAddHeader, "add-header", "Add header", "Add a header to the delivered mail.", false,
     kHeaderParameters},
    {ActionKind::kReplaceHeader, "replace-header", "Replace header",
     "Remove every header of this name, then add one.", false, kHeaderParameters},
    {ActionKind::kRemoveHeader, "remove-header", "Remove header", "Remove every header of this name.", false,
     kHeaderNameParameter},
    {ActionKind::kTagSubject, "tag-subject", "Tag subject", "Put a text in front of the subject.", false,
     kTagParameter},
    {ActionKind::kKeep, "keep", "Keep a copy", "Store a copy in a quarantine queue, whatever else happens.",
     false, kQueueParameter},
    {ActionKind::kCopy, "copy", "Copy to a mailbox", "Send a copy to another mailbox, whatever else happens.",
     false, kCopyParameters},
    {ActionKind::kRedirect, "redirect", "Redirect", "Deliver to another mailbox in place of the recipient.",
     false, kRedirectParameters},
    {ActionKind::kStrip, "strip", "Strip attachments",
     "Replace attachments by a notice; the mail as received is kept in quarantine. Of an archive the whole "
     "is taken. "
     "Signed mail is held instead.",
     false, kStripParameters},
    {ActionKind::kDisclaimer, "disclaimer", "Add disclaimer",
     "Add a text to the text and HTML of the mail. Signed and encrypted mail is left whole.", false,
     kDisclaimerParameters},
    {ActionKind::kDisarm, "disarm", "Disarm HTML",
     "Take scripts, forms, frames and what loads from elsewhere out of HTML. Signed and encrypted mail is "
     "left whole.",
     false, kDisarmParameters},
    {ActionKind::kScore, "score", "Add to the score",
     "Add to the mail's own score, which later rules can look at.", false, kScoreParameters},
    {ActionKind::kSkip, "skip", "Skip checks",
     "The rules after this one see nothing of these scanners and lists, and do not ask them.", false,
     kSkipParameters},
    {ActionKind::kGreylist, "greylist", "Greylist",
     "Refuse for now what comes from an unknown network, sender and recipient, until it comes again after "
     "the delay of "
     "the section greylisting.",
     false, kGreylistParameters},
    {ActionKind::kRateLimit, "rate-limit", "Limit the rate", "Refuse what is over the limit of a rate.",
     false, kRateParameters},
    {ActionKind::kNotify, "notify", "Notify", "Write to the administrator, the sender or the recipient.",
     false, kNotifyParameters},
    {ActionKind::kAlert, "alert", "Raise an alert",
     "Shown in the console until somebody acknowledges it, with the mails that raised it; the same text of "
     "the "
     "same rule is counted. Also a warning in the node's log.",
     false, kAlertParameters},
};

}  // namespace

std::span<const ActionSpec> ruleActions() {
    return kActions;
}
const char* toString(ActionKind kind) {
    return kActions[static_cast<std::size_t>(kind)].name.data();
}
const ActionSpec* findAction(std::string_view name) {
    for (const ActionSpec& one : kActions)
        if (one.name == name) return &one;
    return nullptr;
}

}  // namespace weir
