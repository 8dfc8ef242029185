#include "common/mail/gmime_start.h"

#include <gmime/gmime.h>

namespace weir {

void startGMime() {
    static const bool started = [] {
        g_mime_init();
        return true;
    }();
    static_cast<void>(started);
}

}  // namespace weir
