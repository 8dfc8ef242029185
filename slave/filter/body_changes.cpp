#include "slave/filter/body_changes.h"

#include <algorithm>

#include "common/mail/mail_edit.h"
#include "common/mail/mime_reader.h"

namespace weir {
namespace {

constexpr const char* kUsualNotice =
    "The attachment ${file.name} (${file.type}, ${file.size} bytes) was removed by the mail filter: "
    "${file.reason}.\n"
    "Your postmaster can release the mail as it was sent.\n";

void addStrip(const Message& message, const BodyOrder& order, BodyEdits& edits) {
    if (!edits.strip) edits.strip.emplace();
    StripEdit& strip = *edits.strip;
    const std::string& text = order.text.empty() ? kUsualNotice : order.text;
    auto notice = MacroText::parse(text, "", MacroPlace::kPlain, true);
    if (!notice) notice = MacroText::parse(kUsualNotice, "", MacroPlace::kPlain, true);
    strip.notice = std::move(*notice);
    for (std::uint32_t index : order.attachments) {
        const std::size_t part = message.attachments()[index].part;
        const bool known = std::any_of(strip.parts.begin(), strip.parts.end(),
                                       [&](const StripPart& one) { return one.part == part; });
        if (!known) strip.parts.push_back({part, "held by policy"});
    }
}

// Each is a pass over the mail: the same one by several rules is one.
void addOnce(DisclaimerEdit edit, std::vector<DisclaimerEdit>& all) {
    if (std::find(all.begin(), all.end(), edit) == all.end()) all.push_back(std::move(edit));
}

BodyEdits editsOf(const Message& message, const std::vector<BodyOrder>& orders) {
    BodyEdits edits;
    for (const BodyOrder& order : orders) {
        if (order.kind == BodyOrder::Kind::kStrip) {
            addStrip(message, order, edits);
        } else if (order.kind == BodyOrder::Kind::kDisarm) {
            const bool before = edits.disarm.has_value();
            DisarmOptions options = before ? edits.disarm->options : DisarmOptions{false, false};
            options.removeRemoteImages = options.removeRemoteImages || order.remoteImages;
            options.markLyingLinks = options.markLyingLinks || order.links;
            edits.disarm = DisarmEdit{options};
        } else {
            DisclaimerEdit disclaimer;
            disclaimer.place = order.before ? DisclaimerPlace::kBegin : DisclaimerPlace::kEnd;
            disclaimer.text = order.text;
            disclaimer.html = order.html;
            disclaimer.separator = order.separator;
            addOnce(std::move(disclaimer), edits.disclaimers);
        }
    }
    return edits;
}

const BodyOrder* stripOf(const Outcome& outcome) {
    const auto found = std::find_if(outcome.bodyOrders.begin(), outcome.bodyOrders.end(),
                                    [](const BodyOrder& one) { return one.kind == BodyOrder::Kind::kStrip; });
    return found == outcome.bodyOrders.end() ? nullptr : &*found;
}

// A part that only another reading of the mail has does not lie in it as a piece that could be cut out.
bool wantsOtherReading(const Message& message, const BodyEdits& edits) {
    return edits.strip &&
           std::any_of(edits.strip->parts.begin(), edits.strip->parts.end(),
                       [&](const StripPart& one) { return !message.mime().parts[one.part].view.empty(); });
}

}  // namespace

MadeChanges changeBody(const Message& message, const std::vector<BodyOrder>& orders) {
    const BodyEdits edits = editsOf(message, orders);
    if (wantsOtherReading(message, edits)) {
        MadeChanges none;
        none.stripRefused = true;
        none.notDone.push_back("strip: an attachment that only another reading of the mail has");
        return none;
    }
    EditedMail edited = editMail(message, edits);
    MadeChanges changed;
    if (edited.changed) {
        changed.body = std::move(edited.body);
        changed.headers = std::move(edited.headers);
    }
    for (const EditNote& note : edited.refused) {
        changed.notDone.push_back(note.action + ": " + note.text);
        changed.stripRefused = changed.stripRefused || note.action == "strip";
    }
    return changed;
}

void holdWhatCannotBeStripped(const Message& message, std::vector<Outcome>& outcomes) {
    for (Outcome& outcome : outcomes) {
        const BodyOrder* strip = stripOf(outcome);
        if (strip == nullptr || outcome.verdict.kind != VerdictKind::kDeliver) continue;
        const MadeChanges changed = changeBody(message, outcome.bodyOrders);
        if (!changed.stripRefused) continue;
        outcome.verdict.kind = VerdictKind::kQuarantine;
        outcome.verdict.queue = strip->queue;
        outcome.verdict.reason = "an attachment cannot be stripped: " + changed.notDone.front();
        if (!outcome.matchedRules.empty()) outcome.verdict.rule = outcome.matchedRules.back();
        std::erase(outcome.copyQueues, strip->queue);
        outcome.changes.clear();
        outcome.redirect.clear();
        outcome.bodyOrders.clear();
    }
}

}  // namespace weir
