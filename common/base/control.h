// Switches that take one protection away, so that a test can show that it would catch the loss.
//
// Only builds configured with WEIR_CONTROLS read them (environment variable WEIR_CONTROL_OFF, a comma list of
// names); in every other build controlOff() is constexpr false and the switch does not exist.
#pragma once

#include <string_view>

namespace weir {

#ifdef WEIR_CONTROLS
bool controlOff(std::string_view protection);
#else
constexpr bool controlOff(std::string_view) {
    return false;
}
#endif

}  // namespace weir
