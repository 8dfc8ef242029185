#include "common/base/control.h"

namespace weir {

bool controlOff(std::string_view) {
    return false;
}

}  // namespace weir
