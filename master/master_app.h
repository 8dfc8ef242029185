// The composition root of weir-master: builds the parts, starts them, and stops them in reverse.
//
// One thread (main's) calls it. While the database is away at start the console port answers 503 and says so,
// the node port is closed (nodes filter on and keep their events), and turn() tries again.
#pragma once

#include <memory>
#include <string>

#include "master/master_settings.h"

namespace weir {

class MasterApp {
  public:
    // Throws Error for what an operator must repair: another master in the storage folder, a port in use, a
    // certificate that cannot be read, a default policy that does not parse, a schema of a newer program.
    explicit MasterApp(MasterConfig config);
    ~MasterApp();  // stops
    void start();
    // Every second or so: opens the database when it was away at start.
    void turn();
    void stop();
    // SIGHUP: log file and certificates are opened anew. What cannot be is logged and stays as it was.
    void reload();

    bool serving() const;  // false while the database is waited for
    int consolePort() const;
    int nodesPort() const;  // 0 while the database is waited for

  private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

// The database of the settings, opened and migrated.
std::unique_ptr<db::Database> openDatabase(const DatabaseConfig& config);

// What --print-routes prints: all routes of both ports.
std::string routesText();

// "https://HOST:PORT/first-login#token=…"
std::string firstLoginLink(const std::string& consoleUrl, const std::string& token);

}  // namespace weir
