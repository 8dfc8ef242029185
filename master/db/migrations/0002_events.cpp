#include "master/db/migrations/migration.h"

namespace weir::db {

Migration migration0002() {
    return {2, "events", {}, {}};
}

}  // namespace weir::db
