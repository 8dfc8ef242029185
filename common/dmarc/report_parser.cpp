#include "common/dmarc/report_parser.h"

#include <arpa/inet.h>
#include <expat.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <memory>
#include <optional>
#include <string>

#include "common/base/utf8.h"
#include "common/mail/ascii.h"

namespace weir {
namespace {

constexpr std::uint64_t kMostMails = std::uint64_t{1} << 40;  // of a row: sums never overflow
constexpr std::uint64_t kLastSecond = 253'402'300'799;        // the year 9999
constexpr std::array<std::string_view, 3> kPolicies = {"none", "quarantine", "reject"};

std::string_view trimmed(std::string_view text) {
    const auto space = [](char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; };
    while (!text.empty() && space(text.front())) text.remove_prefix(1);
    while (!text.empty() && space(text.back())) text.remove_suffix(1);
    return text;
}

bool isWord(std::string_view text) {
    return text.size() <= 32 && std::all_of(text.begin(), text.end(), [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
           });
}

std::size_t sizeOf(const DmarcRow& row) {
    std::size_t size =
        row.source.size() + row.headerFrom.size() + row.envelopeFrom.size() + row.envelopeTo.size();
    for (const DmarcReason& one : row.reasons) size += one.type.size() + one.comment.size();
    for (const DmarcDkimResult& one : row.dkim)
        size += one.domain.size() + one.selector.size() + one.result.size();
    for (const DmarcSpfResult& one : row.spf)
        size += one.domain.size() + one.scope.size() + one.result.size();
    return size + 200;  // names and marks around them
}

class Reading {
  public:
    explicit Reading(const ReportLimits& limits) : limits_(limits), parser_(::XML_ParserCreate(nullptr)) {
        if (!parser_) throw std::bad_alloc();
        ::XML_SetHashSalt(parser_.get(), 0x5745'4952);  // else it asks the system for a random one
        ::XML_SetUserData(parser_.get(), this);
        ::XML_SetElementHandler(
            parser_.get(), [](void* self, const XML_Char* name, const XML_Char**) { of(self).begin(name); },
            [](void* self, const XML_Char*) { of(self).end(); });
        ::XML_SetCharacterDataHandler(parser_.get(), [](void* self, const XML_Char* text, int size) {
            of(self).text({text, static_cast<std::size_t>(size)});
        });
        ::XML_SetStartDoctypeDeclHandler(
            parser_.get(), [](void* self, const XML_Char*, const XML_Char*, const XML_Char*, int) {
                of(self).fail("a document type is not allowed");
            });
    }

    Expected<AggregateReport> run(std::string_view xml) {
        constexpr std::size_t kPiece = 1u << 20;
        bool sound = true;
        do {
            const std::string_view piece = xml.substr(0, kPiece);
            xml.remove_prefix(piece.size());
            sound = ::XML_Parse(parser_.get(), piece.data(), static_cast<int>(piece.size()), xml.empty()) ==
                    XML_STATUS_OK;
        } while (sound && !problem_ && !xml.empty());
        if (!sound && !problem_) fail(::XML_ErrorString(::XML_GetErrorCode(parser_.get())));
        if (!problem_) finish();
        if (problem_) return tl::unexpected<Problem>(*problem_);
        return std::move(report_);
    }

  private:
    static Reading& of(void* self) { return *static_cast<Reading*>(self); }

    void fail(const std::string& what) {
        if (problem_) return;
        problem_ = Problem{"line " + std::to_string(::XML_GetCurrentLineNumber(parser_.get())), what};
        ::XML_StopParser(parser_.get(), XML_FALSE);
    }

    void begin(std::string_view name) {
        name.remove_prefix(std::min(name.find(':') + 1, name.size()));  // npos + 1 is 0
        if (path_.size() >= limits_.depth)
            return fail("elements nest deeper than " + std::to_string(limits_.depth));
        if (path_.empty() && name != "feedback") return fail("expected <feedback>, found another document");
        path_.emplace_back(name.substr(0, 64));
        text_.clear();
        if (path_.size() == 2 && name == "record") {
            row_ = DmarcRow();
            counted_ = false;
        }
        if (!inRecord() || path_.size() < 4) return;
        if (path_.size() == 4 && path_[2] == "auth_results") {
            room_ = false;
            const std::size_t before = row_.dkim.size() + row_.spf.size();
            if (name == "dkim" && row_.dkim.size() < limits_.results) row_.dkim.emplace_back();
            if (name == "spf" && row_.spf.size() < limits_.results) row_.spf.emplace_back();
            room_ = row_.dkim.size() + row_.spf.size() > before;
        }
        if (path_.size() == 5 && name == "reason") {
            room_ = row_.reasons.size() < limits_.results;
            if (room_) row_.reasons.emplace_back();
        }
    }

    void text(std::string_view piece) {
        if (text_.size() + piece.size() > limits_.textBytes)
            return fail("a text over " + std::to_string(limits_.textBytes) + " bytes");
        text_ += piece;
    }

    void end() {
        if (path_.empty() || problem_) return;
        const std::string value(trimmed(text_));
        text_.clear();
        if (path_.size() >= 3) {
            if (path_[1] == "report_metadata") metadata(value);
            if (path_[1] == "policy_published" && path_.size() == 3) published(value);
            if (path_[1] == "record") record(value);
        }
        if (path_.size() == 2 && path_[1] == "record") keepRow();
        path_.pop_back();
    }

    bool inRecord() const { return path_.size() > 1 && path_[1] == "record"; }
    bool at(std::size_t depth, std::string_view parent, std::string_view name) const {
        return path_.size() == depth && path_[depth - 2] == parent && path_.back() == name;
    }

    void metadata(const std::string& value) {
        if (at(3, "report_metadata", "org_name")) report_.organization = plain(value);
        if (at(3, "report_metadata", "email")) report_.email = plain(value);
        if (at(3, "report_metadata", "extra_contact_info")) report_.contact = plain(value);
        if (at(3, "report_metadata", "report_id")) report_.id = plain(value);
        if (at(4, "date_range", "begin")) report_.begin = number(value, kLastSecond);
        if (at(4, "date_range", "end")) report_.end = number(value, kLastSecond);
    }

    void published(const std::string& value) {
        DmarcPublished& all = report_.published;
        const std::string& name = path_.back();
        if (name == "domain") all.domain = domain(value);
        if (name == "p") all.policy = policy(value);
        if (name == "sp" && !value.empty()) all.subdomainPolicy = policy(value);
        if (name == "adkim" && !value.empty()) all.dkimAlignment = alignment(value);
        if (name == "aspf" && !value.empty()) all.spfAlignment = alignment(value);
        if (name == "pct" && !value.empty()) all.percent = static_cast<std::uint32_t>(number(value, 100));
        if (name == "fo") all.failureOptions = plain(value, 16);
    }

    void record(const std::string& value) {
        if (at(4, "row", "source_ip")) row_.source = address(value);
        if (at(4, "row", "count")) {
            row_.count = number(value, kMostMails);
            counted_ = true;
        }
        if (at(5, "policy_evaluated", "disposition")) row_.disposition = policy(value);
        if (at(5, "policy_evaluated", "dkim")) row_.dkimAligned = lowered(value) == "pass";
        if (at(5, "policy_evaluated", "spf")) row_.spfAligned = lowered(value) == "pass";
        if (path_.size() == 6 && path_[4] == "reason" && room_ && !row_.reasons.empty()) {
            if (path_[5] == "type") row_.reasons.back().type = word(value);
            if (path_[5] == "comment") row_.reasons.back().comment = plain(value, 200);
        }
        if (at(4, "identifiers", "header_from")) row_.headerFrom = domain(value);
        if (at(4, "identifiers", "envelope_from")) row_.envelopeFrom = domain(value);
        if (at(4, "identifiers", "envelope_to")) row_.envelopeTo = domain(value);
        if (path_.size() == 5 && path_[2] == "auth_results" && room_) result(value);
    }

    void result(const std::string& value) {
        const std::string& name = path_.back();
        if (path_[3] == "dkim" && !row_.dkim.empty()) {
            if (name == "domain") row_.dkim.back().domain = domain(value);
            if (name == "selector") row_.dkim.back().selector = domain(value);
            if (name == "result") row_.dkim.back().result = word(value);
        } else if (path_[3] == "spf" && !row_.spf.empty()) {
            if (name == "domain") row_.spf.back().domain = domain(value);
            if (name == "scope") row_.spf.back().scope = word(value);
            if (name == "result") row_.spf.back().result = word(value);
        }
    }

    static std::string plain(const std::string& value, std::size_t most = 255) {
        std::string text = value;
        for (char& c : text)
            if (static_cast<unsigned char>(c) < ' ' || c == 0x7F) c = ' ';
        return std::string(trimmed(cutUtf8(text, most)));
    }
    std::string domain(const std::string& value) {
        if (value.size() > 255) fail("a domain of " + std::to_string(value.size()) + " bytes");
        return problem_ ? std::string() : lowered(plain(value));
    }
    std::string word(const std::string& value) {
        const std::string text = lowered(value);
        if (!isWord(text)) fail("<" + path_.back() + ">: expected a word");
        return problem_ ? std::string() : text;
    }
    std::string policy(const std::string& value) {
        const std::string text = lowered(value);
        if (std::find(kPolicies.begin(), kPolicies.end(), text) == kPolicies.end())
            fail("<" + path_.back() + ">: expected none, quarantine or reject");
        return problem_ ? std::string("none") : text;
    }
    std::string alignment(const std::string& value) {
        const std::string text = lowered(value);
        if (text != "r" && text != "s") fail("<" + path_.back() + ">: expected r or s");
        return problem_ ? std::string("r") : text;
    }
    std::uint64_t number(const std::string& value, std::uint64_t most) {
        std::uint64_t number = 0;
        const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
        if (error != std::errc() || end != value.data() + value.size() || number > most) {
            fail("<" + path_.back() + ">: expected a whole number up to " + std::to_string(most));
            return 0;
        }
        return number;
    }
    std::string address(const std::string& value) {
        std::array<unsigned char, sizeof(in6_addr)> bytes{};
        std::array<char, INET6_ADDRSTRLEN> shown{};
        for (const int family : {AF_INET, AF_INET6})
            if (::inet_pton(family, value.c_str(), bytes.data()) == 1 &&
                ::inet_ntop(family, bytes.data(), shown.data(), shown.size()) != nullptr)
                return shown.data();
        fail("<source_ip>: expected an IP address");
        return {};
    }

    void keepRow() {
        if (row_.source.empty() || !counted_) return fail("a record without source_ip or count");
        if (row_.headerFrom.empty()) row_.headerFrom = report_.published.domain;
        report_.rows.push_back(std::move(row_));
        row_ = DmarcRow();
        if (report_.rows.size() >= 2 * limits_.rows + 1) cutRows(limits_.rows);
    }

    void omit(const DmarcRow& row) {
        ++report_.omittedRows;
        report_.omittedMails = std::min(report_.omittedMails + row.count, kMostMails);
    }

    void cutRows(std::size_t most) {
        auto& rows = report_.rows;
        if (rows.size() <= most) return;
        const auto end = rows.begin() + static_cast<std::ptrdiff_t>(most);
        std::nth_element(rows.begin(), end, rows.end(),
                         [](const DmarcRow& a, const DmarcRow& b) { return a.count > b.count; });
        std::for_each(end, rows.end(), [this](const DmarcRow& row) { omit(row); });
        rows.erase(end, rows.end());
    }

    void finish() {
        if (report_.organization.empty()) return fail("no org_name");
        if (report_.id.empty()) return fail("no report_id");
        if (report_.published.domain.empty()) return fail("no policy_published with a domain");
        if (report_.end < report_.begin || report_.end - report_.begin > limits_.days * 86'400)
            return fail("date_range is not within " + std::to_string(limits_.days) + " days");
        cutRows(limits_.rows);
        auto& rows = report_.rows;
        std::stable_sort(rows.begin(), rows.end(),
                         [](const DmarcRow& a, const DmarcRow& b) { return a.count > b.count; });
        std::size_t bytes = 0, kept = 0;
        while (kept < rows.size() && (bytes += sizeOf(rows[kept])) <= limits_.keptBytes) ++kept;
        cutRows(kept);
    }

    struct Free {
        void operator()(XML_Parser parser) const { ::XML_ParserFree(parser); }
    };

    const ReportLimits& limits_;
    std::unique_ptr<std::remove_pointer_t<XML_Parser>, Free> parser_;
    std::vector<std::string> path_;
    std::string text_;
    AggregateReport report_;
    DmarcRow row_;
    bool counted_ = false, room_ = false;
    std::optional<Problem> problem_;
};

}  // namespace

bool isSound(const AggregateReport& report, const ReportLimits& limits) {
    const auto isPolicy = [](const std::string& word) {
        return std::find(kPolicies.begin(), kPolicies.end(), word) != kPolicies.end();
    };
    const auto isAlignment = [](const std::string& word) { return word == "r" || word == "s"; };
    const DmarcPublished& all = report.published;
    std::size_t bytes = 0;
    const auto sound = [&](const DmarcRow& row) {
        return isPolicy(row.disposition) && row.count <= kMostMails && !row.source.empty() &&
               row.dkim.size() <= limits.results && row.spf.size() <= limits.results &&
               row.reasons.size() <= limits.results && (bytes += sizeOf(row)) <= limits.keptBytes;
    };
    return !report.organization.empty() && !report.id.empty() && !all.domain.empty() &&
           isPolicy(all.policy) && (all.subdomainPolicy.empty() || isPolicy(all.subdomainPolicy)) &&
           isAlignment(all.dkimAlignment) && isAlignment(all.spfAlignment) && all.percent <= 100 &&
           report.begin <= report.end && report.end <= kLastSecond && report.rows.size() <= limits.rows &&
           std::all_of(report.rows.begin(), report.rows.end(), sound);
}

Expected<AggregateReport> parseAggregateReport(std::string_view xml, const ReportLimits& limits) {
    if (xml.size() > limits.bytes)
        return tl::unexpected<Problem>(Problem{"", "a report of " + std::to_string(xml.size()) +
                                                       " bytes; at most " + std::to_string(limits.bytes)});
    return Reading(limits).run(xml);
}

}  // namespace weir
