#include "tests/support/private_slapd.h"

#include <netinet/in.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <thread>

namespace weir::test {
namespace {

constexpr const char* kServer = "/usr/sbin/slapd";

sockaddr_in loopback(int port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    return address;
}

int freePort() {
    const int fd = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address = loopback(0);
    socklen_t length = sizeof address;
    bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address);
    getsockname(fd, reinterpret_cast<sockaddr*>(&address), &length);
    close(fd);
    return ntohs(address.sin_port);
}

// Also where there is no such thread any more.
bool isStopped(const std::filesystem::path& stat) {
    std::ifstream file(stat);
    std::string line;
    std::getline(file, line);
    const std::size_t name = line.rfind(") ");
    return name == std::string::npos || line.compare(name + 2, 1, "T") == 0;
}

bool listening(int port) {
    const int fd = socket(AF_INET, SOCK_STREAM, 0);
    const sockaddr_in address = loopback(port);
    const bool yes = connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    close(fd);
    return yes;
}

constexpr const char* kSettings = R"(include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
modulepath /usr/lib/ldap
moduleload back_mdb
database mdb
suffix "dc=example,dc=com"
rootdn "cn=admin,dc=example,dc=com"
rootpw secret
maxsize 10485760
)";

constexpr const char* kSuffix = "dn: dc=example,dc=com\nobjectClass: domain\ndc: example\n\n";

}  // namespace

bool PrivateSlapd::installed() {
    return access(kServer, X_OK) == 0 && access("/usr/lib/ldap/back_mdb.so", R_OK) == 0;
}

PrivateSlapd::PrivateSlapd(const std::string& ldif) : port_(freePort()) {
    std::filesystem::create_directory(folder_ / "data");
    std::ofstream(folder_ / "slapd.conf") << kSettings << "directory " << (folder_ / "data").string() << "\n";
    std::ofstream(folder_ / "entries.ldif") << kSuffix << ldif;
    const std::string add = std::string("/usr/sbin/slapadd -f ") + (folder_ / "slapd.conf").string() +
                            " -l " + (folder_ / "entries.ldif").string() + " >" +
                            (folder_ / "add.log").string() + " 2>&1";
    if (std::system(add.c_str()) != 0)
        throw std::runtime_error("slapadd failed, see " + (folder_ / "add.log").string());
    start();
}

PrivateSlapd::~PrivateSlapd() {
    kill();
}

void PrivateSlapd::start() {
    process_ = fork();
    if (process_ == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);  // a crashed test leaves no server
        const std::string address = url();
        const std::string settings = (folder_ / "slapd.conf").string();
        execl(kServer, kServer, "-d", "0", "-h", address.c_str(), "-f", settings.c_str(), nullptr);
        _exit(127);
    }
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (!listening(port_)) {
        if (waitpid(process_, nullptr, WNOHANG) != 0 || std::chrono::steady_clock::now() > deadline)
            throw std::runtime_error("slapd does not start");
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
}

void PrivateSlapd::kill() {
    if (process_ <= 0) return;
    ::kill(process_, SIGKILL);
    waitpid(process_, nullptr, 0);
    process_ = -1;
}
void PrivateSlapd::pause() {
    ::kill(process_, SIGSTOP);
    // A thread on another processor goes on for a moment, and may answer a question.
    const std::filesystem::path tasks = "/proc/" + std::to_string(process_) + "/task";
    for (const auto& task : std::filesystem::directory_iterator(tasks))
        while (!isStopped(task.path() / "stat")) std::this_thread::yield();
}
void PrivateSlapd::resume() {
    ::kill(process_, SIGCONT);
}

}  // namespace weir::test
