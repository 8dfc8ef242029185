// Identifiers as types of their own, so that one cannot be passed where another is meant.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace weir {

// A text identifier; Tag only tells the types apart.
template <class Tag>
struct TextId {
    std::string value;
    bool empty() const { return value.empty(); }
    auto operator<=>(const TextId&) const = default;
};

using NodeId = TextId<struct NodeTag>;        // UUID in the node's certificate
using ItemId = TextId<struct ItemTag>;        // UUIDv7 of a quarantine item
using EventId = TextId<struct EventTag>;      // UUIDv7 of an event; a mail's id is its event's
using CommandId = TextId<struct CommandTag>;  // UUIDv7 of a command
using SpoolEpoch = TextId<struct EpochTag>;   // UUID of one life of a report queue
using ClusterId = TextId<struct ClusterTag>;  // UUID in every certificate of the cluster

using Sequence = std::uint64_t;  // of an event within its spool epoch, from 1 without holes
using Revision = std::uint64_t;  // of a policy; 0 means none

// RFC 9562: version 4 (random) and version 7 (sorted by time). Thread-safe.
std::string newUuid();
std::string newTimeUuid();
bool isUuid(std::string_view text);

// `bytes` random bytes of the operating system as lower-case hex.
std::string randomHex(std::size_t bytes);

}  // namespace weir

template <class Tag>
struct std::hash<weir::TextId<Tag>> {
    std::size_t operator()(const weir::TextId<Tag>& id) const noexcept {
        return std::hash<std::string>{}(id.value);
    }
};
