// The command line of weirctl: each file commands_*.cpp adds the commands of one subject.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "master/ctl/api_client.h"
#include "master/ctl/table.h"

namespace weir::ctl {

class CommandLine {
  public:
    CommandLine();

    // Parses and runs one command; the exit code: 0 done, 1 refused or failed, 2 wrong usage.
    int run(int count, char** arguments);

    CLI::App& app() { return app_; }
    // Connects at the first call, with the target of the options, the environment or the file.
    ApiClient& api();
    bool json() const { return json_; }

    // Prints the document with --json, else the text of `people`.
    void print(const Json& document, const std::function<std::string()>& people);
    void printTable(const Json& items, const std::vector<Column>& columns, const std::string& empty);
    // A change: prints its answer with --json, else `done`.
    void change(const std::string& method, const std::string& path, const Json& body, const std::string& done,
                const std::string& ifMatch = {});

  private:
    CLI::App app_;
    std::string url_, ca_, token_, tokenFile_, cluster_;
    bool json_ = false;
    std::unique_ptr<ApiClient> api_;
    Target target() const;
};

void addStatusCommands(CommandLine& line);      // status, log
void addNodeCommands(CommandLine& line);        // nodes, token
void addPolicyCommands(CommandLine& line);      // policy
void addQuarantineCommands(CommandLine& line);  // quarantine
void addAlertCommands(CommandLine& line);       // alerts
void addUserListCommands(CommandLine& line);    // user-lists
void addDmarcCommands(CommandLine& line);       // dmarc
void addLearnCommands(CommandLine& line);       // learn
void addAccountCommands(CommandLine& line);     // user, api-token, audit
void addCompletionCommand(CommandLine& line);   // completion

}  // namespace weir::ctl
