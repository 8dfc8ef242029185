// Any bytes as what a hostile DNS says: each line is a TXT record, every name has some of them, and hosts,
// names and addresses besides. Whatever they are, SPF and DMARC end within their limits. All of it once more
// as one message, and as a DMARC report.
#include <algorithm>
#include <functional>

#include "common/dmarc/report_file.h"
#include "common/dmarc/report_writer.h"
#include "slave/auth/dmarc.h"
#include "slave/auth/dmarc_destination.h"
#include "slave/dns/dns_message.h"
#include "tests/fuzz/fuzz_target.h"

using namespace weir;
using weir::test::mustHold;

namespace {

constexpr unsigned kMostQuestions =
    1 + 10 * 11 + 11 + 2;  // records, mx or ptr of each term, %{p}, explanation

class LinesSource : public DnsSource {
  public:
    explicit LinesSource(std::string_view text) {
        while (!text.empty() && lines_.size() < 64) {
            const std::size_t end = std::min(text.find('\n'), text.size());
            lines_.emplace_back(text.substr(0, end));
            text.remove_prefix(std::min(end + 1, text.size()));
        }
        if (lines_.empty()) lines_.emplace_back();
    }

    DnsAnswer lookup(const std::string& name, DnsType type) override {
        const std::size_t pick = std::hash<std::string>()(name) + static_cast<std::size_t>(type);
        if (pick % 17 == 0) return {DnsAnswer::State::kTempError, {}, {}, "away"};
        if (pick % 7 == 0) return {DnsAnswer::State::kNoData, {}, {}, ""};
        DnsAnswer answer{DnsAnswer::State::kFound, {}, {}, ""};
        switch (type) {
            case DnsType::kTxt:
                answer.records = {lines_[pick % lines_.size()]};
                break;
            case DnsType::kA:
                answer.records = {pick % 3 == 0 ? "192.0.2.1" : "203.0.113.9", lines_[pick % lines_.size()]};
                break;
            case DnsType::kAaaa:
                answer.records = {"2001:db8::1"};
                break;
            case DnsType::kMx:
            case DnsType::kPtr:
                for (std::size_t i = 0; i < pick % 14; ++i)
                    answer.records.push_back(lines_[(pick + i) % lines_.size()]);
                break;
        }
        return answer;
    }
    const std::string& line(std::size_t i) const { return lines_[i % lines_.size()]; }

  private:
    std::vector<std::string> lines_;
};

bool isPrintable(const std::string& text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

void trySpf(LinesSource& dns) {
    for (const char* address : {"192.0.2.1", "2001:db8::1"}) {
        SpfQuestion question;
        question.address = address;
        question.helo = dns.line(1);
        question.sender = dns.line(2) + "@example.org";
        const SpfOutcome outcome = checkHost(question, dns);
        mustHold(outcome.lookups <= SpfLimits().lookups + 1, "no more terms than the limit");
        mustHold(outcome.voidLookups <= SpfLimits().voidLookups + 1, "no more void look-ups than the limit");
        mustHold(outcome.questions <= kMostQuestions, "few questions");
        mustHold(isPrintable(outcome.explanation), "an explanation is printable");
        mustHold(outcome.explanation.size() <= SpfLimits().explanationBytes, "an explanation is short");
    }
    const std::string record = "v=spf1 " + dns.line(0);
    if (const auto parsed = parseSpfRecord(record)) {
        mustHold(isPrintable(record), "a record that was read is ASCII");
    } else {
        mustHold(!parsed.error().text().empty(), "a problem has words");
    }
}

void tryDmarc(LinesSource& dns, const PublicSuffixes& suffixes) {
    const DmarcQuestion question{{dns.line(0), "a.example.org", dns.line(3)},
                                 {SpfResult::kPass, dns.line(1)},
                                 {{dns.line(2), true, "s", false}},
                                 50};
    const DmarcOutcome outcome = evaluateDmarc(question, suffixes, dns);
    mustHold(outcome.result == DmarcResult::kFail || outcome.applied == DmarcPolicy::kNone,
             "a policy applies to a fail alone");
    const auto record = parseDmarcRecord("v=DMARC1; p=reject; rua=" + dns.line(0));
    if (!record) return;
    mustHold(record->percent <= 100, "a percentage");
    for (const DmarcReportUri& uri : record->aggregate) {
        mustHold(isPrintable(uri.uri) && isPrintable(uri.address), "a URI is printable");
        mustHold(uri.address.find_first_of(" <>") == std::string::npos, "an address is one word");
        verifyReportDestination("example.org", uri, suffixes, dns);
    }
}

void tryMessage(std::string_view bytes) {
    for (const DnsType type : {DnsType::kA, DnsType::kAaaa, DnsType::kMx, DnsType::kTxt, DnsType::kPtr}) {
        const DnsReply reply = readDnsReply(bytes, "a.test", type);
        mustHold(reply.answer.found() == !reply.answer.records.empty(), "found is to have records");
        mustHold(reply.answer.records.size() <= DnsMessageLimits().records, "no more records than the limit");
    }
}

// A report as it is, and within the elements that lead to rows.
void tryReport(const std::string& text) {
    const std::string framed =
        "<feedback><report_metadata><org_name>o</org_name><report_id>1</report_id></report_metadata>"
        "<policy_published><domain>a.test</domain></policy_published><record><row><source_ip>192.0.2.1"
        "</source_ip><count>1</count></row>" +
        text + "</record></feedback>";
    for (const std::string& xml : {text, framed}) {
        const auto report = readReportFile(xml);
        if (!report) {
            mustHold(!report.error().text().empty(), "a problem has words");
            continue;
        }
        mustHold(report->rows.size() <= ReportLimits().rows, "no more rows than the limit");
        const auto again = parseAggregateReport(toXml(*report));
        mustHold(again && again->rows == report->rows, "what was read is written and read as the same");
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const PublicSuffixes suffixes;
    const auto text = test::inputOf(data, size);
    LinesSource dns(text);
    trySpf(dns);
    tryDmarc(dns, suffixes);
    tryMessage(text);
    tryReport(std::string(text));
    return 0;
}
