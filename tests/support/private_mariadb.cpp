#include "tests/support/private_mariadb.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "tests/support/eventually.h"

namespace weir::test {
namespace fs = std::filesystem;
namespace {

const char* const kServer = "/usr/sbin/mariadbd";
const char* const kInstall = "/usr/bin/mariadb-install-db";

std::string content(const fs::path& path) {
    std::ostringstream text;
    text << std::ifstream(path).rdbuf();
    return text.str();
}

void run(const std::string& command) {
    if (std::system(command.c_str()) != 0) throw std::runtime_error("failed: " + command);
}

int freePort() {
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    const bool bound = bind(fd, reinterpret_cast<sockaddr*>(&address), size) == 0 &&
                       getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) == 0;
    close(fd);
    if (!bound) throw std::runtime_error("no free port on loopback");
    return ntohs(address.sin_port);
}

// The freshly installed data folder that every server begins with a copy of.
fs::path templateFolder() {
    const auto folder = fs::temp_directory_path() / ("weir-test-mariadb-" + std::to_string(getuid()));
    const auto lockFile = folder.string() + ".lock";
    const int lock = open(lockFile.c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0600);
    if (lock < 0 || flock(lock, LOCK_EX) != 0) throw std::runtime_error("cannot lock " + lockFile);
    if (!fs::exists(folder)) {
        const auto fresh = folder.string() + ".new";
        fs::remove_all(fresh);
        run(std::string(kInstall) + " --no-defaults --user=$(id -un) --datadir=" + fresh +
            " --auth-root-authentication-method=normal --skip-test-db --innodb-log-file-size=16M >" +
            lockFile + " 2>&1");
        fs::rename(fresh, folder);
    }
    close(lock);
    return folder;
}

}  // namespace

bool PrivateMariadb::installed() {
    return fs::exists(kServer) && fs::exists(kInstall);
}

PrivateMariadb::PrivateMariadb(Survives survives) : survives_(survives), port_(freePort()) {
    run("cp -r " + templateFolder().string() + " " + (folder_ / "data").string());
    writeCertificates();
    start();
}

PrivateMariadb::~PrivateMariadb() {
    kill();
}

std::string PrivateMariadb::caFile() const {
    return folder_ / "ca.pem";
}

void PrivateMariadb::writeCertificates() {
    const auto in = [&](const char* name) { return (folder_ / name).string(); };
    run("openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj '/CN=test "
        "ca' "
        "-keyout " +
        in("ca.key") + " -out " + in("ca.pem") + " 2>/dev/null");
    std::ofstream(in("san")) << "subjectAltName=DNS:localhost,IP:127.0.0.1\n";
    run("openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj '/CN=localhost' -keyout " +
        in("server.key") + " -out " + in("server.csr") + " 2>/dev/null");
    run("openssl x509 -req -days 2 -in " + in("server.csr") + " -CA " + in("ca.pem") + " -CAkey " +
        in("ca.key") + " -CAcreateserial -extfile " + in("san") + " -out " + in("server.pem") +
        " 2>/dev/null");
}

void PrivateMariadb::start() {
    if (process_ > 0) return;
    const auto path = [&](const char* name) { return (folder_ / name).string(); };
    std::vector<std::string> words = {
        kServer,
        "--no-defaults",
        "--user=" + std::string(getuid() == 0 ? "root" : std::to_string(getuid())),
        "--datadir=" + path("data"),
        "--socket=" + path("sock"),
        "--pid-file=" + path("pid"),
        "--port=" + std::to_string(port_),
        "--bind-address=127.0.0.1",
        "--skip-name-resolve",
        "--innodb-buffer-pool-size=256M",
        "--log-error=" + path("log"),
        "--ssl-ca=" + path("ca.pem"),
        "--ssl-cert=" + path("server.pem"),
        "--ssl-key=" + path("server.key")};
    if (survives_ == Survives::kCrash) {
        // Also small, so that a server of a test is made and started quickly.
        words.insert(words.end(), {"--innodb-log-file-size=16M", "--innodb-flush-log-at-trx-commit=2",
                                   "--innodb-flush-method=nosync", "--innodb-doublewrite=0", "--sync-frm=0"});
    }
    process_ = fork();
    if (process_ == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);  // a crashed test leaves no server
        std::vector<char*> argv;
        for (const auto& word : words) argv.push_back(const_cast<char*>(word.c_str()));
        argv.push_back(nullptr);
        execv(kServer, argv.data());
        _exit(127);
    }
    const bool ready = eventually([&] { return answers() || waitpid(process_, nullptr, WNOHANG) != 0; },
                                  std::chrono::seconds(60));
    if (!ready || !answers())
        throw std::runtime_error("mariadbd does not start: " + content(folder_ / "log"));
}

bool PrivateMariadb::answers() const {
    const auto command = "/usr/bin/mariadb-admin --no-defaults --socket=" + (folder_ / "sock").string() +
                         " -u root ping >/dev/null 2>&1";
    return std::system(command.c_str()) == 0;
}

void PrivateMariadb::kill() {
    if (process_ <= 0) return;
    ::kill(process_, SIGKILL);
    waitpid(process_, nullptr, 0);
    process_ = -1;
}

void PrivateMariadb::pause() {
    ::kill(process_, SIGSTOP);
}

void PrivateMariadb::resume() {
    ::kill(process_, SIGCONT);
}

db::MysqlOptions PrivateMariadb::newSchema() {
    const auto name = "weir_" + std::to_string(++schemas_);
    run("/usr/bin/mariadb --no-defaults --socket=" + (folder_ / "sock").string() + " -u root -e \"" +
        "CREATE DATABASE " + name + " CHARACTER SET utf8mb4; GRANT ALL ON " + name +
        ".* TO weir@'127.0.0.1' IDENTIFIED BY 'secret'\"");
    db::MysqlOptions options;
    options.port = port_;
    options.user = "weir";
    options.password = "secret";
    options.schema = name;
    return options;
}

PrivateMariadb& sharedMariadb() {
    static PrivateMariadb server;
    return server;
}

}  // namespace weir::test
