// SPF, DKIM, ARC and DMARC of one mail, together.
#pragma once

#include <string>
#include <vector>

#include "common/base/clock.h"
#include "common/mail/envelope.h"
#include "common/mail/message.h"
#include "common/policy/policy_sections.h"
#include "common/policy/rule_fields.h"
#include "slave/auth/auth_results.h"
#include "slave/auth/dmarc.h"

namespace weir {

struct SenderAuthentication {
    SpfOutcome spf;
    DkimOutcome dkim;
    ArcOutcome arc;
    DmarcOutcome dmarc;
    // A sealer that the policy trusts says, at the end of a whole ARC chain, that DMARC passed where it was:
    // DMARC counts as passed.
    bool chainTrusted = false;
    std::string results;  // the value of an Authentication-Results field (RFC 8601)

    // Of a field of the group kAuthentication.
    std::vector<std::string> values(Field field) const;
    // Why the field's value may be another one later; empty when it is final.
    std::string temporaryError(Field field) const;
};

// The name that Authentication-Results fields of this node bear.
std::string authservId(const AuthenticationSection& section, const std::string& hostName);

// Starts the look-ups that authenticateSender() will want, without waiting.
void expectAuthentication(const Envelope& envelope, const Message& message, DnsSource& dns);

// Waits for DNS as long as the source lets it. Never throws but std::bad_alloc.
SenderAuthentication authenticateSender(const Envelope& envelope, const Message& message,
                                        const AuthenticationSection& section, const std::string& hostName,
                                        TimePoint time, DnsSource& dns);

}  // namespace weir
