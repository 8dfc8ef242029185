#include <nlohmann/json.hpp>

#include "common/base/digest.h"
#include "common/base/durable_file.h"
#include "common/wire/json_writer.h"
#include "common/wire/tls_identity.h"
#include "slave/link/enrollment.h"

namespace weir {
namespace {

constexpr int kFormat = 1;
constexpr std::uint64_t kFileLimit = 64u << 10;
constexpr unsigned kSecretMode = 0600;

NodeIdentity identityFromText(const std::string& text, const std::filesystem::path& file) {
    const auto fail = [&](const std::string& what) {
        return Error(ErrorCode::kInvalid,
                     file.string() + ": " + what + "; remove the folder and enroll this node again");
    };
    const auto json = parseJson(text, {.bytes = kFileLimit});
    if (!json) throw fail(json.error().text());
    JsonReader reader(*json, "", JsonReader::Unknown::kIgnore);
    if (reader.integer("format", 0, INT32_MAX) != kFormat && !reader.finish())
        throw fail("it was written by another version of weir-slave");
    NodeIdentity identity;
    identity.node.value = reader.text("node");
    identity.cluster.value = reader.text("cluster");
    identity.name = reader.text("name");
    identity.masterEpoch = static_cast<std::uint64_t>(reader.integer("master_epoch", 0, INT64_MAX));
    identity.releaseKey = fromBase64Url(reader.text("release_key"));
    if (reader.finish()) throw fail(reader.finish()->text());
    return identity;
}

std::string textOf(const NodeIdentity& identity) {
    JsonWriter out;
    out.beginObject()
        .member("format", kFormat)
        .member("node", identity.node.value)
        .member("cluster", identity.cluster.value)
        .member("name", identity.name)
        .member("master_epoch", identity.masterEpoch)
        .member("release_key", toBase64Url(identity.releaseKey))
        .endObject();
    return out.take() + "\n";
}

void addCertificate(NodeIdentity& identity, const std::string& pem, const std::filesystem::path& file) {
    const auto facts = readCertificate(pem);
    if (!facts || facts->subject.node != identity.node || facts->subject.cluster != identity.cluster ||
        !fits(pem, pem))
        throw Error(ErrorCode::kInvalid,
                    file.string() + " is not the certificate and key of this node; enroll it again");
    identity.certificateBegins = facts->begins;
    identity.certificateExpires = facts->expires;
}

}  // namespace

IdentityStore::IdentityStore(std::filesystem::path folder) : folder_(std::move(folder)) {}

std::optional<NodeIdentity> IdentityStore::load() {
    const std::lock_guard lock(mutex_);
    const auto file = folder_ / "node.json";
    if (!std::filesystem::exists(file)) return std::nullopt;
    NodeIdentity identity = identityFromText(readFile(file, kFileLimit), file);
    addCertificate(identity, readFile(identityFile(), kFileLimit), identityFile());
    current_ = identity;
    ++generation_;
    return identity;
}

std::optional<NodeIdentity> IdentityStore::current() const {
    const std::lock_guard lock(mutex_);
    return current_;
}

std::uint64_t IdentityStore::generation() const {
    const std::lock_guard lock(mutex_);
    return generation_;
}

void IdentityStore::save(NodeIdentity identity, const std::string& certificate, const std::string& key,
                         const std::string& ca) {
    const std::lock_guard lock(mutex_);
    addCertificate(identity, certificate + key, identityFile());
    createDirectoryDurably(folder_);
    // An identity of before is void from here on, until node.json is there again.
    removeDurably(folder_ / "node.json");
    writeFileDurably(caFile(), ca);
    writeFileDurably(identityFile(), certificate + key, kSecretMode);
    writeFileDurably(folder_ / "node.json", textOf(identity), kSecretMode);
    current_ = std::move(identity);
    ++generation_;
}

void IdentityStore::saveRenewed(const std::string& certificate, const std::string& key) {
    const std::lock_guard lock(mutex_);
    if (!current_) throw Error(ErrorCode::kInternal, "there is no identity to renew");
    NodeIdentity renewed = *current_;
    addCertificate(renewed, certificate + key, identityFile());
    if (!isSignedBy(certificate, readFile(caFile(), kFileLimit)))
        throw Error(ErrorCode::kDenied, "the new certificate is not signed by this cluster's authority");
    writeFileDurably(identityFile(), certificate + key, kSecretMode);
    current_ = std::move(renewed);
    ++generation_;
}

void IdentityStore::learn(const SyncAnswer& answer) {
    const std::lock_guard lock(mutex_);
    if (!current_) return;
    NodeIdentity learned = *current_;
    learned.name = answer.name;
    learned.masterEpoch = std::max(learned.masterEpoch, answer.masterEpoch);
    const std::string key = fromBase64Url(answer.releaseKey);
    if (!key.empty()) learned.releaseKey = key;
    if (learned.name == current_->name && learned.masterEpoch == current_->masterEpoch &&
        learned.releaseKey == current_->releaseKey)
        return;
    writeFileDurably(folder_ / "node.json", textOf(learned), kSecretMode);
    current_ = std::move(learned);
}

}  // namespace weir
