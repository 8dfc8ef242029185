#include "master/ctl/command_line.h"

#include <cstdlib>
#include <nlohmann/json.hpp>

#include "common/base/durable_file.h"

namespace weir::ctl {
namespace {

std::string trimmed(std::string text) {
    while (!text.empty() && (text.back() == '\n' || text.back() == '\r' || text.back() == ' '))
        text.pop_back();
    return text;
}

// Members console, ca and token of a JSON file, as scripts/cluster writes it.
Target targetFromFile(const std::string& file) {
    const auto document = parseJson(readFile(file, 1u << 20));
    if (!document) throw Error(ErrorCode::kInvalid, file + ": " + document.error().text());
    JsonReader reader(*document, file + ":", JsonReader::Unknown::kIgnore);
    Target target{reader.text("console"), reader.text("ca", ""), reader.text("token")};
    if (reader.finish()) throw Error(ErrorCode::kInvalid, reader.finish()->text());
    return target;
}

}  // namespace

CommandLine::CommandLine()
    : app_("Weir at a terminal: a mail-filter cluster through its master's API", "weirctl") {
    app_.set_version_flag("--version", "weirctl " WEIR_VERSION);
    app_.add_option("--url", url_, "Address of the console, https://HOST:8443")->envname("WEIR_URL");
    app_.add_option("--ca", ca_, "Certificate authority of the cluster, a PEM file (default: the system's)")
        ->envname("WEIR_CA");
    app_.add_option("--token", token_, "API token; better in --token-file or the environment")
        ->envname("WEIR_TOKEN");
    app_.add_option("--token-file", tokenFile_, "File that holds the API token");
    app_.add_option("--cluster", cluster_,
                    "JSON file with console, ca and token (default: /etc/weir/weirctl.json)")
        ->envname("WEIR_CLUSTER");
    app_.add_flag("--json", json_, "Print JSON, for programs");
    app_.require_subcommand(1);
    app_.fallthrough();
    addStatusCommands(*this);
    addNodeCommands(*this);
    addPolicyCommands(*this);
    addQuarantineCommands(*this);
    addAlertCommands(*this);
    addUserListCommands(*this);
    addDmarcCommands(*this);
    addLearnCommands(*this);
    addAccountCommands(*this);
    addCompletionCommand(*this);
}

Target CommandLine::target() const {
    const std::string standard = "/etc/weir/weirctl.json";
    Target target;
    if (!cluster_.empty())
        target = targetFromFile(cluster_);
    else if (url_.empty() && std::filesystem::exists(standard))
        target = targetFromFile(standard);
    if (!url_.empty()) target.url = url_;
    if (!ca_.empty()) target.ca = ca_;
    if (!token_.empty()) target.token = token_;
    if (!tokenFile_.empty()) target.token = trimmed(readFile(tokenFile_, 4096));
    if (target.url.empty())
        throw Error(ErrorCode::kInvalid,
                    "no master named: give --url and --token-file, or --cluster, or " + standard);
    if (target.token.empty())
        throw Error(ErrorCode::kInvalid,
                    "no API token: give --token-file (make one in the console: Users and tokens)");
    return target;
}

ApiClient& CommandLine::api() {
    if (!api_) api_ = std::make_unique<ApiClient>(target());
    return *api_;
}

void CommandLine::print(const Json& document, const std::function<std::string()>& people) {
    std::cout << (json_ ? toText(document, 2) + "\n" : people());
}

void CommandLine::printTable(const Json& items, const std::vector<Column>& columns,
                             const std::string& empty) {
    print(items, [&] { return table(items, columns, empty); });
}

void CommandLine::change(const std::string& method, const std::string& path, const Json& body,
                         const std::string& done, const std::string& ifMatch) {
    const Answer answer = api().call(method, path, body.is_null() ? nullptr : &body, ifMatch);
    if (json_)
        std::cout << (answer.body.empty() ? "null" : answer.body) << "\n";
    else
        std::cout << done << "\n";
}

int CommandLine::run(int count, char** arguments) {
    try {
        app_.parse(count, arguments);
        return 0;
    } catch (const CLI::ParseError& error) {
        return app_.exit(error) == 0 ? 0 : 2;
    } catch (const std::exception& error) {
        std::cerr << "weirctl: " << error.what() << "\n";
        return 1;
    }
}

}  // namespace weir::ctl
