#include "slave/filter/outgoing_headers.h"

#include <algorithm>

#include "common/mail/encoded_word.h"
#include "common/mail/header_block.h"
#include "slave/quarantine/release_token.h"

namespace weir {
namespace {

constexpr std::size_t kMaxRules = 8;

// Ids come from the policy, which a person wrote: nothing in them may look like another field.
std::string token(const std::string& text) {
    std::string out = text;
    for (char& c : out) {
        if (static_cast<unsigned char>(c) <= 0x20 || c == ';' || c == ',' || c == '=' || c == 0x7f) c = '_';
    }
    return out.empty() ? "-" : out;
}

void removeAll(const Message& message, const char* name, std::vector<HeaderChange>& changes) {
    if (findHeader(message.headers(), name) != nullptr)
        changes.push_back({HeaderChange::Kind::kRemove, name, ""});
}

}  // namespace

std::string traceHeader(const std::string& node, Revision revision, const std::vector<std::string>& rules,
                        const EventId& mail) {
    std::string value = token(node) + "; revision=" + std::to_string(revision) + "; verdict=deliver";
    for (std::size_t i = 0; i < std::min(rules.size(), kMaxRules); ++i) value += "; rule=" + token(rules[i]);
    value += "; mail=" + mail.value;
    return encodeHeaderText(value, std::string_view(kTraceHeader).size() + 2);
}

std::vector<HeaderChange> outgoingChanges(const Message& message, const std::vector<HeaderChange>& wanted) {
    std::vector<HeaderChange> changes = passedChanges(message);
    removeAll(message, kTraceHeader, changes);
    changes.insert(changes.end(), wanted.begin(), wanted.end());
    return changes;
}

std::vector<HeaderChange> passedChanges(const Message& message) {
    std::vector<HeaderChange> changes;
    removeAll(message, kReleaseHeader, changes);
    return changes;
}

}  // namespace weir
