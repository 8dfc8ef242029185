// The event of one mail, put together from what the filter found and decided.
#pragma once

#include <string>
#include <vector>

#include "common/mail/message.h"
#include "common/wire/event.h"
#include "slave/filter/mail.h"
#include "slave/filter/splitter.h"

namespace weir {

// Identity, envelope and what the message says of itself; outcomes, viruses and stages come later.
MailEvent beginMailEvent(const Mail& mail, const Message& message);

// One outcome a group; `items[i]` is what split.stores[i] was stored as (empty when nothing was stored).
void addOutcomes(MailEvent& event, const Split& split, const std::vector<ItemId>& items);

// The most severe verdict of the mail: the one word for logs and counters.
const Verdict& leadingVerdict(const Split& split);

// The one line a mail.
void logMailVerdict(const MailEvent& event, const Verdict& verdict, double millis);

}  // namespace weir
