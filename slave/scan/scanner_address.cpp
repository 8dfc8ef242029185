#include "slave/scan/scanner_address.h"

#include <netdb.h>
#include <poll.h>
#include <sys/un.h>

#include <cstring>
#include <mutex>
#include <thread>

#include "slave/scan/scan_outcome.h"

namespace weir {
namespace {

constexpr std::chrono::seconds kKnownFor{30};
constexpr std::chrono::seconds kUnknownFor{5};  // a name that is not found is not looked up for each mail
constexpr std::size_t kMaxTargets = 8;

Expected<std::vector<SocketTarget>> resolved(const std::string& host, int port, int flags) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_NUMERICSERV | flags;
    addrinfo* found = nullptr;
    const int result = ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found);
    if (result != 0) return problem("", "host " + host + ": " + ::gai_strerror(result));
    const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owner(found, &::freeaddrinfo);
    std::vector<SocketTarget> targets;
    for (const addrinfo* each = found; each && targets.size() < kMaxTargets; each = each->ai_next) {
        SocketTarget target;
        std::memcpy(&target.address, each->ai_addr, each->ai_addrlen);
        target.size = each->ai_addrlen;
        targets.push_back(target);
    }
    return targets;
}

// parseSocketName() takes no path that does not fit.
std::vector<SocketTarget> unixTarget(const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    SocketTarget target;
    std::memcpy(&target.address, &address, sizeof address);
    target.size = sizeof address;
    return {target};
}

}  // namespace

Expected<std::vector<SocketTarget>> lookUpHost(const std::string& host, int port) {
    return resolved(host, port, 0);
}

struct ScannerAddress::Book {
    using Found = Expected<std::vector<SocketTarget>>;

    SocketName name;
    HostLookup lookup;
    bool fixed = false;  // nothing to look up
    std::mutex mutex;
    Signal answered;  // raised once a first answer is there, good or bad
    Found found = problem("", "not looked up yet");
    Deadline freshUntil{};
    bool lookingUp = false;

    static void ask(const std::shared_ptr<Book>& book) {
        Found answer = problem("", "the look-up failed");
        try {
            answer = book->lookup(book->name.host, book->name.port);
        } catch (const std::exception& error) {
            answer = problem("", error.what());
        }
        book->learn(std::move(answer));
    }
    void learn(Found answer) {
        std::lock_guard lock(mutex);
        lookingUp = false;
        freshUntil = std::chrono::steady_clock::now() + (answer ? kKnownFor : kUnknownFor);
        if (answer || !found) found = std::move(answer);  // old addresses are better than none
        answered.raise();
    }
};

ScannerAddress::ScannerAddress(const std::string& text, HostLookup lookup) : book_(std::make_shared<Book>()) {
    book_->lookup = std::move(lookup);
    auto name = parseSocketName(text);
    if (!name) {
        book_->found = problem("", "address: " + name.error().text());
        book_->fixed = true;
        return;
    }
    book_->name = *name;
    if (name->path.empty())
        book_->found = resolved(name->host, name->port, AI_NUMERICHOST);
    else
        book_->found = unixTarget(name->path);
    book_->fixed = book_->found.has_value();
}

ScannerAddress::~ScannerAddress() = default;

std::vector<SocketTarget> ScannerAddress::targets(const Until& until) {
    Book& book = *book_;
    bool waits = false;
    {
        std::lock_guard lock(book.mutex);
        if (!book.fixed && !book.lookingUp && std::chrono::steady_clock::now() >= book.freshUntil) {
            if (!book.found) book.answered.clear();
            std::thread(&Book::ask, book_).detach();
            book.lookingUp = true;
        }
        waits = book.lookingUp && !book.found;
    }
    if (waits) {
        const Waited waited = waitFor(book.answered.fd(), POLLIN, until);
        if (waited == Waited::kCancelled) throw ScanError(ScanFailure::kGivenUp, "was given up");
        if (waited == Waited::kDeadline) {
            throw ScanError(ScanFailure::kSlow, "cannot be reached: the look-up of host " + book.name.host +
                                                    " did not end in time");
        }
    }
    std::lock_guard lock(book.mutex);
    if (!book.found) throw ScanError(ScanFailure::kAway, "cannot be reached: " + book.found.error().text());
    return *book.found;
}

}  // namespace weir
