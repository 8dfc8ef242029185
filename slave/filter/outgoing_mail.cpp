#include "slave/filter/outgoing_mail.h"

#include <algorithm>

#include "common/mail/ascii.h"
#include "slave/filter/body_changes.h"
#include "slave/filter/outgoing_headers.h"

namespace weir {
namespace {

// Deletions of forged results beside those that rules ask for, which may be the same.
void addRemovals(std::vector<HeaderEdit>& edits, const std::vector<unsigned>& removed) {
    for (unsigned index : removed) {
        const bool known = std::any_of(edits.begin(), edits.end(), [&](const HeaderEdit& edit) {
            return edit.kind != HeaderEdit::Kind::kAppend && edit.index == index &&
                   equalIgnoringCase(edit.name, kResultsHeader);
        });
        if (!known) edits.push_back({HeaderEdit::Kind::kDelete, kResultsHeader, index, ""});
    }
    // Of one name the last goes first, so that no step moves the target of a later one.
    std::stable_sort(edits.begin(), edits.end(), [](const HeaderEdit& a, const HeaderEdit& b) {
        const bool both =
            equalIgnoringCase(a.name, kResultsHeader) && equalIgnoringCase(b.name, kResultsHeader);
        return both && a.kind == HeaderEdit::Kind::kDelete && b.kind == HeaderEdit::Kind::kDelete &&
               a.index > b.index;
    });
}

std::string unfoldedForWire(std::string value) {
    for (std::size_t at = value.find('\n'); at != std::string::npos; at = value.find('\n', at + 2))
        value.insert(at, "\r");
    return value;
}

}  // namespace

std::string OutgoingMail::whole(const Message& received) const {
    std::string mail;
    for (const TopHeader& one : top) mail += one.name + ": " + unfoldedForWire(one.value) + "\r\n";
    const std::string_view block = received.headerBlock();
    mail += edits.empty() ? std::string(block) : applyHeaderEdits(block, edits);
    const std::string_view rest = received.bytes().substr(block.size());
    if (!body) return mail.append(rest);
    mail.append(rest.substr(0, rest.size() - received.body().size()));
    return mail.append(*body);
}

OutgoingMail outgoingMail(const Message& received, const std::vector<HeaderChange>& changes,
                          const std::vector<BodyOrder>& bodyOrders,
                          const std::vector<unsigned>& removedResults) {
    OutgoingMail mail;
    std::vector<HeaderChange> all = changes;
    if (!bodyOrders.empty()) {
        MadeChanges changed = changeBody(received, bodyOrders);
        mail.body = std::move(changed.body);
        mail.notDone = std::move(changed.notDone);
        all.insert(all.end(), changed.headers.begin(), changed.headers.end());
    }
    mail.edits = planHeaderEdits(received.headers(), all);
    if (!removedResults.empty()) addRemovals(mail.edits, removedResults);
    return mail;
}

}  // namespace weir
