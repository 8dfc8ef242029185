// A whole weir-master in this process, on loopback, and those who call it: for the tests of the API.
#pragma once

#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/base/ids.h"
#include "master/master_app.h"
#include "tests/support/https_client.h"
#include "tests/support/private_mariadb.h"
#include "tests/support/temp_folder.h"

namespace weir::test {

using HttpHeaders = std::vector<std::pair<std::string, std::string>>;

inline constexpr const char* kPassword = "correct horse battery";

// A caller with a cookie and a CSRF value, or with a token.
struct Caller {
    std::string name;
    HttpHeaders headers;
};

class ApiCase {
  public:
    enum class Kind { kSqlite, kMysql };
    explicit ApiCase(Kind kind = Kind::kSqlite);
    ~ApiCase();

    // Another connection to the same database, as `weir-master create-token` has one.
    db::Database& database() { return *database_; }
    void restart();
    int consolePort() const { return app_->consolePort(); }
    int nodesPort() const { return app_->nodesPort(); }
    const MasterConfig& config() const { return config_; }
    std::string caFile() const { return (folder_ / "storage/ca/ca.pem").string(); }

    HttpAnswer ask(const Caller& caller, const std::string& method, const std::string& path,
                   const nlohmann::json& body = nullptr, const HttpHeaders& more = {});
    // The same with the body as text, for what is no JSON; its Content-Type is the first of `more`, if that
    // is one.
    HttpAnswer askText(const Caller& caller, const std::string& method, const std::string& path,
                       const std::string& body, const HttpHeaders& more = {});
    nlohmann::json json(const Caller& caller, const std::string& path);

    const Caller nobody{"nobody", {}};
    // By an API token of that role, made at first use.
    const Caller& role(const std::string& role);
    const Caller& admin() { return role("admin"); }
    // By a session of a user of that role, made at first use with kPassword and named like the role +
    // "-user".
    const Caller& session(const std::string& role);
    Caller logIn(const std::string& user, const std::string& password);

    // A node that enrolled over the node port and has synced once; its id.
    NodeId enrollNode(const std::string& name);
    // Events of that node, taken in over the node port.
    void sendEvents(const NodeId& node, const std::vector<std::string>& bodies);

  private:
    struct Node {
        std::string certificate, key;  // files
        std::string spool;
        std::uint64_t next = 1;
    };
    void makeConfig(Kind kind);
    HttpAnswer askNodePort(const Node* node, const std::string& path, const std::string& type,
                           const std::string& body);

    TempFolder folder_;
    MasterConfig config_;
    std::unique_ptr<MasterApp> app_;
    std::unique_ptr<db::Database> database_;
    std::map<std::string, Caller> roles_, sessions_;
    std::map<NodeId, Node> nodes_;
};

// One Catch section for each database; without mariadbd the second is left out, with a warning.
void onEachMaster(const std::function<void(ApiCase&)>& test);

// A policy that parses, with one rule of this id.
nlohmann::json samplePolicy(const std::string& rule);

}  // namespace weir::test
