#include "master/service/policy_desk.h"

#include <nlohmann/json.hpp>

#include "common/base/ids.h"
#include "common/base/log.h"
#include "common/policy/policy_diff.h"
#include "master/db/draft_table.h"
#include "master/db/revision_table.h"

namespace weir {

namespace {

constexpr std::size_t kCommentBytes = 1000;

std::shared_ptr<const Json> documentOf(const std::string& text) {
    return std::make_shared<const Json>(Json::parse(text));
}

PublishedPtr publishedOf(const db::RevisionRow& row) {
    auto policy = std::make_shared<PublishedPolicy>();
    policy->revision = static_cast<Revision>(row.number);
    policy->digest = row.digest;
    policy->document = documentOf(row.document);
    policy->published = fromMillis(row.published);
    policy->publishedBy = row.publishedBy;
    policy->comment = row.note;
    return policy;
}

// The published revision is part of a draft's ETag: who reviewed it against another one has to look again.
std::string etagOf(const std::optional<db::DraftRow>& draft, Revision published) {
    return "\"" + (draft ? draft->etag + "." : "") + "r" + std::to_string(published) + "\"";
}

void expectEtag(const std::string& ifMatch, const std::string& present) {
    if (ifMatch != "*" && ifMatch != present) throw StaleEtag();
}

PolicyDraft draftOf(const std::optional<db::DraftRow>& row, const PublishedPtr& published) {
    PolicyDraft draft;
    draft.etag = etagOf(row, published->revision);
    draft.base = row ? static_cast<Revision>(row->base) : published->revision;
    draft.document = row ? documentOf(row->document) : published->document;
    draft.changed = row && *draft.document != *published->document;
    if (row) {
        draft.changedBy = row->changedBy;
        draft.changedAt = fromMillis(row->changedAt);
    }
    return draft;
}

std::int64_t ruleCount(const Json& document) {
    const auto rules = document.find("rules");
    return rules == document.end() ? 0 : static_cast<std::int64_t>(rules->size());
}

std::string listed(const PolicyProblems& problems) {
    std::string text;
    for (const auto& problem : problems) text += (text.empty() ? "" : "; ") + problem.text();
    return text;
}

Json auditView(const PublishedPolicy& policy) {
    return {{"revision", policy.revision}, {"digest", policy.digest}, {"comment", policy.comment}};
}

}  // namespace

PolicyDesk::PolicyDesk(db::Database& database) : database_(database) {}

PublishedPtr PolicyDesk::newest(db::Connection& connection) const {
    const auto present = published();
    const auto heads = db::listRevisions(connection, INT64_MAX, 1);
    if (heads.empty()) throw Error(ErrorCode::kUnavailable, "no policy has been published yet");
    if (present && static_cast<std::int64_t>(present->revision) == heads.front().number) return present;
    return publishedOf(*db::findRevision(connection, heads.front().number));
}

void PolicyDesk::load(const Json& defaultDocument) {
    PublishedPtr policy;
    database_.transaction([&](db::Connection& connection) {
        if (const auto row = db::newestRevision(connection)) {
            policy = publishedOf(*row);
            return;
        }
        if (const auto parsed = checkDraft(defaultDocument); !parsed)
            throw Error(ErrorCode::kInvalid, "the default policy does not parse: " + listed(parsed.error()));
        policy = commit(connection, std::make_shared<const Json>(defaultDocument), "default policy",
                        systemActor(), "policy.publish");
    });
    serve(policy);
}

bool PolicyDesk::refresh() {
    const auto present = published();
    if (!present) return false;
    PublishedPtr found;
    database_.read([&](db::Connection& connection) {
        const auto heads = db::listRevisions(connection, INT64_MAX, 1);
        if (!heads.empty() && static_cast<Revision>(heads.front().number) > present->revision)
            found = newest(connection);
    });
    if (found) serve(found);
    return found != nullptr;
}

void PolicyDesk::serve(const PublishedPtr& revision) {
    std::lock_guard lock(serving_);
    const auto present = published_.get();
    if (present && present->revision >= revision->revision) return;
    published_.set(revision);
    logInfo("policy.published", {{"revision", revision->revision},
                                 {"digest", revision->digest},
                                 {"by", revision->publishedBy},
                                 {"comment", revision->comment}});
}

PublishedPtr PolicyDesk::commit(db::Connection& connection, std::shared_ptr<const Json> document,
                                const std::string& comment, const Actor& actor, const char* action) const {
    if (comment.size() > kCommentBytes)
        throw Error(ErrorCode::kInvalid, "the comment is over " + std::to_string(kCommentBytes) + " bytes");
    auto policy = std::make_shared<PublishedPolicy>();
    const auto last = db::lastRevision(connection);
    policy->revision = static_cast<Revision>(last + 1);
    policy->digest = policyDigest(*document);
    policy->published = now();
    policy->publishedBy = actor.name;
    policy->comment = comment;
    db::insertRevision(connection, {last + 1, policy->digest, canonicalText(*document), ruleCount(*document),
                                    toMillis(policy->published), actor.name, comment});
    Json before = nullptr, after = auditView(*policy);
    if (last > 0) {
        const auto old = publishedOf(*db::findRevision(connection, last));
        before = auditView(*old);
        after["changes"] = policyDiff(*old->document, *document);
    }
    policy->document = std::move(document);
    Audit::record(connection, actor, action, "revision " + std::to_string(policy->revision), before, after);
    return policy;
}

PolicyDraft PolicyDesk::draft() const {
    PolicyDraft draft;
    database_.read([&](db::Connection& connection) {
        draft = draftOf(db::findDraft(connection, false), newest(connection));
    });
    return draft;
}

tl::expected<PolicyDraft, PolicyProblems> PolicyDesk::putDraft(const Json& document,
                                                               const std::string& ifMatch,
                                                               const Actor& actor) {
    if (auto parsed = checkDraft(document); !parsed) return tl::unexpected(parsed.error());
    const std::string text = canonicalText(document);
    PolicyDraft draft;
    database_.transaction([&](db::Connection& connection) {
        const auto published = newest(connection);
        auto row = db::findDraft(connection, true);
        expectEtag(ifMatch, etagOf(row, published->revision));
        const auto before = draftOf(row, published);
        if (document == *published->document) {
            row.reset();
            db::deleteDraft(connection);
        } else {
            row = db::DraftRow{text, "d-" + randomHex(8), static_cast<std::int64_t>(before.base), actor.name,
                               toMillis(now())};
            db::putDraft(connection, *row);
        }
        draft = draftOf(row, published);
        Audit::record(connection, actor, "policy.draft", "draft", nullptr,
                      Json{{"base", draft.base}, {"changes", policyDiff(*before.document, document)}});
    });
    return draft;
}

void PolicyDesk::discardDraft(const Actor& actor) {
    database_.transaction([&](db::Connection& connection) {
        const auto row = db::findDraft(connection, true);
        if (!row) return;
        const auto published = newest(connection);
        db::deleteDraft(connection);
        Audit::record(connection, actor, "policy.discard", "draft",
                      Json{{"base", row->base},
                           {"changes", policyDiff(*published->document, *documentOf(row->document))}},
                      nullptr);
    });
}

PublishedPtr PolicyDesk::publish(const std::string& ifMatch, const std::string& comment, const Actor& actor) {
    PublishedPtr policy;
    database_.transaction([&](db::Connection& connection) {
        const auto row = db::findDraft(connection, true);
        const auto published = newest(connection);
        expectEtag(ifMatch, etagOf(row, published->revision));
        const auto draft = draftOf(row, published);
        if (!draft.changed)
            throw Error(ErrorCode::kConflict, "the draft does not differ from what is published");
        // It parsed when it was stored, but perhaps in another version of this program.
        if (const auto parsed = checkDraft(*draft.document); !parsed)
            throw Error(ErrorCode::kInvalid, "the draft no longer parses: " + listed(parsed.error()));
        policy = commit(connection, draft.document, comment, actor, "policy.publish");
        db::deleteDraft(connection);
    });
    serve(policy);
    return policy;
}

PublishedPtr PolicyDesk::rollBack(Revision number, const std::string& comment, const Actor& actor) {
    PublishedPtr policy;
    database_.transaction([&](db::Connection& connection) {
        const auto old = db::findRevision(connection, static_cast<std::int64_t>(number));
        if (!old) throw Error(ErrorCode::kNotFound, "there is no revision " + std::to_string(number));
        const auto document = documentOf(old->document);
        if (const auto parsed = parsePolicy(*document); !parsed)
            throw Error(ErrorCode::kInvalid, "revision " + std::to_string(number) +
                                                 " no longer parses: " + listed(parsed.error()));
        if (newest(connection)->digest == old->digest)
            throw Error(ErrorCode::kConflict,
                        "revision " + std::to_string(number) + " is the same as what is published");
        const auto text = comment.empty() ? "back to revision " + std::to_string(number) : comment;
        policy = commit(connection, document, text, actor, "policy.rollback");
    });
    serve(policy);
    return policy;
}

PublishedPtr PolicyDesk::revision(Revision number) const {
    std::optional<db::RevisionRow> row;
    database_.read([&](db::Connection& connection) {
        row = db::findRevision(connection, static_cast<std::int64_t>(number));
    });
    if (!row) throw Error(ErrorCode::kNotFound, "there is no revision " + std::to_string(number));
    return publishedOf(*row);
}

std::vector<RevisionSummary> PolicyDesk::revisions(Revision before, int limit) const {
    const auto bound = before == 0 ? INT64_MAX : static_cast<std::int64_t>(before);
    std::vector<RevisionSummary> list;
    database_.read([&](db::Connection& connection) {
        list.clear();
        for (const auto& row : db::listRevisions(connection, bound, limit))
            list.push_back({static_cast<Revision>(row.number), row.digest, row.publishedBy, row.note,
                            fromMillis(row.published), static_cast<std::size_t>(row.rules)});
    });
    return list;
}

}  // namespace weir
