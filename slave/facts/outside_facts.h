// The facts about one mail that a node finds out from others: scanners, DNS, directory, counters,
// catalogs.
//
// Each is asked at most once a mail. Never throws. One thread.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "common/policy/facts.h"
#include "slave/dns/mail_dns.h"
#include "slave/facts/dmarc_sighting.h"
#include "slave/facts/sender_authentication.h"
#include "slave/facts/services.h"

namespace weir {

class OutsideFacts final : public FactSource {
  public:
    // kTry: a test that leaves no trace: nothing is counted, and greylisting lets everything pass.
    enum class Use { kMail, kTry };

    // All must outlive it.
    OutsideFacts(const Envelope& envelope, const Message& message, const CompiledPolicy& policy,
                 Services& services, PolicyServicesPtr asked, TimePoint time, Use use = Use::kMail);
    ~OutsideFacts() override;

    void expect(const FactGroups& groups) override;
    FactAnswer values(const FieldSpec& field, const std::string& argument, const std::string& recipient,
                      MailContent& content) override;
    GreylistWait greylist(const std::string& recipient) override;
    RateAnswer rate(const std::string& name, const std::string& recipient) override;

    // What was found, where it was asked: for the event.
    const std::vector<std::string>& viruses() const { return viruses_; }
    // nullptr where nobody asked.
    const SenderAuthentication* authentication() const {
        return authentication_ ? &*authentication_ : nullptr;
    }
    const SenderAuthentication& authenticate();
    // What dmarcSighting() says of this mail, where the section dmarc-reports wants it told.
    std::optional<DmarcSighting> sighting();
    // Milliseconds that were waited for each: "virus", "rspamd", "dns" …
    const std::map<std::string, double>& waited() const { return waited_; }
    // Scanners that gave no answer, each with the reason.
    const std::vector<std::string>& failures() const { return failures_; }

  private:
    struct Scan {
        std::optional<ScanTicket> ticket;
        const ScanOutcome* outcome = nullptr;
    };
    const ScanOutcome* scan(const char* name, const char* stage);
    void start(const char* name);
    void addFailure(const char* name, const ScannerSection& section, const ScanOutcome& outcome,
                    FactAnswer& answer);
    FactAnswer virus(Field field);
    FactAnswer spam(Field field, const char* name, const ScannerSection& section);
    FactAnswer authenticationValues(Field field);
    FactAnswer dnsLists(Field field, MailContent& content);
    std::vector<std::string> listed(const DnsListSection& list, MailContent& content);
    FactAnswer directory(const std::string& address);
    FactAnswer verification(const std::string& recipient);
    FactAnswer location(Field field);
    FactAnswer userList(const std::string& recipient);
    std::optional<std::string> rateKey(const RateSection& rate, const std::string& recipient) const;

    const Envelope& envelope_;
    const Message& message_;
    const CompiledPolicy& policy_;
    Services& services_;
    const PolicyServicesPtr asked_;
    const TimePoint time_;
    const Use use_;
    const std::shared_ptr<const UserLists> userLists_;   // nullptr: none came yet
    const std::shared_ptr<const LearnedModel> learned_;  // the same
    MailDns dns_;
    std::map<std::string, Scan> scans_;
    std::optional<SenderAuthentication> authentication_;
    std::map<std::string, FactAnswer>
        known_;  // answers that several fields are made of, or several recipients want
    std::map<std::string, RateAnswer> rates_;
    std::chrono::milliseconds askingLeft_{20'000};  // for recipient servers
    std::vector<std::string> viruses_, failures_;
    std::set<std::string> failed_;
    std::map<std::string, double> waited_;
};

}  // namespace weir
