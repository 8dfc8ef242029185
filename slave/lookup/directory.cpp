#include "slave/lookup/directory.h"

#include <ldap.h>

#include <algorithm>
#include <fstream>

#include "common/base/error.h"
#include "common/base/guarded.h"
#include "slave/lookup/answer_memory.h"

namespace weir {
namespace {

using Clock = std::chrono::steady_clock;

struct CloseLdap {
    void operator()(LDAP* ldap) const { ldap_unbind_ext_s(ldap, nullptr, nullptr); }
};
using Connection = std::unique_ptr<LDAP, CloseLdap>;
struct FreeMessage {
    void operator()(LDAPMessage* message) const { ldap_msgfree(message); }
};

Error failure(const char* what, int code) {
    return Error(code == LDAP_TIMEOUT ? ErrorCode::kTimeout : ErrorCode::kUnavailable,
                 std::string(what) + ": " + ldap_err2string(code));
}

timeval timeOf(std::chrono::milliseconds time) {
    return {time.count() / 1000, (time.count() % 1000) * 1000};
}

std::string readPassword(const std::string& path) {
    std::ifstream file(path);
    std::string password;
    if (!std::getline(file, password))
        throw Error(ErrorCode::kUnavailable, "cannot read the password file " + path);
    // A server takes a name without a password for an anonymous log-in and says that it succeeded.
    if (password.empty()) throw Error(ErrorCode::kUnavailable, "the password file is empty: " + path);
    return password;
}

Connection connect(const DirectorySettings& settings) {
    LDAP* raw = nullptr;
    if (const int code = ldap_initialize(&raw, settings.url.c_str()); code != LDAP_SUCCESS)
        throw failure("directory address", code);
    Connection ldap(raw);
    const int version = LDAP_VERSION3;
    const timeval time = timeOf(settings.timeout);
    ldap_set_option(raw, LDAP_OPT_PROTOCOL_VERSION, &version);
    ldap_set_option(raw, LDAP_OPT_NETWORK_TIMEOUT, &time);
    ldap_set_option(raw, LDAP_OPT_TIMEOUT, &time);
    ldap_set_option(raw, LDAP_OPT_REFERRALS, LDAP_OPT_OFF);
    std::string password = settings.bindDn.empty() ? "" : readPassword(settings.passwordFile);
    berval credentials{password.size(), password.data()};
    const int code = ldap_sasl_bind_s(raw, settings.bindDn.empty() ? nullptr : settings.bindDn.c_str(),
                                      LDAP_SASL_SIMPLE, &credentials, nullptr, nullptr, nullptr);
    if (code != LDAP_SUCCESS) throw failure("directory log-in", code);
    return ldap;
}

// "managers" of "cn=managers,ou=groups"; empty where it is no distinguished name.
std::string firstName(const std::string& group) {
    LDAPDN name = nullptr;
    if (ldap_str2dn(group.c_str(), &name, LDAP_DN_FORMAT_LDAPV3) != LDAP_SUCCESS || name == nullptr)
        return {};
    std::string first;
    if (name[0] != nullptr && name[0][0] != nullptr)
        first.assign(name[0][0]->la_value.bv_val, name[0][0]->la_value.bv_len);
    ldap_dnfree(name);
    return first;
}

void addGroups(LDAP* ldap, LDAPMessage* entry, const DirectorySettings& settings,
               std::vector<std::string>& groups) {
    berval** values = ldap_get_values_len(ldap, entry, settings.groupAttribute.c_str());
    if (values == nullptr) return;
    for (std::size_t i = 0; values[i] != nullptr && groups.size() < settings.groups; ++i) {
        groups.emplace_back(values[i]->bv_val, values[i]->bv_len);
        if (std::string first = firstName(groups.back()); !first.empty()) groups.push_back(std::move(first));
    }
    ldap_value_free_len(values);
}

DirectoryAnswer search(LDAP* ldap, const DirectorySettings& settings, const std::string& address) {
    constexpr int kEntries = 10;  // of one address: more than one is already odd
    std::string filter = settings.filter;
    const std::string value = ldapFilterValue(address);
    for (std::size_t at = filter.find("%s"); at != std::string::npos;
         at = filter.find("%s", at + value.size()))
        filter.replace(at, 2, value);
    std::string attribute = settings.groupAttribute;
    char* attributes[] = {attribute.data(), nullptr};
    timeval time = timeOf(settings.timeout);
    LDAPMessage* raw = nullptr;
    const int code = ldap_search_ext_s(ldap, settings.base.c_str(), LDAP_SCOPE_SUBTREE, filter.c_str(),
                                       attributes, 0, nullptr, nullptr, &time, kEntries, &raw);
    const std::unique_ptr<LDAPMessage, FreeMessage> result(raw);
    if (code == LDAP_NO_SUCH_OBJECT) return {DirectoryAnswer::State::kUnknown, {}, ""};
    if (code != LDAP_SUCCESS && code != LDAP_SIZELIMIT_EXCEEDED) throw failure("directory search", code);
    DirectoryAnswer answer;
    answer.state = DirectoryAnswer::State::kUnknown;
    for (LDAPMessage* entry = ldap_first_entry(ldap, raw); entry != nullptr;
         entry = ldap_next_entry(ldap, entry)) {
        answer.state = DirectoryAnswer::State::kKnown;
        addGroups(ldap, entry, settings, answer.groups);
    }
    return answer;
}

struct Shared {
    AnswerMemory<DirectoryAnswer> memory;
    std::vector<Connection> idle;
    Clock::time_point notBefore{};
    std::string lastFailure;
};

}  // namespace

std::string ldapFilterValue(const std::string& text) {
    constexpr char kHex[] = "0123456789abcdef";
    std::string value;
    for (char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '*' || c == '(' || c == ')' || c == '\\' || byte < 0x20 || byte >= 0x7F) {
            value += {'\\', kHex[byte >> 4], kHex[byte & 15]};
        } else {
            value += c;
        }
    }
    return value;
}

struct Directory::State {
    explicit State(DirectorySettings given) : settings(std::move(given)) {}

    Connection idle() {
        auto inside = shared.lock();
        if (inside->idle.empty()) return nullptr;
        Connection one = std::move(inside->idle.back());
        inside->idle.pop_back();
        return one;
    }

    DirectoryAnswer ask(const std::string& address) {
        if (Connection kept = idle()) {
            try {
                DirectoryAnswer answer = search(kept.get(), settings, address);
                shared.lock()->idle.push_back(std::move(kept));
                return answer;
            } catch (const Error& error) {
                if (error.code() == ErrorCode::kTimeout) throw;  // it is there, and slow: once is enough
            }
        }
        Connection fresh = connect(settings);
        DirectoryAnswer answer = search(fresh.get(), settings, address);
        shared.lock()->idle.push_back(std::move(fresh));
        return answer;
    }

    const DirectorySettings settings;
    Guarded<Shared> shared;
};

Directory::Directory(DirectorySettings settings) : state_(std::make_unique<State>(std::move(settings))) {}
Directory::~Directory() = default;

const DirectorySettings& Directory::settings() const {
    return state_->settings;
}

DirectoryAnswer Directory::find(const std::string& address) {
    const Clock::time_point now = Clock::now();
    {
        auto inside = state_->shared.lock();
        if (auto known = inside->memory.find(address, now)) return *known;
        if (now < inside->notBefore)
            return {DirectoryAnswer::State::kUnavailable,
                    {},
                    "left alone for a moment after: " + inside->lastFailure};
    }
    try {
        DirectoryAnswer answer = state_->ask(address);
        state_->shared.lock()->memory.put(address, answer, now + state_->settings.remember,
                                          state_->settings.remembered);
        return answer;
    } catch (const std::exception& error) {
        auto inside = state_->shared.lock();
        inside->lastFailure = error.what();
        inside->notBefore = Clock::now() + state_->settings.pause;
        inside->idle.clear();
        return {DirectoryAnswer::State::kUnavailable, {}, error.what()};
    }
}

}  // namespace weir
