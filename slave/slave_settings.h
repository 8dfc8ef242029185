// What belongs to one server: slave.toml. Everything about rules and their settings is on the master.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "common/config/settings.h"
#include "slave/milter/milter_server.h"
#include "slave/parser/parser_pool.h"
#include "slave/quarantine/reinjector.h"

namespace weir {

inline constexpr const char* kSlaveConfigFile = "/etc/weir/slave.toml";

const SettingsTable& slaveSettings();

// The settings as the slave uses them.
struct SlaveConfig {
    std::string nodeName;              // this host's name unless set
    std::string hostName;              // in Authentication-Results, SPF macros and notices
    std::vector<std::string> masters;  // "HOST:PORT"; empty: a slave alone
    std::string enrollmentToken;       // empty: enrolled by `weir-slave enroll`
    std::filesystem::path policyFile;  // of a slave alone; empty: none
    std::size_t maxRules = 20'000;     // a revision with more is refused
    MilterServerSettings milter;
    ReinjectorSettings reinject;
    std::filesystem::path storage;
    std::filesystem::path keysFolder;  // SELECTOR.DOMAIN.pem
    ParserPoolSettings parsers;
    std::string metricsListen;  // empty: off
    std::string logFile;
    std::string logLevel;
    std::chrono::seconds stopPatience{20};
};

// Also checks what one setting says about another. Problem::where is "FILE:LINE" or the setting's name.
Expected<SlaveConfig> slaveConfig(const Settings& settings);

}  // namespace weir
