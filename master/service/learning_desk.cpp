#include "master/service/learning_desk.h"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

#include "common/base/control.h"
#include "common/base/digest.h"
#include "common/base/json.h"
#include "common/base/utf8.h"
#include "common/mail/mail_content.h"
#include "common/mail/message.h"
#include "master/db/learned_tokens_table.h"
#include "master/service/learned_digest.h"

namespace weir {
namespace {

constexpr std::int64_t kDayMillis = 86'400'000;
constexpr std::size_t kNameBytes = 64;

LearnedMail learnedMailOf(const db::LearnedMailRow& row) {
    return {row.sha256,
            row.spam ? LearnedClass::kSpam : LearnedClass::kHam,
            fromMillis(row.learned),
            row.by,
            row.subject,
            ItemId{row.item},
            static_cast<std::uint64_t>(row.tokens)};
}

std::int64_t& mailsOf(db::LearnedState& state, bool spam) {
    return spam ? state.spam : state.ham;
}

// A mail counts no longer.
void takeBack(db::Connection& connection, db::LearnedState& state, const db::LearnedMailRow& row) {
    const auto tokens = db::tokensOfLearnedMail(connection, row.sha256);
    state.tokens -= db::takeBackTokens(connection, tokens, row.spam, row.change);
    state.digests -= db::dropDigestsOf(connection, row.change);
    --mailsOf(state, row.spam);
}

// A mail counts from now on; `row.change` is set.
void count(db::Connection& connection, db::LearnedState& state, db::LearnedMailRow& row, const Lesson& lesson,
           const LearningLimits& limits) {
    row.change = ++state.change;
    state.tokens +=
        db::countTokens(connection, lesson.tokens, row.spam, row.change, row.learned / kDayMillis);
    std::vector<std::string> digests;
    for (const FuzzyDigest& digest : lesson.digests) digests.push_back(digestBytes(digest));
    db::addDigests(connection, digests, row.spam, row.change);
    state.digests += static_cast<std::int64_t>(digests.size());
    state.digests -= db::dropOldestDigests(connection, state.digests - limits.digests);
    db::putLearnedMail(connection, row, lesson.tokens);
    ++mailsOf(state, row.spam);
    state.changed = row.learned;
    while (state.spam + state.ham > limits.mails) {
        const auto oldest = db::oldestLearnedMail(connection);
        if (!oldest) break;
        takeBack(connection, state, *oldest);
        db::dropLearnedMail(connection, oldest->sha256);
    }
}

std::int64_t changeOf(const std::string& cursor) {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(cursor.data(), cursor.data() + cursor.size(), number);
    if (error != std::errc() || end != cursor.data() + cursor.size() || number <= 0)
        throw Error(ErrorCode::kInvalid, "cursor: not one of the learned mails");
    return number;
}

}  // namespace

std::optional<LearnedClass> learnedClass(std::string_view word) {
    if (word == "spam") return LearnedClass::kSpam;
    if (word == "ham") return LearnedClass::kHam;
    return std::nullopt;
}

const char* toString(LearnOutcome outcome) {
    switch (outcome) {
        case LearnOutcome::kLearned:
            return "learned";
        case LearnOutcome::kKnown:
            return "known";
        case LearnOutcome::kMoved:
            return "moved";
    }
    return "";
}

Expected<LearnResult> LearningDesk::learn(const Actor& actor, LearnedClass kind, std::string_view mail) {
    return learnFrom(actor, kind, mail, {});
}

Expected<LearnResult> LearningDesk::learnItem(const Actor& actor, LearnedClass kind, const ItemId& item,
                                              std::chrono::milliseconds wait) {
    return learnFrom(actor, kind, quarantine_.content(item, limits_.mailBytes, wait), item);
}

Expected<LearnResult> LearningDesk::learnFrom(const Actor& actor, LearnedClass kind, std::string_view mail,
                                              const ItemId& item) {
    if (mail.size() > limits_.mailBytes)
        throw Error(ErrorCode::kLimit,
                    "mails of at most " + std::to_string(limits_.mailBytes >> 20) + " MiB are learned");
    const Message message(mail);
    if (message.headers().empty()) return problem("", "this is no mail: it begins without a header");
    DirectReader reader;
    MailContent content(message, reader);
    const Lesson lesson = lessonOf(message, content);
    if (lesson.tokens.empty() && lesson.digests.empty())
        return problem("", "there is nothing in this mail that could be learned");
    db::LearnedMailRow row;
    row.sha256 = sha256Hex(mail);
    row.spam = kind == LearnedClass::kSpam;
    row.by = cutUtf8(actor.name, kNameBytes);
    row.subject = cutUtf8(message.subject(), db::kLearnedSubject);
    row.item = item.value;
    row.tokens = static_cast<std::int64_t>(lesson.tokens.size());
    LearnResult result;
    database_.transaction([&](db::Connection& connection) {
        result = {};
        result.digests = lesson.digests.size();
        db::LearnedState state = db::lockLearned(connection);
        const auto before = controlOff("learn-once") ? std::nullopt : db::learnedMail(connection, row.sha256);
        if (before && before->spam == row.spam) {
            result.outcome = LearnOutcome::kKnown;
            result.mail = learnedMailOf(*before);
            return;
        }
        if (before) {
            result.outcome = LearnOutcome::kMoved;
            result.before = learnedMailOf(*before);
            takeBack(connection, state, *before);
        }
        row.learned = toMillis(now());
        count(connection, state, row, lesson, limits_);
        db::putLearnedState(connection, state);
        result.mail = learnedMailOf(row);
        Json after = {{"class", toString(kind)}, {"subject", row.subject}, {"tokens", row.tokens}};
        if (!item.empty()) after["item"] = item.value;
        Audit::record(connection, actor, "learning.learn", "mail " + row.sha256,
                      before ? Json{{"class", before->spam ? "spam" : "ham"}} : Json(), after);
    });
    if (result.outcome != LearnOutcome::kKnown) changed_();
    return result;
}

bool LearningDesk::forget(const Actor& actor, const std::string& sha256) {
    bool found = false;
    database_.transaction([&](db::Connection& connection) {
        db::LearnedState state = db::lockLearned(connection);
        const auto row = db::learnedMail(connection, sha256);
        found = row.has_value();
        if (!row) return;
        takeBack(connection, state, *row);
        db::dropLearnedMail(connection, sha256);
        ++state.change;
        state.changed = toMillis(now());
        db::putLearnedState(connection, state);
        Audit::record(connection, actor, "learning.forget", "mail " + sha256,
                      Json{{"class", row->spam ? "spam" : "ham"},
                           {"subject", row->subject},
                           {"learned_by", row->by},
                           {"learned", toText(fromMillis(row->learned))}},
                      Json());
    });
    if (found) changed_();
    return found;
}

LearnedPage LearningDesk::find(const LearnedQuery& query) {
    const int limit = std::clamp(query.limit, 1, 500);
    const std::int64_t before = query.cursor.empty() ? 0 : changeOf(query.cursor);
    db::LearnedMailFilter filter;
    if (query.kind) filter.spam = query.kind == LearnedClass::kSpam;
    filter.text = query.text;
    filter.sha256 = query.sha256;
    LearnedPage page;
    database_.read([&](db::Connection& connection) {
        page = {};
        const auto rows = db::findLearnedMails(connection, filter, before, limit + 1);
        for (const auto& row : rows) {
            if (page.mails.size() == static_cast<std::size_t>(limit)) {
                page.next = std::to_string(rows[page.mails.size() - 1].change);
                break;
            }
            page.mails.push_back(learnedMailOf(row));
        }
    });
    return page;
}

db::LearnedState LearningDesk::state() {
    db::LearnedState state;
    database_.read([&](db::Connection& connection) { state = db::learnedState(connection); });
    return state;
}

}  // namespace weir
