// How long the parts of an event may be: the writer cuts to this, the reader refuses what is more than three
// times as long (each invalid byte may have become a U+FFFD of three).
#pragma once

#include <cstddef>

namespace weir::event_limits {

constexpr std::size_t kShort = 256;     // ids, names, queue ids, host names
constexpr std::size_t kAddress = 2048;  // sender, recipient, HELO, login: Postfix's longest line
constexpr std::size_t kText = 4096;     // reasons, replies, subjects
constexpr std::size_t kRecipients = 100'000;
constexpr std::size_t kOutcomes = 10'000;
constexpr std::size_t kRules = 10'000;  // rules, changes, viruses
constexpr std::size_t kSequences = 1'000'000;
constexpr std::size_t kCounters = 1'000'000;
constexpr std::size_t kStages = 64;
constexpr std::size_t kAlerts = 1000;  // of one mail
constexpr std::size_t kAlertText = 500;
constexpr std::size_t kAlertTexts = 100;   // of one rule that are told apart
constexpr std::size_t kDmarcResults = 16;  // of DKIM, of SPF, and reasons of one row
constexpr std::size_t kDmarcDestinations = 16;
constexpr std::size_t kDmarcRows = 2'000;    // of a report that came by mail
constexpr std::size_t kReceivedReports = 2;  // of one mail

}  // namespace weir::event_limits
