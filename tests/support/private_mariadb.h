// A MariaDB server of our own on loopback, in a temporary folder, for one test program.
//
// The system tables are made once a machine and copied, so that a start takes about a second. The server is
// killed when this ends: it leaves nothing behind.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>

#include "master/db/database.h"
#include "tests/support/temp_folder.h"

namespace weir::test {

class PrivateMariadb {
  public:
    static bool installed();

    // kCrash: what was committed survives kill(); nothing waits for the disk, so tests are quick. kPower: it
    // is on the disk, as in production; for measurements.
    enum class Survives { kCrash, kPower };
    // Started and ready; throws std::runtime_error with the server's log.
    explicit PrivateMariadb(Survives survives = Survives::kCrash);
    ~PrivateMariadb();
    PrivateMariadb(const PrivateMariadb&) = delete;
    PrivateMariadb& operator=(const PrivateMariadb&) = delete;

    void kill();   // as with kill -9; returns when the process has gone
    void start();  // the same folder and port again
    void pause();  // SIGSTOP: the server is there and does not answer
    void resume();

    int port() const { return port_; }
    // A new, empty schema on this server, over TCP.
    db::MysqlOptions newSchema();
    std::string caFile() const;  // of the TLS certificate that the server shows for "localhost" and 127.0.0.1

  private:
    void writeCertificates();
    bool answers() const;

    TempFolder folder_;
    const Survives survives_;
    int port_ = 0;
    pid_t process_ = -1;
    int schemas_ = 0;
};

// The one of this test program, started at its first use.
PrivateMariadb& sharedMariadb();

}  // namespace weir::test
