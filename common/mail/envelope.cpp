#include "common/mail/envelope.h"

namespace weir {

const char* toString(Direction direction) {
    return direction == Direction::kOutbound ? "outbound" : "inbound";
}

}  // namespace weir
