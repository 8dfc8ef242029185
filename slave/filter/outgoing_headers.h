// What the headers of a delivered mail look like: the changes its rules want, and our own headers.
//
// X-Weir-Verdict tells a reader of the mail its way through the filter, in the manner of
// Authentication-Results (RFC 8601): the node that speaks comes first. One that came with the mail is forged
// or old, and is removed.
//
//   X-Weir-Verdict: mx1; revision=42; verdict=deliver; rule=tag-newsletters; mail=<id of the event>
#pragma once

#include <string>
#include <vector>

#include "common/base/ids.h"
#include "common/mail/message.h"
#include "common/mail/verdict.h"

namespace weir {

inline constexpr const char* kTraceHeader = "X-Weir-Verdict";
inline constexpr const char* kResultsHeader = "Authentication-Results";

// The trace header's value, ready to write. `rules` are the ids of the rules that matched, in order; at most
// eight are named.
std::string traceHeader(const std::string& node, Revision revision, const std::vector<std::string>& rules,
                        const EventId& mail);

// `wanted`, after the removal of every X-Weir-Verdict and X-Weir-Release that came with the message.
std::vector<HeaderChange> outgoingChanges(const Message& message, const std::vector<HeaderChange>& wanted);

// For a released or split-off copy, which stays as it was sent: only the pass that it came with goes.
std::vector<HeaderChange> passedChanges(const Message& message);

}  // namespace weir
