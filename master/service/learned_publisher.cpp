#include "master/service/learned_publisher.h"

#include <algorithm>
#include <limits>
#include <memory>
#include <nlohmann/json.hpp>
#include <span>

#include "common/base/digest.h"
#include "common/base/log.h"
#include "common/learn/learned_model.h"
#include "master/db/learned_tokens_table.h"
#include "master/service/learned_digest.h"

namespace weir {
namespace {

constexpr auto kLook = std::chrono::seconds(5);  // for changes that nobody woke us for
constexpr int kTokensTogether = 20'000;
constexpr std::size_t kDroppedTogether = 4'096;
constexpr double kSameThing = 25.0 / 32;  // the likeness that is found for certain
constexpr std::int64_t kRoom = 20;        // a twentieth of the limit is made free at once

std::uint32_t counted(std::int64_t mails) {
    constexpr std::int64_t kMost = std::numeric_limits<std::uint32_t>::max();
    return static_cast<std::uint32_t>(std::clamp<std::int64_t>(mails, 0, kMost));
}

// The digests of ham as a model of their own, to look up in.
std::shared_ptr<const LearnedModel> hamDigests(db::Connection& connection) {
    LearnedModelWriter writer(LearnedMails{});
    db::eachDigest(connection, false, [&](const std::string& bytes) {
        if (const auto digest = digestFromBytes(bytes)) writer.digest(*digest);
    });
    auto model = LearnedModel::fromBytes(writer.finish());
    if (!model) throw Error(ErrorCode::kInternal, "digests of ham: " + model.error().text());
    return std::move(*model);
}

std::uint64_t natural(std::int64_t number) {
    return static_cast<std::uint64_t>(std::max<std::int64_t>(0, number));
}

}  // namespace

LearnedPublisher::LearnedPublisher(db::Database& database, CatalogShelf& shelf, const LearningLimits& limits,
                                   std::chrono::milliseconds pause)
    : database_(database), shelf_(shelf), limits_(limits), pause_(pause) {}

LearnedPublisher::~LearnedPublisher() {
    stop();
}

void LearnedPublisher::start() {
    worker_ = std::make_unique<Worker>(
        "learned-publisher", [this] { return turn(); }, kLook);
}

void LearnedPublisher::stop() {
    if (worker_) worker_->stop();
}

void LearnedPublisher::wake() {
    if (worker_) worker_->wake();
}

std::chrono::milliseconds LearnedPublisher::turn() {
    using std::chrono::duration_cast, std::chrono::milliseconds;
    const auto time = std::chrono::steady_clock::now();
    if (time < next_) return duration_cast<milliseconds>(next_ - time) + milliseconds(1);
    if (publish()) next_ = std::chrono::steady_clock::now() + pause_;
    return std::min<milliseconds>(kLook, pause_);
}

bool LearnedPublisher::publish() {
    db::LearnedState state;
    database_.read([&](db::Connection& connection) { state = db::learnedState(connection); });
    const auto before = last();
    if (before && before->change == state.change) return false;
    const Stopwatch watch;
    std::optional<std::pair<std::int64_t, std::string>> written;
    while (!written) {
        dropRarest();
        written = model();
    }
    auto& [change, bytes] = *written;
    PublishedModel made{change, now(), bytes.size(), sha256Hex(bytes)};
    shelf_.put(kLearnedCatalog, std::move(bytes));
    logInfo("learned.published",
            {{"spam", state.spam}, {"ham", state.ham}, {"bytes", made.bytes}, {"ms", watch.millis()}});
    *last_.lock() = std::move(made);
    return true;
}

std::optional<PublishedModel> LearnedPublisher::last() const {
    return *last_.lock();
}

void LearnedPublisher::dropRarest() {
    std::vector<db::LearnedTokenRow> rarest;
    database_.read([&](db::Connection& connection) {
        rarest.clear();
        const auto tokens = db::learnedState(connection).tokens;
        if (tokens <= limits_.tokens) return;
        const auto excess = tokens - (limits_.tokens - limits_.tokens / kRoom);
        rarest = db::rarestTokens(connection, static_cast<int>(excess));
    });
    if (rarest.empty()) return;
    std::int64_t gone = 0;
    for (std::size_t at = 0; at < rarest.size(); at += kDroppedTogether) {
        std::vector<std::uint64_t> tokens;
        std::int64_t most = 0;
        for (std::size_t i = at; i < std::min(rarest.size(), at + kDroppedTogether); ++i) {
            tokens.push_back(rarest[i].token);
            most = std::max(most, rarest[i].spam + rarest[i].ham);
        }
        database_.transaction([&](db::Connection& connection) {
            db::LearnedState state = db::lockLearned(connection);
            const auto dropped = db::dropTokens(connection, tokens, most);
            state.tokens -= dropped;
            db::putLearnedState(connection, state);
            gone += dropped;
        });
    }
    logInfo("learned.rarest_dropped", {{"tokens", gone}, {"limit", limits_.tokens}});
}

std::optional<std::pair<std::int64_t, std::string>> LearnedPublisher::model() {
    std::optional<std::pair<std::int64_t, std::string>> made;
    database_.read([&](db::Connection& connection) {
        made.reset();
        const db::LearnedState state = db::learnedState(connection);
        if (state.tokens > limits_.tokens) return;
        LearnedModelWriter writer(LearnedMails{natural(state.spam), natural(state.ham)});
        for (std::uint64_t first = 0;;) {
            const auto rows = db::learnedTokens(connection, first, kTokensTogether);
            for (const db::LearnedTokenRow& row : rows)
                writer.token(row.token, counted(row.spam), counted(row.ham));
            if (rows.size() < static_cast<std::size_t>(kTokensTogether)) break;
            if (rows.back().token == std::numeric_limits<std::uint64_t>::max()) break;
            first = rows.back().token + 1;
        }
        const auto ham = hamDigests(connection);
        db::eachDigest(connection, true, [&](const std::string& bytes) {
            const auto digest = digestFromBytes(bytes);
            if (digest && ham->likeness(std::span(&*digest, 1)) < kSameThing) writer.digest(*digest);
        });
        made.emplace(state.change, writer.finish());
    });
    return made;
}

}  // namespace weir
