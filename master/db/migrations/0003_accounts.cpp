#include "master/db/migrations/migration.h"

namespace weir::db {

Migration migration0003() {
    return {3, "accounts", {}, {}};
}

}  // namespace weir::db
