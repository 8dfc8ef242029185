#include "master/db/migrations/migration.h"

namespace weir::db {

Migration migration0001() {
    return {1, "nodes", {}, {}};
}

}  // namespace weir::db
