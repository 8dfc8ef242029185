// The program weir-master: command line, settings, signals.
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <fstream>
#include <sstream>

#include "tests/component/api_case.h"
#include "tests/support/eventually.h"

using namespace weir;
using namespace weir::test;

namespace {

std::string contents(const std::filesystem::path& file) {
    std::ifstream in(file);
    return {std::istreambuf_iterator<char>(in), {}};
}

// weir-master with its output in two files of the folder; killed when it still runs at the end.
class Program {
  public:
    Program(const TempFolder& folder, std::vector<std::string> arguments)
        : out_(folder / ("out-" + randomHex(4))), err_(folder / ("err-" + randomHex(4))) {
        arguments.insert(arguments.begin(), WEIR_MASTER_PROGRAM);
        pid_ = ::fork();
        if (pid_ == 0) run(arguments);
    }
    ~Program() {
        if (pid_ <= 0) return;
        ::kill(pid_, SIGKILL);
        ::waitpid(pid_, nullptr, 0);
    }
    Program(const Program&) = delete;
    Program& operator=(const Program&) = delete;

    int wait() {
        int status = 0;
        ::waitpid(pid_, &status, 0);
        pid_ = -1;
        return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    }
    void signal(int number) const { ::kill(pid_, number); }
    std::string out() const { return contents(out_); }
    std::string err() const { return contents(err_); }

  private:
    [[noreturn]] void run(const std::vector<std::string>& arguments) const {
        std::vector<char*> argv;
        for (const auto& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
        argv.push_back(nullptr);
        ::dup2(::open(out_.c_str(), O_CREAT | O_WRONLY, 0600), 1);
        ::dup2(::open(err_.c_str(), O_CREAT | O_WRONLY, 0600), 2);
        ::execv(argv[0], argv.data());
        ::_exit(127);
    }
    std::filesystem::path out_, err_;
    pid_t pid_ = -1;
};

struct Result {
    int code;
    std::string out, err;
};

Result weirMaster(const TempFolder& folder, std::vector<std::string> arguments) {
    Program program(folder, std::move(arguments));
    const int code = program.wait();
    return {code, program.out(), program.err()};
}

Result checkConfig(const TempFolder& folder, const std::string& toml) {
    std::ofstream(folder / "master.toml") << toml;
    return weirMaster(folder, {"--config", (folder / "master.toml").string(), "--check-config"});
}

// Free when asked; the links that the master prints need a number that is known beforehand.
int freePort() {
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    REQUIRE(::bind(fd, reinterpret_cast<sockaddr*>(&address), size) == 0);
    REQUIRE(::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) == 0);
    ::close(fd);
    return ntohs(address.sin_port);
}

std::string runnable(const TempFolder& folder, int port) {
    std::ofstream(folder / "policy.json") << samplePolicy("first").dump();
    const auto file = (folder / "master.toml").string();
    std::ofstream(file) << "[console]\nlisten = \"127.0.0.1:" << port
                        << "\"\n[nodes]\nlisten = \"127.0.0.1:0\"\n"
                        << "[storage]\nfolder = \"" << (folder / "data").string()
                        << "\"\n[policy]\ndefault_file = \"" << (folder / "policy.json").string()
                        << "\"\n[log]\nfile = \"" << (folder / "master.log").string() << "\"\n";
    return file;
}

}  // namespace

TEST_CASE("a wrong configuration of the master is refused with file, line and what was expected") {
    const TempFolder folder;
    const auto wrong = [&](const std::string& toml, const std::string& where, const std::string& what) {
        const auto result = checkConfig(folder, toml);
        INFO(toml);
        CHECK(result.code == 2);
        CHECK_THAT(result.err, Catch::Contains(where));
        CHECK_THAT(result.err, Catch::Contains(what));
    };
    wrong("[console]\n\ncolour = \"red\"\n", "master.toml:3", "colour");
    wrong("[console]\nlisten = \"unix:/x\"\n", "master.toml:2", "HOST:PORT");
    wrong("[console]\nlisten = 8443\n", "master.toml:2", "console.listen");
    wrong("[console]\nmax_connections = 1\n", "master.toml:2", "max_connections");
    wrong("[console]\ncertificate = \"/c\"\n", "master.toml:2", "go together");
    wrong("[console]\nurl = \"http://x\"\n", "master.toml:2", "https://");
    wrong("[database]\nkind = \"oracle\"\n", "master.toml:2", "mysql");
    wrong("[database]\nkind = \"mysql\"\npassword_file = \"/nowhere\"\n", "master.toml:3", "/nowhere");
    wrong("[storage]\nfolder = \"here\"\n", "master.toml:2", "absolute");
    wrong("[nodes]\nlisten = \"0.0.0.0:8443\"\n", "master.toml:2", "another");
    std::ofstream(folder / "password") << "secret\n";
    ::chmod((folder / "password").c_str(), 0644);
    wrong("[database]\nkind = \"mysql\"\npassword_file = \"" + (folder / "password").string() + "\"\n",
          "master.toml:3", "0600");
    CHECK(checkConfig(folder, "[cluster]\nname = \"lab\"\n").code == 0);
}

TEST_CASE("what the master prints can be read by it again") {
    const TempFolder folder;
    checkConfig(folder, "[cluster]\nname = \"lab\"\n");
    const auto printed =
        weirMaster(folder, {"--config", (folder / "master.toml").string(), "--print-config"});
    CHECK_THAT(printed.out, Catch::Contains("lab") && Catch::Contains("mail_log_days"));
    CHECK(checkConfig(folder, printed.out).code == 0);
    const auto example = weirMaster(folder, {"--print-example"});
    CHECK(checkConfig(folder, example.out).code == 0);
    CHECK_THAT(weirMaster(folder, {"--version"}).out, Catch::StartsWith("weir-master "));
    CHECK(weirMaster(folder, {"--help"}).code == 0);
    CHECK(weirMaster(folder, {"--print-routes"}).out == routesText());
    CHECK(weirMaster(folder, {"--nonsense"}).code != 0);
}

TEST_CASE("tokens and the first-login link are made while the master runs, and it ends cleanly") {
    const TempFolder folder;
    const int port = freePort();
    const auto link = "https://127.0.0.1:" + std::to_string(port) + "/first-login#token=";
    const auto config = runnable(folder, port);
    Program master(folder, {"--config", config});
    const auto log = [&] { return contents(folder / "master.log"); };
    REQUIRE(eventually([&] { return log().find("master.serving") != std::string::npos; }));
    const auto first = master.err();
    CHECK_THAT(first, Catch::Contains(link));
    CHECK(log().find("#token=") == std::string::npos);

    const auto another = weirMaster(folder, {"--config", config, "first-login-link"});
    CHECK(another.code == 0);
    CHECK_THAT(another.out, Catch::StartsWith(link));
    CHECK(first.find(another.out) == std::string::npos);
    CHECK(weirMaster(folder, {"--config", config, "create-token", "--name", "x", "--role", "god"}).code == 2);
    const auto made = weirMaster(
        folder, {"--config", config, "create-token", "--name", "script", "--role", "auditor", "--days", "1"});
    CHECK(made.code == 0);
    const auto token = made.out.substr(0, made.out.find('\n'));
    HttpsClient client(port, {(folder / "data/ca/ca.pem").string(), "", "", 20, 0});
    const auto audit =
        client.request("GET", "/api/v1/audit?action=token.create", {{"Authorization", "Bearer " + token}});
    REQUIRE(audit.status == 200);
    CHECK_THAT(audit.body, Catch::Contains("command line") && Catch::Contains("token script"));

    std::filesystem::rename(folder / "master.log", folder / "master.log.1");
    master.signal(SIGHUP);
    CHECK(eventually([&] { return log().find("master.reloaded") != std::string::npos; }));
    const auto second = weirMaster(folder, {"--config", config});
    CHECK(second.code == 1);
    CHECK_THAT(second.err, Catch::Contains("data"));
    master.signal(SIGTERM);
    CHECK(master.wait() == 0);
    CHECK_THAT(log(), Catch::Contains("master.stopped"));
}
