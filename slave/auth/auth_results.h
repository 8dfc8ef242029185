// Authentication-Results (RFC 8601): what this server found out about a mail, for those who read it next.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "slave/auth/arc_verify.h"
#include "slave/auth/dkim_verify.h"

namespace weir {

struct AuthProperty {
    std::string type;  // "smtp", "header", "body", "policy"
    std::string name;  // "mailfrom", "d", …
    std::string value;
    bool operator==(const AuthProperty&) const = default;
};

struct AuthResult {
    std::string method;   // "spf", "dkim", "dmarc", "arc", "auth", …
    std::string result;   // "pass", "fail", "none", …
    std::string comment;  // for people; empty: none
    std::string reason;   // empty: none
    std::vector<AuthProperty> properties;
    bool operator==(const AuthResult&) const = default;
};

struct AuthResultsStyle {
    bool utf8 = false;             // the mail is sent with SMTPUTF8: other bytes than ASCII may stay
    std::size_t valueBytes = 255;  // longer values are cut
};

// The field's value after "Authentication-Results: ", lines joined by "\n " (AddedField). "id; none" without
// results. Comments, reasons and values may be any bytes: quoted where the grammar wants it, control
// characters and what is not valid become "?". Throws Error kInvalid for a method, result or property that is
// no keyword.
std::string authenticationResults(const std::string& authservId, const std::vector<AuthResult>& results,
                                  const AuthResultsStyle& style = {});

// One for each signature, one for those that were skipped, and "none" for a mail without any.
std::vector<AuthResult> authResultsOf(const DkimOutcome& outcome);
AuthResult authResultOf(const ArcOutcome& outcome);

}  // namespace weir
