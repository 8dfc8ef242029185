// Any bytes as what a peer says: refused in words, or read; an event that was read comes back the same. And
// as the catalogs that a master gives to its nodes.
#include <nlohmann/json.hpp>

#include "common/base/json.h"
#include "common/policy/user_lists.h"
#include "common/wire/compression.h"
#include "common/wire/event.h"
#include "common/wire/join_token.h"
#include "common/wire/messages.h"
#include "common/wire/shared_messages.h"
#include "tests/fuzz/fuzz_target.h"

using namespace weir;
using weir::test::mustHold;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto text = test::inputOf(data, size);
    if (const auto event = eventFromText(text)) {
        const auto written = std::visit([](const auto& one) { return toJsonText(one); }, *event);
        const auto again = eventFromText(written);
        mustHold(again.has_value(), "an event that was read can be written and read");
        mustHold(std::visit([](const auto& one) { return toJsonText(one); }, *again) == written,
                 "an event comes back the same");
    } else {
        mustHold(!event.error().text().empty(), "a problem has words");
    }
    constexpr std::size_t kLimit = 1u << 20;
    if (const auto bytes = decompress(text, kLimit))
        mustHold(bytes->size() <= kLimit, "decompressed to its limit");
    static_cast<void>(eventsRequestFromText(text));
    static_cast<void>(joinTokenFromText(text));
    if (const auto lists = UserLists::fromBytes(text)) {
        mustHold((*lists)->entries() <= kUserListEntries, "user lists keep to their limit");
        static_cast<void>((*lists)->decide("anna@example.com", text, text));
    } else {
        mustHold(!lists.error().text().empty(), "a problem has words");
    }
    if (text.size() < 4096)
        if (const auto entry = userListEntry(text, "block", text)) {
            const auto again = UserLists::fromBytes(userListsBytes({*entry}));
            mustHold(again && (*again)->decide(entry->owner, entry->sender, "") == UserListKind::kBlock,
                     "an entry that was taken is read and found");
            mustHold((*again)->decide(text, "", text) == UserListKind::kBlock, "and as it was written, too");
        }
    const auto json = parseJson(text);
    if (!json) return 0;
    if (const auto request = syncRequestFromJson(*json)) {
        const auto again = syncRequestFromJson(*parseJson(toJsonText(*request)));
        mustHold(again && again->catalogs.size() == request->catalogs.size(), "catalogs come back");
    }
    if (const auto answer = syncAnswerFromJson(*json)) {
        const auto again = syncAnswerFromJson(*parseJson(toJsonText(*answer)));
        mustHold(again && again->catalogs.size() == answer->catalogs.size(), "offers come back");
    }
    static_cast<void>(enrollRequestFromJson(*json));
    static_cast<void>(enrollAnswerFromJson(*json));
    static_cast<void>(renewRequestFromJson(*json));
    static_cast<void>(commandResultFromJson(*json));
    static_cast<void>(sharedAnswerFromJson(*json));
    if (const auto shared = sharedRequestFromJson(*json)) {
        const auto written = parseJson(toJsonText(*shared));
        mustHold(written.has_value(), "a shared message that was read is written as JSON");
        const auto again = sharedRequestFromJson(*written);
        mustHold(again && again->changes == shared->changes, "its entries come back the same");
    }
    return 0;
}
