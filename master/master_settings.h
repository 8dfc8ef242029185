// What belongs to the master's server: master.toml. Rules and their settings are in the policy.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "common/config/settings.h"
#include "common/smtp/smtp_client.h"
#include "master/db/database.h"
#include "master/service/retention.h"

namespace weir {

inline constexpr const char* kMasterConfigFile = "/etc/weir/master.toml";

const SettingsTable& masterSettings();

struct ConsoleConfig {
    std::string listen, url;                 // url: as people reach it, without a path
    std::filesystem::path folder;            // of the built console
    std::filesystem::path certificate, key;  // empty: signed by the cluster's own CA
    std::vector<std::string> names;          // more names for that certificate
    int connections = 0, connectionsPerAddress = 0;
};
struct NodesConfig {
    std::string listen, advertise;  // advertise: HOST:PORT as nodes reach it
    int connections = 0, connectionsPerAddress = 0;
};
struct DatabaseConfig {
    bool mysql = false;
    db::SqliteOptions sqlite;
    db::MysqlOptions mysqlOptions;
};

struct MasterConfig {
    std::string clusterName;
    ConsoleConfig console;
    NodesConfig nodes;
    DatabaseConfig database;
    RetentionDays retention;
    std::optional<SmtpClientSettings> mailRelay;  // none: the master sends no mail
    std::filesystem::path storage;
    std::filesystem::path defaultPolicy;
    std::string logFile, logLevel;

    // Host names and addresses for the server certificate, of both listeners.
    std::vector<std::string> certificateNames() const;
};

// Also checks what one setting says about another and reads the password file. Problem::where is "FILE:LINE"
// or the setting's name.
Expected<MasterConfig> masterConfig(const Settings& settings);

}  // namespace weir
