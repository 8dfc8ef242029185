// What one mail adds to the DMARC report that the domain in its From field gets (RFC 7489 section 7.2).
#pragma once

#include <optional>

#include "common/dmarc/aggregate_report.h"
#include "common/mail/envelope.h"
#include "common/mail/verdict.h"
#include "common/policy/policy_sections.h"
#include "slave/facts/sender_authentication.h"

namespace weir {

// Mail from outside, which somebody may want to be told about: inbound, not authenticated, from an address.
bool isReported(const Envelope& envelope, const DmarcReportsSection& section);

// All but the disposition. Nothing where no report is due: the domain has no valid record, asks for no
// reports by mail, is skipped, or nobody at the addresses it names wants them (section 7.1). One that cannot
// be asked now is left out, since another mail may know it. At most four addresses are looked up.
std::optional<DmarcSighting> dmarcSighting(const SenderAuthentication& found, const Envelope& envelope,
                                           const DmarcReportsSection& section, DnsSource& dns);

// What was done with it, and why where that is not what the record asks for. Nothing for a tempfail: the mail
// comes again. Of a mail that passed the disposition is none, whatever else it was refused for.
std::optional<DmarcSighting> withDisposition(DmarcSighting sighting, const SenderAuthentication& found,
                                             VerdictKind verdict);

}  // namespace weir
