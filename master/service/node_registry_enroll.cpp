// Who may connect: tokens, enrollment, renewal, and the check of every request.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "common/base/control.h"
#include "common/base/digest.h"
#include "common/base/log.h"
#include "common/wire/join_token.h"
#include "master/db/token_table.h"
#include "master/service/audit.h"
#include "master/service/node_registry_state.h"

namespace weir {
namespace {

constexpr int kLongestToken = 60;  // minutes
constexpr std::chrono::hours kTokensKept{24 * 30};
constexpr auto kRefusalEvery = std::chrono::minutes(1);  // a refused node asks again and again

// A host name as a node's name: what does not fit is left out.
std::string asNodeName(const std::string& wish) {
    std::string name;
    for (const char c : wish)
        if (name.size() < 48 && isNodeName(name + c)) name += c;
    return name.empty() ? "node" : name;
}

[[noreturn]] void deny(const std::string& why) {
    throw Error(ErrorCode::kDenied, why);
}

}  // namespace

NewEnrollmentToken NodeRegistry::createToken(const Actor& actor, int minutes,
                                             const std::vector<std::string>& groups,
                                             const std::string& name) {
    if (minutes < 1 || minutes > kLongestToken)
        throw Error(ErrorCode::kInvalid,
                    "a token lives from 1 to " + std::to_string(kLongestToken) + " minutes");
    requireGroups(groups);
    if (!name.empty()) requireNodeName(name, "the name of a node");
    JoinToken token{authority_.clusterId(), randomHex(16), authority_.fingerprint(), {}};
    db::TokenRow row;
    row.id = newTimeUuid();
    row.secretHash = sha256Hex(token.secret);
    row.createdBy = actor.name;
    row.name = name;
    row.groups = groups;
    row.created = now();
    // The line holds whole seconds: the row ends no later than it says.
    row.expires = fromMillis((toMillis(row.created) / 1000 + minutes * 60) * 1000);
    token.expires = row.expires;
    database_.transaction([&](db::Connection& connection) {
        db::deleteEndedTokens(connection, row.created - kTokensKept);
        db::insertToken(connection, row);
        Audit::record(connection, actor, "token.create", "enrollment token " + row.id, nullptr,
                      {{"expires", toText(row.expires)}, {"name", name}, {"groups", groups}});
    });
    return {row.id, toText(token), row.expires};
}

std::vector<EnrollmentToken> NodeRegistry::tokens() const {
    std::vector<EnrollmentToken> tokens;
    database_.read([&](db::Connection& connection) {
        tokens.clear();
        for (const db::TokenRow& row : db::allTokens(connection))
            tokens.push_back({row.id, row.created, row.expires, row.createdBy, row.name, row.groups,
                              row.usedAt, row.usedBy});
    });
    return tokens;
}

void NodeRegistry::deleteToken(const Actor& actor, const std::string& id) {
    database_.transaction([&](db::Connection& connection) {
        if (!db::deleteToken(connection, id)) throw Error(ErrorCode::kNotFound, "there is no such token");
        Audit::record(connection, actor, "token.delete", "enrollment token " + id, nullptr, nullptr);
    });
}

EnrollAnswer NodeRegistry::enroll(const EnrollRequest& request, const std::string& address,
                                  const std::optional<NodePeer>& peer) {
    try {
        return enrollChecked(request, address, peer);
    } catch (const Error& error) {
        if (error.code() == ErrorCode::kDenied)
            refuse(NodeId{}, address, std::string("enrollment refused: ") + error.what());
        throw;
    }
}

db::TokenRow NodeRegistry::usableToken(db::Connection& connection, const EnrollRequest& request) const {
    if (request.cluster != authority_.clusterId())
        deny("this token is of cluster " + request.cluster.value + ", and this master is of cluster " +
             authority_.clusterId().value);
    const auto token = db::tokenBySecret(connection, sha256Hex(request.secret));
    if (!token) deny("this token is not known here: it was deleted, or never made by this master");
    if (toMillis(token->usedAt) != 0)
        deny("this token was used already, at " + toText(token->usedAt) + " by node " +
             nameOf(token->usedBy) + "; make a new one for each node");
    if (token->expires <= now()) deny("this token expired at " + toText(token->expires) + "; make a new one");
    return *token;
}

EnrollAnswer NodeRegistry::enrollChecked(const EnrollRequest& request, const std::string& address,
                                         const std::optional<NodePeer>& peer) {
    const std::lock_guard lock(state_->changes);
    // A node that brings its old certificate keeps its id: its quarantine and its event sequences go on.
    const bool again = peer && peer->node == request.node;
    db::NodeRow row;
    row.id.value = again ? peer->node.value : newUuid();
    const auto issued = authority_.issueNode(request.csr, row.id);
    if (!issued) throw Error(ErrorCode::kInvalid, issued.error().text());
    row.fingerprint = issued->fingerprint;
    row.certificateExpires = issued->expires;
    row.enrolled = now();
    db::TokenRow token;
    database_.transaction([&](db::Connection& connection) {
        token = usableToken(connection, request);
        row.groups = token.groups;
        row.name = freeName(token.name.empty() ? asNodeName(request.name) : token.name, row.id);
        if (!db::useToken(connection, token.id, row.id, row.enrolled))
            deny("this token was used a moment ago");
        if (isKnown(row.id))
            db::updateNode(connection, row);
        else
            db::insertNode(connection, row);
        Audit::record(connection, Actor{token.createdBy, "enrollment token", address, ""}, "node.enroll",
                      "node " + row.name, nullptr,
                      {{"id", row.id.value}, {"name", row.name}, {"groups", row.groups}});
    });
    {
        Known known;
        known.row = row;
        known.contact = known.saved = Known::Steady::now();
        known.since = row.enrolled;
        state_->nodes.lock()->insert_or_assign(row.id, std::move(known));
    }
    notice(row.id, "enrolled",
           std::string(again ? "enrolled again" : "enrolled") + " from " + address + " with a token of " +
               token.createdBy);
    EnrollAnswer answer;
    answer.node = row.id;
    answer.cluster = authority_.clusterId();
    answer.name = row.name;
    answer.masterEpoch = masterEpoch();
    answer.certificate = issued->pem;
    answer.ca = authority_.certificatePem();
    return answer;
}

bool NodeRegistry::isKnown(const NodeId& id) const {
    return state_->nodes.lock()->contains(id);
}

std::string NodeRegistry::freeName(const std::string& wish, const NodeId& except) const {
    std::string name = wish;
    for (int number = 2; nameTaken(name, except); ++number) name = wish + "-" + std::to_string(number);
    return name;
}

RenewAnswer NodeRegistry::renew(const NodePeer& peer, const RenewRequest& request) {
    const std::lock_guard lock(state_->changes);
    db::NodeRow row = rowOf(peer.node);
    const auto issued = authority_.issueNode(request.csr, peer.node);
    if (!issued) throw Error(ErrorCode::kInvalid, issued.error().text());
    // The old one stays good until the new one is shown: an answer that is lost does not lock the node out.
    row.nextFingerprint = issued->fingerprint;
    row.certificateExpires = issued->expires;
    database_.transaction([&](db::Connection& connection) { db::updateNode(connection, row); });
    {
        auto nodes = state_->nodes.lock();
        db::NodeRow& known = nodes->at(peer.node).row;
        known.nextFingerprint = row.nextFingerprint;
        known.certificateExpires = row.certificateExpires;
    }
    notice(peer.node, "renewed", "new certificate until " + toText(issued->expires));
    return {kProtocolVersion, issued->pem};
}

void NodeRegistry::authorize(const NodePeer& peer, const std::string& address) {
    std::string why;
    {
        auto nodes = state_->nodes.lock();
        const auto found = nodes->find(peer.node);
        if (found == nodes->end()) {
            why = "this master does not know this node; enroll it again";
        } else if (found->second.removed() && !controlOff("revoke")) {
            why = "this node was removed from the cluster at " + toText(found->second.row.removed);
        } else if (Known& known = found->second; peer.fingerprint == known.row.fingerprint) {
            return;
        } else if (peer.fingerprint == known.row.nextFingerprint) {
            known.row.fingerprint = std::exchange(known.row.nextFingerprint, "");
            known.certificateUnsaved = true;
            return;
        } else {
            why = "another certificate is registered for this node; enroll it again";
        }
    }
    refuse(peer.node, address, "refused: " + why);
    deny(why);
}

void NodeRegistry::refuse(const NodeId& node, const std::string& address, const std::string& reason) {
    {
        auto nodes = state_->nodes.lock();
        const auto found = nodes->find(node);
        const auto current = Known::Steady::now();
        if (found == nodes->end()) {
            // One notice a second for all strangers together.
            const std::int64_t second = toMillis(now()) / 1000;
            if (state_->strangerNoted.exchange(second) == second) return;
        } else {
            if (current - found->second.refusalNoted < kRefusalEvery) return;
            found->second.refusalNoted = current;
        }
    }
    notice(node, "refused", reason + " (from " + address + ")");
}

}  // namespace weir
