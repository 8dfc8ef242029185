#include "tests/bench/milter_load.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <memory>
#include <thread>

#include "tests/bench/process_tree.h"
#include "tests/support/milter_client.h"

namespace weir::bench {
namespace {

using test::MilterClient;
using Clock = std::chrono::steady_clock;

// One connection's share of the load.
class Sender {
  public:
    Sender(const LoadOptions& options, std::string address, const std::vector<std::string>& frames)
        : options_(options), address_(std::move(address)), frames_(frames) {}

    void run(std::atomic<std::size_t>& next, std::size_t total) {
        std::unique_ptr<MilterClient> client;
        std::size_t inConversation = 0;
        for (std::size_t number; (number = next.fetch_add(1)) < total;) {
            if (!client || inConversation == options_.perConversation) {
                if (client) client->quit();
                client = std::make_unique<MilterClient>(address_, std::chrono::seconds(60));
                client->open();
                inConversation = 0;
            }
            ++inConversation;
            const auto begin = Clock::now();
            client->sendFrames(frames_[number % frames_.size()]);
            const test::MilterReply reply = client->readAnswer();
            millis.push_back(std::chrono::duration<double, std::milli>(Clock::now() - begin).count());
            if (!reply.delivers()) ++failed;
        }
        if (client) client->quit();
    }

    std::vector<double> millis;
    std::size_t failed = 0;

  private:
    const LoadOptions& options_;
    const std::string address_;
    const std::vector<std::string>& frames_;
};

double run(const LoadOptions& options, const std::string& address, const std::vector<std::string>& frames,
           std::size_t total, std::vector<Sender>& senders) {
    senders.clear();
    for (std::size_t i = 0; i < options.connections; ++i) senders.emplace_back(options, address, frames);
    std::atomic<std::size_t> next{0};
    std::vector<std::thread> threads;
    const auto begin = Clock::now();
    for (Sender& sender : senders) threads.emplace_back([&] { sender.run(next, total); });
    for (std::thread& thread : threads) thread.join();
    return std::chrono::duration<double>(Clock::now() - begin).count();
}

std::vector<std::string> framesOf(const std::string& address, const std::vector<std::string>& mails) {
    MilterClient client(address);
    client.open();
    std::vector<std::string> frames;
    for (std::size_t i = 0; i < mails.size(); ++i) {
        test::MilterMail mail;
        mail.sender = "sender" + std::to_string(i) + "@example.org";
        mail.recipients = {"user" + std::to_string(i % 50) + "@example.net"};
        mail.content = mails[i];
        mail.queueId = "4bBENCH" + std::to_string(i);
        frames.push_back(client.framesOf(mail));
    }
    client.quit();
    return frames;
}

}  // namespace

LoadResult loadMilter(const LoadOptions& options, const std::string& address, pid_t pid,
                      const std::vector<std::string>& mails) {
    const std::vector<std::string> frames = framesOf(address, mails);
    std::vector<Sender> senders;
    run(options, address, frames, options.messages / 10, senders);  // to warm caches, threads and buffers
    const TreeUse before = treeUse(pid);
    const double seconds = run(options, address, frames, options.messages, senders);
    const TreeUse after = treeUse(pid);
    const auto messages = static_cast<double>(options.messages);
    LoadResult result;
    result.cpu = (after.cpuMillis - before.cpuMillis) / messages;
    result.cpuProgram = (after.programMillis - before.programMillis) / messages;
    std::vector<double> millis;
    for (const Sender& sender : senders) {
        millis.insert(millis.end(), sender.millis.begin(), sender.millis.end());
        result.failed += sender.failed;
    }
    std::sort(millis.begin(), millis.end());
    result.perSecond = messages / seconds;
    result.p50 = millis[millis.size() / 2];
    result.p99 = millis[millis.size() * 99 / 100];
    result.resident = after.residentMegabytes;
    result.all = after.allMegabytes;
    return result;
}

}  // namespace weir::bench
