// Switches that take one protection away, so that a test can show that it would catch the loss.
//
// The programs we ship have none: there controlOff() is always false. The control programs of the tests are
// the same code linked with tests/support/control_switches.cpp, which reads the environment variable
// WEIR_CONTROL_OFF, a comma list of names.
#pragma once

#include <string_view>

namespace weir {

bool controlOff(std::string_view protection);

}  // namespace weir
