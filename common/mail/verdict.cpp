#include "common/mail/verdict.h"

#include <array>

namespace weir {
namespace {

constexpr std::array<VerdictKind, 5> kKinds = {VerdictKind::kDeliver, VerdictKind::kQuarantine,
                                               VerdictKind::kDiscard, VerdictKind::kReject,
                                               VerdictKind::kTempfail};

}  // namespace

const char* toString(VerdictKind kind) {
    switch (kind) {
        case VerdictKind::kDeliver:
            return "deliver";
        case VerdictKind::kQuarantine:
            return "quarantine";
        case VerdictKind::kDiscard:
            return "discard";
        case VerdictKind::kReject:
            return "reject";
        case VerdictKind::kTempfail:
            return "tempfail";
    }
    return "tempfail";
}

bool verdictFromText(const std::string& text, VerdictKind& kind) {
    for (VerdictKind candidate : kKinds) {
        if (text == toString(candidate)) {
            kind = candidate;
            return true;
        }
    }
    return false;
}

namespace {

std::string textOf(const HeaderChange& change) {
    switch (change.kind) {
        case HeaderChange::Kind::kAdd:
            return "add " + change.name + ": " + change.value;
        case HeaderChange::Kind::kReplace:
            return "replace " + change.name + ": " + change.value;
        case HeaderChange::Kind::kRemove:
            return "remove " + change.name;
        case HeaderChange::Kind::kTagSubject:
            return "tag subject " + change.value;
    }
    return {};
}

std::string textOf(const BodyOrder& change) {
    switch (change.kind) {
        case BodyOrder::Kind::kStrip:
            return "strip " + std::to_string(change.attachments.size()) +
                   (change.attachments.size() == 1 ? " attachment" : " attachments");
        case BodyOrder::Kind::kDisarm:
            return "disarm HTML";
        case BodyOrder::Kind::kDisclaimer:
            return "add disclaimer";
    }
    return {};
}

}  // namespace

std::vector<std::string> changeTexts(const Outcome& outcome) {
    std::vector<std::string> texts;
    for (const HeaderChange& one : outcome.changes) texts.push_back(textOf(one));
    for (const BodyOrder& one : outcome.bodyOrders) texts.push_back(textOf(one));
    if (!outcome.redirect.empty()) texts.push_back("redirect to " + outcome.redirect);
    for (const CopyOrder& one : outcome.copies)
        texts.push_back("copy to " + one.to + (one.changed ? ", as changed" : ", as received"));
    for (const NoticeOrder& one : outcome.notices) texts.push_back("notify " + one.to);
    for (const RaisedAlert& one : outcome.alerts) texts.push_back("alert: " + one.text);
    return texts;
}

}  // namespace weir
