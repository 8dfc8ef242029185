#include "common/base/control.h"

#ifdef WEIR_CONTROLS
#include <cstdlib>
#include <string>

namespace weir {

bool controlOff(std::string_view protection) {
    static const std::string names = [] {
        const char* value = std::getenv("WEIR_CONTROL_OFF");
        return "," + std::string(value ? value : "") + ",";
    }();
    return names.find("," + std::string(protection) + ",") != std::string::npos;
}

}  // namespace weir
#endif
