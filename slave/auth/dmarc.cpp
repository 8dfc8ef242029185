#include "slave/auth/dmarc.h"

#include <algorithm>

#include "slave/auth/domain_name.h"

namespace weir {
namespace {

using State = DnsAnswer::State;

std::string policyName(const std::string& domain) {
    return "_dmarc." + domain;
}

// The From domains as they are compared, each once, in their order; what is no domain name as received.
std::vector<std::string> differentDomains(const std::vector<std::string>& fromDomains, std::size_t most) {
    std::vector<std::string> different;
    for (const std::string& received : fromDomains) {
        const std::string domain = asciiDomain(received).value_or(received);
        if (std::find(different.begin(), different.end(), domain) != different.end()) continue;
        different.push_back(domain);
        if (different.size() == most) break;
    }
    return different;
}

class Evaluation {
  public:
    Evaluation(const DmarcQuestion& question, const PublicSuffixes& suffixes, DnsSource& dns,
               const DmarcLimits& limits)
        : question_(question), suffixes_(suffixes), dns_(dns), limits_(limits) {}

    DmarcDomain evaluate(const std::string& fromDomain);

  private:
    bool discover(DmarcDomain& domain);
    bool readRecord(DmarcDomain& domain, const std::string& at);
    void align(DmarcDomain& domain);

    const DmarcQuestion& question_;
    const PublicSuffixes& suffixes_;
    DnsSource& dns_;
    const DmarcLimits& limits_;
};

// True: discovery ends here, with a record or a result.
bool Evaluation::readRecord(DmarcDomain& domain, const std::string& at) {
    const DnsAnswer answer = dns_.lookup(policyName(at), DnsType::kTxt);
    if (answer.state == State::kTempError) {
        domain.result = DmarcResult::kTempError;
        domain.detail = "TXT of " + policyName(at) + ": " + answer.detail;
        return true;
    }
    const std::string* only = nullptr;
    for (const std::string& text : answer.records) {
        if (!isDmarcRecord(text)) continue;
        if (only != nullptr) {
            domain.result = DmarcResult::kPermError;
            domain.detail = policyName(at) + " has several records";
            return true;
        }
        only = &text;
    }
    if (only == nullptr) return false;
    domain.policyDomain = at;
    auto record = parseDmarcRecord(*only, limits_.record);
    if (record) {
        domain.record = std::move(*record);
    } else {
        domain.result = DmarcResult::kPermError;
        domain.detail = policyName(at) + ": " + record.error().text();
    }
    return true;
}

// Section 6.6.3. True: there is a record.
bool Evaluation::discover(DmarcDomain& domain) {
    const std::string organizational = suffixes_.organizationalDomain(domain.fromDomain);
    if (!readRecord(domain, domain.fromDomain) &&
        (organizational == domain.fromDomain || !readRecord(domain, organizational))) {
        domain.detail = "no DMARC record";
    }
    return domain.record.has_value();
}

void Evaluation::align(DmarcDomain& domain) {
    const DmarcRecord& record = *domain.record;
    const auto aligned = [&](const std::string& identifier, bool strict) {
        const auto name = asciiDomain(identifier);
        return name && isAligned(*name, domain.fromDomain, strict, suffixes_);
    };
    bool uncertain = false;
    if (question_.spf.result == SpfResult::kPass || question_.spf.result == SpfResult::kTempError) {
        const bool matches = aligned(question_.spf.domain, record.strictSpf);
        domain.spfAligned = matches && question_.spf.result == SpfResult::kPass;
        uncertain = matches && !domain.spfAligned;
    }
    for (const DmarcDkim& dkim : question_.dkim) {
        if ((!dkim.passed && !dkim.tempError) || !aligned(dkim.domain, record.strictDkim)) continue;
        if (dkim.passed) {
            domain.dkimAligned.push_back(dkim);
        } else {
            uncertain = true;
        }
    }
    if (domain.spfAligned || !domain.dkimAligned.empty()) {
        domain.result = DmarcResult::kPass;
    } else if (uncertain) {
        domain.result = DmarcResult::kTempError;
        domain.detail = "an aligned identifier cannot be verified now";
    } else {
        domain.result = DmarcResult::kFail;
    }
}

DmarcDomain Evaluation::evaluate(const std::string& fromDomain) {
    DmarcDomain domain;
    domain.fromDomain = fromDomain;
    if (!asciiDomain(fromDomain)) {
        domain.detail = "no domain name";
        return domain;
    }
    if (!discover(domain)) return domain;
    domain.published = domain.record->policyOf(domain.policyDomain != fromDomain);
    align(domain);
    if (domain.result == DmarcResult::kFail) {
        domain.applied = sampledPolicy(domain.published, domain.record->percent, question_.draw);
        domain.sampledOut = domain.applied != domain.published;
    }
    return domain;
}

// The more it matters the larger.
int weight(const DmarcDomain& domain) {
    switch (domain.result) {
        case DmarcResult::kPass:
            return 0;
        case DmarcResult::kNone:
            return 1;
        case DmarcResult::kPermError:
            return 2;
        case DmarcResult::kTempError:
            return 3;
        case DmarcResult::kFail:
            return 4 + static_cast<int>(domain.applied);
    }
    return 0;
}

}  // namespace

const char* toString(DmarcResult result) {
    static constexpr const char* kNames[] = {"none", "pass", "fail", "temperror", "permerror"};
    return kNames[static_cast<std::size_t>(result)];
}

bool isAligned(const std::string& identifier, const std::string& fromDomain, bool strict,
               const PublicSuffixes& suffixes) {
    if (identifier == fromDomain) return true;
    return !strict && suffixes.organizationalDomain(identifier) == suffixes.organizationalDomain(fromDomain);
}

DmarcPolicy sampledPolicy(DmarcPolicy published, unsigned percent, unsigned draw) {
    if (draw < percent) return published;
    return published == DmarcPolicy::kReject ? DmarcPolicy::kQuarantine : DmarcPolicy::kNone;
}

DmarcOutcome evaluateDmarc(const DmarcQuestion& question, const PublicSuffixes& suffixes, DnsSource& dns,
                           const DmarcLimits& limits) {
    DmarcOutcome outcome;
    Evaluation evaluation(question, suffixes, dns, limits);
    const auto all = differentDomains(question.fromDomains, limits.fromDomains + 1);
    for (const std::string& domain : all) {
        if (outcome.domains.size() == limits.fromDomains) break;
        outcome.domains.push_back(evaluation.evaluate(domain));
    }
    if (outcome.domains.empty()) {
        outcome.detail = "the From field has no domain";
        return outcome;
    }
    const auto decisive =
        std::max_element(outcome.domains.begin(), outcome.domains.end(),
                         [](const DmarcDomain& a, const DmarcDomain& b) { return weight(a) < weight(b); });
    outcome.decisive = static_cast<std::size_t>(decisive - outcome.domains.begin());
    outcome.result = decisive->result;
    outcome.applied = decisive->applied;
    outcome.detail = decisive->detail;
    const bool harmless = outcome.result == DmarcResult::kPass || outcome.result == DmarcResult::kNone;
    if (all.size() > limits.fromDomains && harmless) {
        outcome.result = DmarcResult::kPermError;
        outcome.detail = "more than " + std::to_string(limits.fromDomains) + " domains in the From field";
    }
    return outcome;
}

void expectDmarc(const std::vector<std::string>& fromDomains, const PublicSuffixes& suffixes, DnsSource& dns,
                 const DmarcLimits& limits) {
    for (const std::string& domain : differentDomains(fromDomains, limits.fromDomains)) {
        if (!asciiDomain(domain)) continue;
        dns.expect(policyName(domain), DnsType::kTxt);
        const std::string organizational = suffixes.organizationalDomain(domain);
        if (organizational != domain) dns.expect(policyName(organizational), DnsType::kTxt);
    }
}

}  // namespace weir
