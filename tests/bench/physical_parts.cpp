#include "tests/bench/physical_parts.h"

#include <hs/hs.h>

#include <chrono>
#include <ctime>
#include <functional>
#include <stdexcept>
#include <thread>

#include "common/mail/mail_content.h"
#include "common/mail/message.h"
#include "common/policy/scan_database.h"

namespace weir::bench {
namespace {

constexpr std::chrono::milliseconds kFor{1500};

double threadMillis() {
    timespec time{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_nsec) / 1e6;
}

// CPU milliseconds of one call, when every processor makes such calls.
double costOf(std::size_t calls, const std::function<void(std::size_t)>& call) {
    const unsigned count = std::max(1u, std::thread::hardware_concurrency());
    std::vector<double> millis(count), done(count);
    std::vector<std::thread> threads;
    for (unsigned i = 0; i < count; ++i) {
        threads.emplace_back([&, i] {
            const auto end = std::chrono::steady_clock::now() + kFor;
            const double begin = threadMillis();
            do {
                for (std::size_t k = 0; k < calls; ++k) call(k);
                done[i] += static_cast<double>(calls);
            } while (std::chrono::steady_clock::now() < end);
            millis[i] = threadMillis() - begin;
        });
    }
    for (std::thread& thread : threads) thread.join();
    double sum = 0, all = 0;
    for (unsigned i = 0; i < count; ++i) {
        sum += millis[i];
        all += done[i];
    }
    return sum / all;
}

struct NoHits final : HitSink {
    void hit(std::uint32_t) override {}
};

std::unique_ptr<ScanDatabase> databaseOf(const std::vector<std::string>& expressions) {
    std::vector<ScanDatabase::Expression> all;
    for (std::size_t i = 0; i < expressions.size(); ++i)
        all.push_back(
            {expressions[i], HS_FLAG_CASELESS | HS_FLAG_SINGLEMATCH, static_cast<std::uint32_t>(i)});
    auto database = ScanDatabase::ofExpressions(all);
    if (!database) throw std::runtime_error("libhs: " + database.error().text());
    return std::move(*database);
}

}  // namespace

PhysicalParts physicalParts(const std::vector<std::string>& mails,
                            const std::vector<std::string>& expressions) {
    PhysicalParts parts;
    parts.parse = costOf(mails.size(), [&](std::size_t i) {
        const Message message(mails[i]);
        DirectReader reader;
        MailContent(message, reader).text();
    });
    if (expressions.empty()) return parts;
    std::vector<std::string> texts;
    for (const std::string& mail : mails) texts.push_back(Message(mail).text());
    const auto database = databaseOf(expressions);
    NoHits sink;
    parts.scan = costOf(texts.size(), [&](std::size_t i) { database->scan(texts[i], sink); });
    return parts;
}

}  // namespace weir::bench
