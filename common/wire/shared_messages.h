// POST /node/v1/shared: a node's changes of what the cluster knows together, and those of the others.
// PROTOCOL.md has the grammar; reading and writing follow the rules of messages.h.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "common/wire/messages.h"
#include "common/wire/shared_entry.h"

namespace weir {

struct SharedMessageLimits {
    static constexpr std::size_t kEntries = 5000;  // of all kinds in one message
    static constexpr std::size_t kPoison = 200;    // of them
    static constexpr std::size_t kReasonBytes = 256;
    static constexpr std::size_t kBytes = 2u << 20;  // a message, decompressed
};

struct SharedRequest {
    ProtocolVersion protocol = kProtocolVersion;
    std::uint64_t masterEpoch = 0;  // the highest this node has seen
    Column life = 0;                // this node's present one
    SharedEntries changes;          // columns are lives of this node
    // Set: the others' changes are asked for, those after this place in the list of the state named here.
    std::optional<std::uint64_t> cursor;
    std::string state;    // UUID; empty: none known yet
    bool urgent = false;  // answer at once, also when there is nothing
};

struct SharedAnswer {
    ProtocolVersion protocol = kProtocolVersion;
    std::uint64_t masterEpoch = 0;
    std::string state;  // UUID of this life of the master's list: after another one all is to be sent again
    std::uint64_t cursor = 0;  // where the next question goes on
    bool more = false;         // there is more than fitted
    SharedEntries changes;
};

std::string toJsonText(const SharedRequest& message);
std::string toJsonText(const SharedAnswer& message);
Expected<SharedRequest> sharedRequestFromJson(const Json& body);
Expected<SharedAnswer> sharedAnswerFromJson(const Json& body);

}  // namespace weir
