#include "slave/milter/milter_server.h"

#include <arpa/inet.h>
#include <libmilter/mfapi.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <condition_variable>
#include <future>
#include <mutex>
#include <set>
#include <thread>

#include "common/base/control.h"
#include "common/base/error.h"
#include "common/base/log.h"
#include "common/config/settings.h"
#include "slave/milter/answer_writer.h"
#include "slave/milter/listening_sockets.h"

namespace weir {
namespace {

constexpr unsigned long kActions =
    SMFIF_ADDHDRS | SMFIF_CHGHDRS | SMFIF_CHGBODY | SMFIF_ADDRCPT | SMFIF_DELRCPT;
// No verdict is due before the end of the message, and each reply costs a round trip of the MTA.
constexpr unsigned long kNoReplies = SMFIP_NR_CONN | SMFIP_NR_HELO | SMFIP_NR_MAIL | SMFIP_NR_RCPT |
                                     SMFIP_NR_HDR | SMFIP_NR_BODY | SMFIP_NR_DATA | SMFIP_NR_UNKN |
                                     SMFIP_NR_EOH;
constexpr unsigned long kNotSent = SMFIP_NOUNKNOWN | SMFIP_NODATA | SMFIP_NOEOH;

// "inet:8890@127.0.0.1", as libmilter writes what everybody else writes the other way round.
std::string libmilterName(const SocketName& name) {
    if (!name.path.empty()) return "unix:" + name.path;
    const bool v6 = name.host.find(':') != std::string::npos;
    return (v6 ? "inet6:" : "inet:") + std::to_string(name.port) + "@" +
           (v6 ? "[" + name.host + "]" : name.host);
}

std::string textOf(const sockaddr* address) {
    char text[INET6_ADDRSTRLEN] = "";
    if (address == nullptr) return {};
    if (address->sa_family == AF_INET) {
        ::inet_ntop(AF_INET, &reinterpret_cast<const sockaddr_in*>(address)->sin_addr, text, sizeof text);
    } else if (address->sa_family == AF_INET6) {
        ::inet_ntop(AF_INET6, &reinterpret_cast<const sockaddr_in6*>(address)->sin6_addr, text, sizeof text);
    }
    return text;
}

Macros macrosOf(SMFICTX* context) {
    return [context](const char* name) {
        const char* value = smfi_getsymval(context, const_cast<char*>(name));
        return std::string(value == nullptr ? "" : value);
    };
}

}  // namespace

// A conversation, and what was agreed on with its MTA.
struct Conversation {
    Conversation(MilterServer::Parts& parts);
    MilterSession session;
    unsigned long steps = 0;  // SMFIP_ flags in force
    bool refused = false;     // over the limit of connections
    bool counted = false;     // its mail is among the mails in hand

    sfsistat go(unsigned long noReply) const {
        return (steps & noReply) != 0 ? SMFIS_NOREPLY : SMFIS_CONTINUE;
    }
};

struct MilterServer::Parts {
    Parts(MilterServerSettings s, MailFilter& f, AnswerSlots& a)
        : settings(std::move(s)), filter(f), slots(a), budget(settings.limits.memoryBytes) {}

    Conversation* open();
    void close(Conversation* conversation);
    void takeMail(Conversation& conversation);
    void endMail(Conversation& conversation);
    bool waitIdle(std::chrono::steady_clock::time_point deadline);

    const MilterServerSettings settings;
    MailFilter& filter;
    AnswerSlots& slots;
    MemoryBudget budget;
    std::atomic<bool> draining{false};
    std::atomic<bool> running{false};
    std::atomic<std::uint64_t> refusedConnections{0};
    std::mutex mutex;
    std::condition_variable changed;
    std::set<Conversation*> conversations;
    std::size_t mailsInHand = 0;
    std::thread thread;
};

namespace {

// libmilter's callbacks bring no pointer of ours before the first smfi_setpriv().
std::atomic<MilterServer::Parts*> current{nullptr};
std::atomic<int> callbacks{0};  // running now

// Keeps the server alive while a callback runs; empty once it has stopped. Lock-free: there is one a header
// line.
class Entry {
  public:
    Entry() {
        callbacks.fetch_add(1);
        parts_ = current.load();
    }
    ~Entry() {
        if (callbacks.fetch_sub(1) == 1 && current.load() == nullptr) callbacks.notify_all();
    }
    Entry(const Entry&) = delete;
    Entry& operator=(const Entry&) = delete;
    MilterServer::Parts* operator->() const { return parts_; }
    explicit operator bool() const { return parts_ != nullptr; }

  private:
    MilterServer::Parts* parts_;
};

// The one catch of this boundary: what goes wrong in a callback is a tempfail for the mail in hand.
template <class Body>
sfsistat callback(SMFICTX* context, Body body) {
    const Entry entry;
    if (!entry) return SMFIS_TEMPFAIL;
    auto* conversation = static_cast<Conversation*>(smfi_getpriv(context));
    if (conversation == nullptr) return SMFIS_TEMPFAIL;
    try {
        return body(entry, *conversation);
    } catch (const std::exception& error) {
        logError("milter.callback",
                 {{"qid", conversation->session.envelope().queueId}, {"reason", error.what()}});
        return SMFIS_TEMPFAIL;
    }
}

sfsistat onNegotiate(SMFICTX* context, unsigned long actions, unsigned long steps, unsigned long,
                     unsigned long, unsigned long* wantedActions, unsigned long* wantedSteps,
                     unsigned long* two, unsigned long* three) {
    const Entry entry;
    if (!entry) return SMFIS_REJECT;
    if ((actions & kActions) != kActions) {
        logError("milter.refused",
                 {{"reason", "the MTA does not let a filter change headers and recipients"}});
        return SMFIS_REJECT;
    }
    try {
        Conversation* conversation = entry->open();
        // A conversation that is to be refused needs its replies.
        const unsigned long noReplies = conversation->refused ? 0 : kNoReplies;
        conversation->steps = steps & (noReplies | kNotSent | SMFIP_HDR_LEADSPC);
        smfi_setpriv(context, conversation);
        *wantedActions = kActions | (actions & SMFIF_SETSYMLIST);
        *wantedSteps = conversation->steps;
        *two = *three = 0;
        if ((actions & SMFIF_SETSYMLIST) != 0) {
            const auto ask = [&](int stage, const char* names) {
                smfi_setsymlist(context, stage, const_cast<char*>(names));
            };
            ask(SMFIM_CONNECT, "{daemon_port} {daemon_name}");
            ask(SMFIM_HELO, "{tls_version} {cipher}");
            ask(SMFIM_ENVFROM, "{auth_authen}");
            ask(SMFIM_ENVRCPT, "{rcpt_mailer}");
            ask(SMFIM_EOM, "i");
        }
        return SMFIS_CONTINUE;
    } catch (const std::exception& error) {
        logError("milter.negotiate", {{"reason", error.what()}});
        return SMFIS_REJECT;
    }
}

sfsistat onConnect(SMFICTX* context, char* name, _SOCK_ADDR* address) {
    return callback(context, [&](const Entry& entry, Conversation& conversation) -> sfsistat {
        if (conversation.refused || entry->draining) return SMFIS_TEMPFAIL;
        conversation.session.connected(name, textOf(address), macrosOf(context));
        return conversation.go(SMFIP_NR_CONN);
    });
}

sfsistat onHelo(SMFICTX* context, char* name) {
    return callback(context, [&](const Entry&, Conversation& conversation) {
        conversation.session.helo(name, macrosOf(context));
        return conversation.go(SMFIP_NR_HELO);
    });
}

sfsistat onMail(SMFICTX* context, char** arguments) {
    return callback(context, [&](const Entry& entry, Conversation& conversation) {
        entry->takeMail(conversation);
        const std::vector<std::string_view> parameters = [&] {
            std::vector<std::string_view> all;
            for (char** argument = arguments + 1; *argument != nullptr; ++argument)
                all.emplace_back(*argument);
            return all;
        }();
        conversation.session.mailFrom(arguments[0], parameters, macrosOf(context));
        return conversation.go(SMFIP_NR_MAIL);
    });
}

sfsistat onRcpt(SMFICTX* context, char** arguments) {
    return callback(context, [&](const Entry&, Conversation& conversation) {
        if (arguments[0] == nullptr) throw Error(ErrorCode::kInvalid, "RCPT without an address");
        conversation.session.rcptTo(arguments[0], macrosOf(context));
        return conversation.go(SMFIP_NR_RCPT);
    });
}

sfsistat onHeader(SMFICTX* context, char* name, char* value) {
    return callback(context, [&](const Entry&, Conversation& conversation) {
        conversation.session.header(name, value, (conversation.steps & SMFIP_HDR_LEADSPC) != 0);
        return conversation.go(SMFIP_NR_HDR);
    });
}

sfsistat onBody(SMFICTX* context, unsigned char* bytes, std::size_t size) {
    return callback(context, [&](const Entry&, Conversation& conversation) {
        conversation.session.body({reinterpret_cast<const char*>(bytes), size});
        return conversation.go(SMFIP_NR_BODY);
    });
}

sfsistat onEndOfMessage(SMFICTX* context) {
    return callback(context, [&](const Entry& entry, Conversation& conversation) -> sfsistat {
        MilterSession& session = conversation.session;
        if (!conversation.counted) return SMFIS_TEMPFAIL;  // it began while the server was stopping
        const MailAnswer answer = session.endOfMessage(macrosOf(context));
        const AnswerWriter writer(context, (conversation.steps & SMFIP_HDR_LEADSPC) != 0);
        const auto status =
            writer.write(answer, [&](const std::string& recipient) { return session.asReceived(recipient); });
        if (!status) {
            logWarning("milter.answer_lost",
                       {{"qid", session.envelope().queueId}, {"reason", status.error().text()}});
            session.answerLost();
        }
        entry->endMail(conversation);
        return static_cast<sfsistat>(status.value_or(SMFIS_TEMPFAIL));
    });
}

sfsistat onAbort(SMFICTX* context) {
    return callback(context, [&](const Entry& entry, Conversation& conversation) -> sfsistat {
        conversation.session.reset();
        entry->endMail(conversation);
        return SMFIS_CONTINUE;
    });
}

sfsistat onClose(SMFICTX* context) {
    const Entry entry;
    auto* conversation = static_cast<Conversation*>(smfi_getpriv(context));
    smfi_setpriv(context, nullptr);
    if (entry && conversation != nullptr) entry->close(conversation);
    return SMFIS_CONTINUE;
}

smfiDesc description() {
    smfiDesc filter{};
    static char name[] = "weir";
    filter.xxfi_name = name;
    filter.xxfi_version = SMFI_VERSION;
    filter.xxfi_flags = kActions | SMFIF_SETSYMLIST;
    filter.xxfi_connect = onConnect;
    filter.xxfi_helo = onHelo;
    filter.xxfi_envfrom = onMail;
    filter.xxfi_envrcpt = onRcpt;
    filter.xxfi_header = onHeader;
    filter.xxfi_body = onBody;
    filter.xxfi_eom = onEndOfMessage;
    filter.xxfi_abort = onAbort;
    filter.xxfi_close = onClose;
    filter.xxfi_negotiate = onNegotiate;
    return filter;
}

// A connection that says nothing: it wakes the listener.
void knock(const std::string& listen) {
    const auto name = parseSocketName(listen);
    if (!name) return;
    const int fd = ::socket(name->path.empty() ? AF_INET : AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) return;
    if (name->path.empty()) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(static_cast<std::uint16_t>(name->port));
        if (::inet_pton(AF_INET, name->host.c_str(), &address.sin_addr) != 1 ||
            address.sin_addr.s_addr == 0) {
            address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        }
        (void)!::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address);
    } else {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        name->path.copy(address.sun_path, sizeof address.sun_path - 1);
        (void)!::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address);
    }
    ::close(fd);
}

}  // namespace

Conversation::Conversation(MilterServer::Parts& parts)
    : session(parts.settings.limits, parts.settings.direction, parts.budget, parts.filter, parts.slots) {}

Conversation* MilterServer::Parts::open() {
    auto conversation = std::make_unique<Conversation>(*this);
    std::lock_guard lock(mutex);
    if (conversations.size() >= settings.limits.connections) {
        conversation->refused = true;
        refusedConnections.fetch_add(1);
    }
    conversations.insert(conversation.get());
    return conversation.release();
}

void MilterServer::Parts::close(Conversation* conversation) {
    endMail(*conversation);
    {
        std::lock_guard lock(mutex);
        conversations.erase(conversation);
    }
    delete conversation;
}

void MilterServer::Parts::takeMail(Conversation& conversation) {
    std::lock_guard lock(mutex);
    if (conversation.counted || draining || conversation.refused) return;
    conversation.counted = true;
    ++mailsInHand;
}

void MilterServer::Parts::endMail(Conversation& conversation) {
    std::lock_guard lock(mutex);
    if (!conversation.counted) return;
    conversation.counted = false;
    --mailsInHand;
    changed.notify_all();
}

bool MilterServer::Parts::waitIdle(std::chrono::steady_clock::time_point deadline) {
    std::unique_lock lock(mutex);
    return changed.wait_until(lock, deadline, [&] { return mailsInHand == 0; });
}

MilterServer::MilterServer(MilterServerSettings settings, MailFilter& filter, AnswerSlots& slots) {
    if (controlOff("limits")) {
        settings.limits.recipients = settings.limits.connections = SIZE_MAX;
        settings.limits.memoryBytes = settings.limits.mail.mailBytes = settings.limits.mail.memoryBytes =
            UINT64_MAX / 2;
    }
    parts_ = std::make_unique<Parts>(std::move(settings), filter, slots);
}

MilterServer::~MilterServer() {
    stop();
}

void MilterServer::start() {
    const auto name = parseSocketName(parts_->settings.listen);
    if (!name) throw Error(ErrorCode::kInvalid, "milter.listen: " + name.error().text());
    const auto must = [&](int result, const char* step) {
        if (result != MI_SUCCESS) {
            throw Error(ErrorCode::kUnavailable, std::string("milter: ") + step + " " +
                                                     parts_->settings.listen +
                                                     " failed; is another program listening there?");
        }
    };
    must(smfi_setconn(libmilterName(*name).data()), "the address");
    must(smfi_settimeout(static_cast<int>(parts_->settings.timeout.count())), "the time-out for");
    must(smfi_setbacklog(511), "the backlog for");
    must(smfi_register(description()), "registering at");
    current = parts_.get();
    must(smfi_opensocket(1), "listening at");
    if (!name->path.empty()) {
        ::chmod(name->path.c_str(), parts_->settings.socketMode);
    } else if (sendAtOnce(name->port) == 0) {
        // Changes and verdict are writes of their own: the second would wait for the MTA to acknowledge the
        // first, which it delays by 40 ms.
        logWarning("milter.nagle",
                   {{"reason", "the listening socket was not found: answers may take 40 ms longer"}});
    }
    parts_->running = true;
    parts_->thread = std::thread([this] {
        smfi_main();
        parts_->running = false;
    });
    logInfo("milter.listening", {{"address", parts_->settings.listen}});
}

void MilterServer::stop(std::chrono::milliseconds patience) {
    if (!parts_->thread.joinable()) return;
    using std::chrono::steady_clock;
    parts_->draining = true;
    if (!parts_->waitIdle(steady_clock::now() + patience)) {
        logWarning("milter.stop", {{"reason", "mails still in hand are given up: their clients try again"}});
    }
    // libmilter writes a reply after its callback has returned.
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    // smfi_stop() waits for the listener, which looks up only every five seconds or when somebody connects.
    const auto stopped = std::async(std::launch::async, smfi_stop);
    do {
        knock(parts_->settings.listen);
    } while (stopped.wait_for(std::chrono::milliseconds(20)) != std::future_status::ready);
    parts_->thread.join();
    current = nullptr;
    for (int running = callbacks.load(); running != 0; running = callbacks.load()) callbacks.wait(running);
    for (Conversation* conversation : parts_->conversations) delete conversation;
    parts_->conversations.clear();
}

bool MilterServer::ended() const {
    return parts_->thread.joinable() && !parts_->running;
}

MilterState MilterServer::state() const {
    std::lock_guard lock(parts_->mutex);
    return {parts_->conversations.size(), parts_->mailsInHand, parts_->budget.used(),
            parts_->refusedConnections.load()};
}

}  // namespace weir
