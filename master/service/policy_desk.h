// The policy from draft to revision: one draft, edited with an ETag; published as an immutable numbered
// revision.
//
// Thread-safe. Every change is one transaction together with its audit entry. published() is what the nodes
// get: it changes only after the revision is committed, and a reader keeps what it took.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "common/base/clock.h"
#include "common/base/ids.h"
#include "common/base/snapshot.h"
#include "common/policy/policy.h"
#include "master/db/database.h"
#include "master/service/audit.h"

namespace weir {

struct PublishedPolicy {
    Revision revision = 0;
    std::string digest;                    // policyDigest() of the whole document
    std::shared_ptr<const Json> document;  // all levels; effectivePolicy() makes a node's
    TimePoint published;
    std::string publishedBy, comment;
};
using PublishedPtr = std::shared_ptr<const PublishedPolicy>;

struct RevisionSummary {
    Revision revision = 0;
    std::string digest, publishedBy, comment;
    TimePoint published;
    std::size_t rules = 0;
};

struct PolicyDraft {
    std::shared_ptr<const Json> document;
    std::string etag;      // strong, with quotes: "\"d-…\""
    Revision base = 0;     // the revision it was made from
    bool changed = false;  // false: no draft, the document is the published one
    std::string changedBy;
    std::optional<TimePoint> changedAt;
};

// The ETag that came with a change is not the present one: somebody else was faster.
struct StaleEtag : Error {
    StaleEtag() : Error(ErrorCode::kConflict, "the draft or the published policy has changed meanwhile") {}
};

class PolicyDesk {
  public:
    explicit PolicyDesk(db::Database& database);

    // Reads the newest revision. With none in the database, publishes `defaultDocument` as revision 1. Throws
    // Error: kUnavailable (call again later), kInvalid when the default does not parse. Call once before
    // serving.
    void load(const Json& defaultDocument);
    // nullptr until load() has succeeded: a node that asks then must be told "unavailable", not "no policy".
    PublishedPtr published() const { return published_.get(); }
    // Looks whether the database has a newer revision than published(): one whose commit was uncertain, or
    // that another master published. True when it did. Call it every few seconds.
    bool refresh();

    PolicyDraft draft() const;
    // Problems when the document does not parse: nothing is stored. Throws Error kConflict when `ifMatch` is
    // not the present ETag.
    tl::expected<PolicyDraft, PolicyProblems> putDraft(const Json& document, const std::string& ifMatch,
                                                       const Actor& actor);
    void discardDraft(const Actor& actor);  // none: nothing happens

    // The draft becomes the next revision. Throws StaleEtag; Error kConflict when nothing is changed,
    // kInvalid when the draft no longer parses.
    PublishedPtr publish(const std::string& ifMatch, const std::string& comment, const Actor& actor);
    // The content of an old revision becomes the next one; a draft stays as it is. Throws kNotFound.
    PublishedPtr rollBack(Revision revision, const std::string& comment, const Actor& actor);

    PublishedPtr revision(Revision number) const;                              // throws Error kNotFound
    std::vector<RevisionSummary> revisions(Revision before, int limit) const;  // newest first; before 0: all

  private:
    PublishedPtr commit(db::Connection& connection, std::shared_ptr<const Json> document,
                        const std::string& comment, const Actor& actor, const char* action) const;
    PublishedPtr newest(db::Connection& connection) const;  // the snapshot when it is that one
    void serve(const PublishedPtr& revision);               // never goes back to an older one

    db::Database& database_;
    std::mutex serving_;
    Snapshot<PublishedPolicy> published_;
};

}  // namespace weir
