// A real master's node port and real links of slaves, in one process, for the tests of the node protocol.
#pragma once

#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "master/api/node_api.h"
#include "master/db/database.h"
#include "master/http/server.h"
#include "master/service/audit.h"
#include "master/service/certificate_authority.h"
#include "master/service/command_queue.h"
#include "master/service/event_ingest.h"
#include "master/service/node_registry.h"
#include "master/service/policy_desk.h"
#include "master/service/quarantine_desk.h"
#include "slave/counters/shared_counters.h"
#include "slave/filter/active_policy.h"
#include "slave/link/enrollment.h"
#include "slave/link/master_link.h"
#include "slave/lookup/catalogs.h"
#include "slave/quarantine/store.h"
#include "slave/report/report_queue.h"
#include "tests/support/eventually.h"
#include "tests/support/temp_folder.h"

namespace weir::test {

inline const Actor kAdmin{"admin", "session", "127.0.0.1", "admin"};

// Everything a master has behind its node port, on SQLite.
class TestMaster {
  public:
    explicit TestMaster(CertificateLifetimes lifetimes = {});
    ~TestMaster();

    // The port stays the same across stop() and start().
    void start();
    void stop();
    std::string address() const { return "127.0.0.1:" + std::to_string(port_); }
    int port() const { return port_; }

    std::string newToken(const std::string& name = {});
    Revision publish(const std::string& rulesJson);
    void sql(const std::string& statement);
    std::int64_t count(const std::string& query);

    TempFolder folder;
    std::unique_ptr<db::Database> database;
    CertificateAuthority authority;
    NodeRegistry nodes;
    CommandQueue commands;
    EventIngest events;
    PolicyDesk policies;
    QuarantineDesk quarantine;
    std::unique_ptr<SharedState> shared;  // made anew by start()
    CatalogShelf catalogs;

  private:
    int port_ = 0;
    std::unique_ptr<NodeApi> api_;
    std::unique_ptr<http::Router> router_;
    std::unique_ptr<http::Server> server_;
};

// What a slave has behind its link.
class TestNode {
  public:
    TestNode();
    NodeIdentity enrollAt(const std::string& master, const std::string& token,
                          const std::string& name = "mx1");
    void connect(std::vector<std::string> masters, std::uint16_t smtpPort = 1);
    void disconnect() { link.reset(); }
    std::filesystem::path identityFolder() const { return folder / "identity"; }
    // Stores a mail as the filter does; its id.
    ItemId hold(const std::string& bytes);

    TempFolder folder;
    IdentityStore identity;
    ActivePolicy policy;
    ReportQueue reports;
    QuarantineStore quarantine;
    SharedCounters counters;
    Catalogs catalogs;
    std::unique_ptr<MasterLink> link;
};

// Enrolls and connects, and waits until the master sees it.
void join(TestNode& node, TestMaster& master, const std::string& name = "mx1");
NodeView viewOf(TestMaster& master, const TestNode& node);
// The text of the Error that `work` throws; "" when it throws none.
std::string refusalText(const std::function<void()>& work);

}  // namespace weir::test
