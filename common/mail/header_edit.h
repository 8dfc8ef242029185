// The changes that rules ask for, worked out on one mail's header fields: once, for the milter and for
// re-injection alike, so that both make the same mail of them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/mail/message.h"
#include "common/mail/verdict.h"

namespace weir {

// One step for the milter library, to be made in the order given.
struct HeaderEdit {
    enum class Kind { kChange, kDelete, kAppend };
    Kind kind = Kind::kAppend;
    std::string name;    // kChange, kDelete: as received
    unsigned index = 0;  // kChange, kDelete: which field of that name, from 1, as they were received. Deletes
                         // of one name come last to first, so no step moves the target of a later one.
    std::string value;   // encoded and folded with "\n ", without the space after the colon
    bool operator==(const HeaderEdit&) const = default;
};

// kAdd appends. kReplace gives the first field of that name the value and removes the others, or appends one.
// kRemove removes all of that name. kTagSubject puts the value and a space before every Subject that does not
// begin with it already, keeping the received bytes of the rest, or appends a Subject. Names are compared
// without case. A change whose name isHeaderName() refuses throws Error kInvalid: the policy must not hold
// it.
std::vector<HeaderEdit> planHeaderEdits(const std::vector<HeaderField>& fields,
                                        const std::vector<HeaderChange>& changes);

// The header block with the edits made, in the block's own kind of line ends; fields not touched stay byte
// for byte. `block` is Message::headerBlock(); the result ends like it, without the empty line.
std::string applyHeaderEdits(std::string_view block, const std::vector<HeaderEdit>& edits);

// The whole mail with the changes made: changed header block, the separator as received, body.
std::string changedMail(const Message& message, const std::vector<HeaderChange>& changes);

}  // namespace weir
