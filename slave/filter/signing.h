// Signs what leaves, and seals what was changed on its way in: the last step before a mail is handed over.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/base/clock.h"
#include "common/base/guarded.h"
#include "common/mail/envelope.h"
#include "common/policy/policy_sections.h"
#include "slave/auth/signing_key.h"
#include "slave/filter/inspection.h"
#include "slave/filter/outgoing_mail.h"

namespace weir {

// The private keys in a folder of this node: SELECTOR.DOMAIN.pem. A file that changed is read again.
// Thread-safe.
class SigningKeys {
  public:
    explicit SigningKeys(std::filesystem::path folder);
    ~SigningKeys();
    SigningKeys(SigningKeys&&) noexcept;

    // nullptr where there is none that can be used; logged once for each file until it changes.
    std::shared_ptr<const SigningKey> find(const std::string& selector, const std::string& domain) const;

  private:
    struct State;
    std::unique_ptr<State> state_;
};

// "SELECTOR.DOMAIN.pem" of every key that the section signing names and this node cannot sign with.
std::vector<std::string> missingKeys(const PolicySections& sections, const SigningKeys& keys);

// The recipients' domain, where the section signing says to seal mail for it: then its sender is
// authenticated, whether a rule asks or not.
std::optional<std::string> sealingDomain(const Envelope& envelope, const PolicySections& sections);

// Adds to `mail` on top: DKIM-Signature fields where an outbound mail's From domain is in the section
// signing; the three ARC fields where an inbound mail's recipient domain has `seal`. What cannot be signed
// goes unsigned, and `mail.notDone` says why.
void signOutgoing(const Message& received, const Envelope& envelope, const Inspected& inspected,
                  const PolicySections& sections, const SigningKeys& keys, TimePoint time,
                  OutgoingMail& mail);

}  // namespace weir
