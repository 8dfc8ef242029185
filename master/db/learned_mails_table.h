// The tables learned_state and learned_mails: which mails were learned as spam or as ham, and how many.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "master/db/database.h"

namespace weir::db {

struct LearnedState {
    std::int64_t spam = 0, ham = 0;        // mails
    std::int64_t tokens = 0, digests = 0;  // rows of their tables
    std::int64_t change = 0;               // number of the last change; 0: there was none
    std::int64_t changed = 0;              // ms
};
LearnedState learnedState(Connection& connection);
// The same with its row locked: whoever changes what was learned does this first.
LearnedState lockLearned(Connection& connection);
void putLearnedState(Connection& connection, const LearnedState& state);

struct LearnedMailRow {
    std::string sha256;       // of the mail, 64 lower-case digits
    std::int64_t change = 0;  // the change that counted it: later ones have higher numbers
    bool spam = false;
    std::int64_t learned = 0;
    std::string by, subject;  // at most 64 and 255 characters
    std::string item;         // quarantine item that it came from; empty: a file
    std::int64_t tokens = 0;
};
constexpr std::size_t kLearnedSubject = 255;  // bytes

std::optional<LearnedMailRow> learnedMail(Connection& connection, const std::string& sha256);
std::optional<LearnedMailRow> oldestLearnedMail(Connection& connection);
// The tokens that it was counted with, rising.
std::vector<std::uint64_t> tokensOfLearnedMail(Connection& connection, const std::string& sha256);
// Inserts or replaces; `tokens` of the row are those given.
void putLearnedMail(Connection& connection, const LearnedMailRow& row,
                    const std::vector<std::uint64_t>& tokens);
void dropLearnedMail(Connection& connection, const std::string& sha256);

struct LearnedMailFilter {
    std::optional<bool> spam;
    std::string text;  // part of the subject
    std::string sha256;
};
// The latest first, those before the change `before` (0: from the newest).
std::vector<LearnedMailRow> findLearnedMails(Connection& connection, const LearnedMailFilter& filter,
                                             std::int64_t before, int limit);

}  // namespace weir::db
