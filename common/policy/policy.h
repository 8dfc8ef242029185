// A policy: lists, rules and sections, as edited in the draft and published as a revision (DESIGN section 6).
//
// parsePolicy() checks everything that can be checked without a node: types, names of fields and operators,
// lists that exist, regular expressions that are searched in linear time, codes, limits.
#pragma once

#include <map>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/error.h"
#include "common/base/json.h"

namespace weir {

struct ParsedPolicy;  // the checked tree, defined in rule.h
using PolicyPtr = std::shared_ptr<const ParsedPolicy>;

// All problems, not only the first: where = JSON pointer into the document.
using PolicyProblems = std::vector<Problem>;
tl::expected<PolicyPtr, PolicyProblems> parsePolicy(const Json& document);

// The same for a draft: it may also not hold mail in a queue that the section queues does not name. A node
// takes such a revision all the same, since older ones had no such section.
tl::expected<PolicyPtr, PolicyProblems> checkDraft(const Json& document);

// What is allowed and yet probably not meant: lists that no rule uses, virus conditions while the scanner is
// off, rules that are never reached.
PolicyProblems policyWarnings(const ParsedPolicy& policy);

// The document a node gets: rules and levels that do not concern it left out, lower levels merged in
// (cluster < group < node; the lowest wins). Lists are replaced whole, settings one by one; a level's rule
// with the id of a rule above it replaces that rule in its place, its other rules run before those above.
// Among a node's groups the last by name wins. `document` must have passed parsePolicy().
Json effectivePolicy(const Json& document, const std::string& nodeName,
                     const std::vector<std::string>& groups);

// Nodes and groups the document refers to, as "node:NAME" and "group:NAME", sorted: for "what does this
// publish reach".
std::vector<std::string> referredNodes(const Json& document);

// The description of every field, operator, action and section, from which the console draws its form
// (GET /api/v1/policy-schema).
Json policySchema();

// SHA-256 over the canonical text: what a node reports as the digest it runs.
std::string policyDigest(const Json& document);

}  // namespace weir
