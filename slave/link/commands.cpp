#include "slave/link/commands.h"

#include <istream>
#include <nlohmann/json.hpp>
#include <ostream>

#include "common/base/log.h"
#include "slave/filter/active_policy.h"
#include "slave/quarantine/store.h"
#include "slave/report/report_queue.h"

namespace weir {
namespace {

constexpr std::size_t kListPage = 200;
constexpr std::size_t kAnswerBytes = 64u << 10;
constexpr std::size_t kPiece = 64u << 10;
constexpr std::chrono::hours kIdle{1};  // take() wakes
constexpr std::chrono::milliseconds kLook{50};

bool isTransient(const std::string& kind) {
    return kind == "fetch" || kind == "simulate";
}

std::string pathOf(const Command& command, const char* what) {
    return "/node/v1/commands/" + command.id.value + "/" + what;
}

ItemId itemOf(const Json& arguments) {
    if (!arguments.contains("item") || !arguments.at("item").is_string() ||
        !isUuid(arguments.at("item").get_ref<const std::string&>()))
        throw Error(ErrorCode::kInvalid, "arguments/item: expected the id of an item");
    return ItemId{arguments.at("item").get<std::string>()};
}

std::vector<std::string> recipientsOf(const Json& arguments) {
    std::vector<std::string> recipients;
    if (!arguments.contains("recipients") || arguments.at("recipients").is_null()) return recipients;
    if (!arguments.at("recipients").is_array())
        throw Error(ErrorCode::kInvalid, "arguments/recipients: expected an array");
    for (const Json& recipient : arguments.at("recipients")) {
        if (!recipient.is_string())
            throw Error(ErrorCode::kInvalid, "arguments/recipients: expected addresses");
        recipients.push_back(recipient.get<std::string>());
    }
    return recipients;
}

CommandResult failed(ErrorCode code, const std::string& detail) {
    CommandResult result;
    result.code = toString(code);
    result.detail = detail;
    return result;
}

void copyAll(std::istream& from, std::ostream& to) {
    std::string piece(kPiece, '\0');
    while (from.read(piece.data(), static_cast<std::streamsize>(piece.size())), from.gcount() > 0) {
        to.write(piece.data(), from.gcount());
        if (!to) return;
    }
}

}  // namespace

Commands::Commands(IdentityStore& identity, const NodeClientOptions& client, const ActivePolicy& policy,
                   ReportQueue& reports, QuarantineStore& quarantine, const ReinjectorSettings& reinject,
                   Simulate simulate)
    : policy_(policy),
      reports_(reports),
      quarantine_(quarantine),
      releaser_(quarantine, Reinjector(reinject)),
      simulate_(std::move(simulate)),
      durable_(identity, client),
      transient_(identity, client) {}

Commands::~Commands() {
    stop();
}

void Commands::start() {
    durable_.worker = std::make_unique<Worker>("commands", [this] { return turn(durable_, true); });
    transient_.worker = std::make_unique<Worker>("fetches", [this] { return turn(transient_, false); });
}

void Commands::stop() {
    for (Lane* lane : {&durable_, &transient_}) lane->client.interrupt();
    for (Lane* lane : {&durable_, &transient_})
        if (lane->worker) lane->worker->stop();
}

void Commands::take(std::vector<Command> commands) {
    for (Command& command : commands) {
        Lane& lane = isTransient(command.kind) ? transient_ : durable_;
        {
            auto inHand = inHand_.lock();
            if (inHand->size() >= WireLimits::kCommands || !inHand->insert(command.id).second) continue;
        }
        lane.waiting.lock()->push_back(std::move(command));
        if (lane.worker) lane.worker->wake();
    }
}

std::vector<CommandId> Commands::inHand() const {
    auto inHand = inHand_.lock();
    return {inHand->begin(), inHand->end()};
}

void Commands::finish(Lane& lane) {
    auto waiting = lane.waiting.lock();
    inHand_.lock()->erase(waiting->front().id);
    waiting->pop_front();
    lane.unsent.clear();
    lane.after = 0;
    lane.backoff.reset();
}

std::chrono::milliseconds Commands::turn(Lane& lane, bool durable) {
    Command command;
    {
        auto waiting = lane.waiting.lock();
        if (waiting->empty()) return kIdle;
        command = waiting->front();
    }
    try {
        if (lane.unsent.empty()) {
            bool answered = false;
            const CommandResult result = execute(lane, command, answered);
            if (answered) {
                finish(lane);
                return std::chrono::milliseconds(0);
            }
            lane.unsent = toJsonText(result);
        }
        if (reports_.acked() < lane.after) return kLook;
        lane.client.put(pathOf(command, "result"), lane.unsent, kAnswerBytes);
        finish(lane);
        return std::chrono::milliseconds(0);
    } catch (const Error& error) {
        const bool again = error.code() == ErrorCode::kUnavailable || error.code() == ErrorCode::kTimeout ||
                           error.code() == ErrorCode::kDenied;
        // The sync loop says in the log that the master is away.
        if (durable && again)
            return error.code() == ErrorCode::kDenied ? lane.backoff.afterRefusal() : lane.backoff.next();
        // Nobody waits any more, or the master does not want this answer: it asks again if it does.
        logWarning("command.unanswered",
                   {{"kind", command.kind}, {"id", command.id.value}, {"reason", error.what()}});
        finish(lane);
        return std::chrono::milliseconds(0);
    }
}

CommandResult Commands::execute(Lane& lane, const Command& command, bool& answered) {
    try {
        const auto arguments = parseJson(command.arguments, {.bytes = WireLimits::kResultBytes});
        if (!arguments || !arguments->is_object())
            return failed(ErrorCode::kInvalid, "the arguments are not a JSON object");
        if (command.kind == "release" || command.kind == "delete") return changeItem(command, *arguments);
        if (command.kind == "list-items") return listItems(lane);
        if (command.kind == "simulate") {
            CommandResult result;
            result.ok = true;
            result.result = toText(simulate_(*arguments));
            if (result.result.size() <= WireLimits::kResultBytes) return result;
            return failed(ErrorCode::kLimit, "the trace is too large");
        }
        if (command.kind == "fetch") {
            fetch(lane, command, *arguments);
            answered = true;
            return {};
        }
        return failed(ErrorCode::kInvalid,
                      "weir-slave " WEIR_VERSION " does not know the command " + command.kind);
    } catch (const Error& error) {
        return failed(error.code(), error.what());
    } catch (const std::exception& error) {
        return failed(ErrorCode::kInternal, error.what());
    }
}

// The change is on disk. An event that cannot be appended now is found by the housekeeping and appended
// later.
CommandResult Commands::announce(const ItemEvent& event, bool ok) {
    try {
        reports_.append(event);
        quarantine_.announced(event.item, event.version);
    } catch (const Error& error) {
        logWarning("item.event-waits", {{"item", event.item.value}, {"reason", error.what()}});
    }
    if (!ok) return failed(ErrorCode::kUnavailable, event.detail);
    CommandResult result;
    result.ok = true;
    result.detail = event.detail;
    result.result = toText(Json{{"state", event.state}, {"version", event.version}});
    return result;
}

CommandResult Commands::changeItem(const Command& command, const Json& arguments) {
    try {
        return command.kind == "release" ? release(command, arguments) : remove(command, arguments);
    } catch (const Error& error) {
        if (error.code() != ErrorCode::kConflict) throw;
        // The index has another idea of this item: an event of it was lost.
        announce(quarantine_.refuse(itemOf(arguments), command.id, error.what()), false);
        throw;
    }
}

CommandResult Commands::release(const Command& command, const Json& arguments) {
    const ItemEvent event =
        releaser_.release(itemOf(arguments), recipientsOf(arguments), command.id, policy_.releaseKey());
    logInfo("item.release", {{"item", event.item.value}, {"state", event.state}, {"detail", event.detail}});
    return announce(event, event.state == "released");
}

CommandResult Commands::remove(const Command& command, const Json& arguments) {
    const ItemId item = itemOf(arguments);
    auto event = quarantine_.answered(item, command.id);
    if (!event) {
        std::string detail = "deleted";
        if (arguments.contains("detail") && arguments.at("detail").is_string())
            detail = arguments.at("detail").get<std::string>().substr(0, WireLimits::kTextBytes / 4);
        event = quarantine_.remove(item, command.id, detail);
        logInfo("item.delete", {{"item", item.value}});
    }
    return announce(*event, event->state == "deleted" || event->state == "expired");
}

// Each item once more as an event, in the order of their ids, through the report queue: what changes
// meanwhile comes after it with a higher version. "Done" is said when the master has them all.
CommandResult Commands::listItems(Lane& lane) {
    std::uint64_t count = 0;
    ItemId after;
    for (;;) {
        const std::vector<Item> page = quarantine_.list(after, kListPage);
        if (page.empty()) break;
        after = page.back().id;
        std::vector<ItemEvent> events;
        for (const Item& item : page) events.push_back(toEvent(item));
        lane.after = reports_.append(events);
        count += page.size();
    }
    CommandResult result;
    result.ok = true;
    result.result = toText(Json{{"items", count}});
    return result;
}

void Commands::fetch(Lane& lane, const Command& command, const Json& arguments) {
    const ItemId id = itemOf(arguments);
    const auto item = quarantine_.find(id);
    if (!item) throw Error(ErrorCode::kNotFound, "this node has no such item");
    const auto bytes = quarantine_.open(id);
    lane.client.putStream(pathOf(command, "content"), item->size,
                          [&](std::ostream& out) { copyAll(*bytes, out); });
}

}  // namespace weir
