#include "tests/support/slave_process.h"

#include <Poco/Net/HTTPClientSession.h>
#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/StreamCopier.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "tests/support/eventually.h"
#include "tests/support/milter_client.h"

namespace weir::test {
namespace {

pid_t spawn(const std::vector<std::string>& arguments, int output) {
    std::vector<char*> argv;
    for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
    argv.push_back(nullptr);
    const pid_t pid = ::fork();
    if (pid == 0) {
        ::dup2(output, 1);
        ::dup2(output, 2);
        ::execv(argv[0], argv.data());
        ::_exit(127);
    }
    return pid;
}

int exitCode(int status) {
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace

std::string fileText(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

CommandResult runCommand(const std::vector<std::string>& arguments) {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("pipe");
    const pid_t pid = spawn(arguments, ends[1]);
    ::close(ends[1]);
    CommandResult result;
    char buffer[4096];
    for (ssize_t got = 0; (got = ::read(ends[0], buffer, sizeof buffer)) > 0;) {
        result.output.append(buffer, static_cast<std::size_t>(got));
    }
    ::close(ends[0]);
    int status = 0;
    ::waitpid(pid, &status, 0);
    result.code = exitCode(status);
    return result;
}

SlaveProcess::SlaveProcess(std::filesystem::path folder, SlaveOptions options)
    : folder_(std::move(folder)), options_(std::move(options)) {
    std::filesystem::create_directories(folder_);
    std::map<std::string, std::string> settings = {
        {"node.name", "\"mx1\""},
        {"milter.listen", "\"" + milter() + "\""},
        {"storage.folder", "\"" + storage().string() + "\""},
        {"metrics.listen", "\"127.0.0.1:0\""},
        {"log.file", "\"" + (folder_ / "slave.log").string() + "\""},
    };
    if (!options_.policy.empty()) {
        writePolicy(options_.policy);
        settings["policy.file"] = "\"" + (folder_ / "policy.json").string() + "\"";
    }
    for (const auto& [name, value] : options_.settings) settings[name] = value;
    std::ofstream file(config());
    for (const auto& [name, value] : settings) file << name << " = " << value << "\n";
}

SlaveProcess::~SlaveProcess() {
    if (pid_ > 0) kill();
}

void SlaveProcess::writePolicy(const std::string& policy) {
    std::ofstream(folder_ / "policy.json") << policy;
}

void SlaveProcess::start() {
    const int output =
        ::open((folder_ / "slave.out").c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    pid_ = spawn({options_.program.string(), "--config", config().string()}, output);
    ::close(output);
    const bool up = eventually(
        [&] {
            if (::waitpid(pid_, nullptr, WNOHANG) != 0) {
                pid_ = -1;
                return true;
            }
            try {
                MilterClient probe(milter());
                return true;
            } catch (const std::runtime_error&) {
                return false;
            }
        },
        std::chrono::seconds(30));
    if (!up || pid_ < 0)
        throw std::runtime_error("weir-slave did not start:\n" + fileText(folder_ / "slave.out") + log());
}

void SlaveProcess::signal(int number) {
    ::kill(pid_, number);
}

int SlaveProcess::stop() {
    signal(SIGTERM);
    int status = 0;
    ::waitpid(pid_, &status, 0);
    pid_ = -1;
    return exitCode(status);
}

void SlaveProcess::kill() {
    signal(SIGKILL);
    ::waitpid(pid_, nullptr, 0);
    pid_ = -1;
}

std::string SlaveProcess::log() const {
    return fileText(folder_ / "slave.log");
}

std::string SlaveProcess::get(const std::string& path) const {
    const std::string text = log(), mark = "status.listening address=";
    const std::size_t at = text.rfind(mark);
    if (at == std::string::npos) throw std::runtime_error("the log does not tell the metrics port");
    const std::string address =
        text.substr(at + mark.size(), text.find_first_of(" \n", at + mark.size()) - at - mark.size());
    const std::size_t colon = address.rfind(':');
    Poco::Net::HTTPClientSession session(address.substr(0, colon),
                                         static_cast<Poco::UInt16>(std::stoi(address.substr(colon + 1))));
    Poco::Net::HTTPRequest request("GET", path);
    session.sendRequest(request);
    Poco::Net::HTTPResponse response;
    std::string body;
    Poco::StreamCopier::copyToString(session.receiveResponse(response), body);
    return std::to_string(static_cast<int>(response.getStatus())) + " " + body;
}

std::vector<std::filesystem::path> SlaveProcess::quarantined(const std::string& extension) const {
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(storage() / "quarantine")) {
        if (entry.path().extension() == extension) files.push_back(entry.path());
    }
    std::sort(files.begin(), files.end());
    return files;
}

}  // namespace weir::test
