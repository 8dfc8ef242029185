// GMime keeps tables that must exist before any of its functions is called.
#pragma once

namespace weir {

// Idempotent and thread-safe; cheap after the first call.
void startGMime();

}  // namespace weir
