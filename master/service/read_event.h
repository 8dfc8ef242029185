// One event as the tables want it: everything that can be worked out before the transaction.
#pragma once

#include <string>
#include <variant>

#include "common/base/ids.h"
#include "common/wire/event.h"
#include "common/wire/messages.h"
#include "master/db/mails_table.h"
#include "master/db/quarantine_table.h"

namespace weir {

// A body that is no event this master understands.
struct UnreadableBody {
    std::string problem, body;
};

struct ReadEvent {
    Sequence sequence = 0;
    TimePoint time;
    std::variant<db::MailRow, db::ItemRow, InDoubtEvent, GapEvent, FoldEvent, UnreadableBody> what;
};

// `place` as in db::placeOf(). Never fails. Texts are cut to the width of their columns.
ReadEvent readEvent(EventReader& reader, const NodeId& node, std::int64_t place, const WireEvent& event);

db::ItemRow itemRow(const NodeId& node, const ItemEvent& event);

}  // namespace weir
