#include "tests/support/each_database.h"

#include <catch2/catch.hpp>

#include "tests/support/private_mariadb.h"
#include "tests/support/temp_folder.h"

namespace weir::test {

void onEachDatabase(const std::function<void(TestDatabase&)>& test) {
    SECTION("on SQLite") {
        const TempFolder folder;
        TestDatabase it;
        it.open = [&] { return db::openSqlite({(folder / "master.db").string()}); };
        it.database = it.open();
        test(it);
    }
    SECTION("on MySQL") {
        if (!PrivateMariadb::installed()) {
            WARN("left out: mariadbd is not installed");
            return;
        }
        const auto options = sharedMariadb().newSchema();
        TestDatabase it;
        it.open = [&] { return db::openMysql(options); };
        it.database = it.open();
        test(it);
    }
}

}  // namespace weir::test
