// The parts of a DMARC report as JSON: in events, and in what the master keeps.
//
// Writing cuts texts to the limits of event_limits.h, reading refuses what is longer.
#pragma once

#include <string_view>

#include "common/dmarc/aggregate_report.h"
#include "common/wire/event_limits.h"
#include "common/wire/field_reader.h"
#include "common/wire/json_writer.h"

namespace weir {

// Each writes one object.
void writeDmarcPublished(JsonWriter& out, const DmarcPublished& published);
void writeDmarcRow(JsonWriter& out, const DmarcRow& row);
void writeDmarcDestination(JsonWriter& out, const DmarcDestination& destination);
void writeDmarcSighting(JsonWriter& out, const DmarcSighting& sighting);
void writeReceivedReport(JsonWriter& out, const ReceivedReport& received);

// Each reads the object that `in` was made of; its problem is the reader's.
template <class Source>
class DmarcFields {
    using Reader = FieldReader<Source>;
    using Value = typename Source::Value;
    static constexpr std::size_t kGrown = 3;  // see event_limits.h
    static constexpr std::size_t kText = event_limits::kShort * kGrown;

    template <class T, class Read>
    static std::vector<T> list(Reader& in, const char* name, std::size_t most, Read read) {
        std::vector<T> all;
        if (const Value values = in.array(name, most)) {
            Source::each(values, [&](const Value& value) {
                Reader one(value, name);
                all.push_back(read(one));
                if (one.problem()) in.fail(*one.problem());
            });
        }
        return all;
    }
    static std::string oneOf(Reader& in, const char* name, std::initializer_list<std::string_view> words,
                             const char* fallback) {
        std::string word = in.textOr(name, event_limits::kShort, fallback);
        for (const std::string_view one : words)
            if (word == one) return word;
        in.fail(name, "unknown word \"" + word + "\"");
        return fallback;
    }

  public:
    static DmarcPublished published(Reader& in) {
        DmarcPublished all;
        all.domain = in.text("domain", kText);
        all.policy = oneOf(in, "p", {"none", "quarantine", "reject"}, "none");
        all.subdomainPolicy = oneOf(in, "sp", {"", "none", "quarantine", "reject"}, "");
        all.dkimAlignment = oneOf(in, "adkim", {"r", "s"}, "r");
        all.spfAlignment = oneOf(in, "aspf", {"r", "s"}, "r");
        all.percent = static_cast<std::uint32_t>(in.integerOr("pct", 0, 100, 100));
        all.failureOptions = in.textOr("fo", kText);
        return all;
    }
    static DmarcRow row(Reader& in) {
        using namespace event_limits;
        DmarcRow row;
        row.source = in.text("source", kText);
        row.count = static_cast<std::uint64_t>(in.integerOr("count", 0, std::int64_t{1} << 40, 1));
        row.disposition = oneOf(in, "disposition", {"none", "quarantine", "reject"}, "none");
        row.dkimAligned = in.flagOr("dkim_aligned");
        row.spfAligned = in.flagOr("spf_aligned");
        row.reasons = list<DmarcReason>(in, "reasons", kDmarcResults, [](Reader& one) {
            return DmarcReason{one.textOr("type", kText), one.textOr("comment", kText)};
        });
        row.headerFrom = in.textOr("header_from", kText);
        row.envelopeFrom = in.textOr("envelope_from", kText);
        row.envelopeTo = in.textOr("envelope_to", kText);
        row.dkim = list<DmarcDkimResult>(in, "dkim", kDmarcResults, [](Reader& one) {
            return DmarcDkimResult{one.textOr("domain", kText), one.textOr("selector", kText),
                                   one.textOr("result", kText)};
        });
        row.spf = list<DmarcSpfResult>(in, "spf", kDmarcResults, [](Reader& one) {
            return DmarcSpfResult{one.textOr("domain", kText), one.textOr("scope", kText),
                                  one.textOr("result", kText)};
        });
        return row;
    }
    static DmarcDestination destination(Reader& in) {
        return {in.text("address", event_limits::kAddress * kGrown), in.naturalOr("max_bytes")};
    }
    static std::vector<DmarcDestination> destinations(Reader& in) {
        return list<DmarcDestination>(in, "destinations", event_limits::kDmarcDestinations, destination);
    }
    static DmarcSighting sighting(Reader& in) {
        DmarcSighting sighting;
        if (const Value value = in.object("published")) {
            Reader one(value, "/published");
            sighting.published = published(one);
            if (one.problem()) in.fail(*one.problem());
        } else {
            in.fail("published", "missing; expected an object");
        }
        sighting.destinations = destinations(in);
        sighting.row = row(in);
        return sighting;
    }
    static ReceivedReport received(Reader& in) {
        ReceivedReport all;
        AggregateReport& report = all.report;
        all.from = in.textOr("from", kText);
        all.authenticated = in.flagOr("authenticated");
        report.organization = in.text("organization", kText);
        report.email = in.textOr("email", kText);
        report.contact = in.textOr("contact", kText);
        report.id = in.text("id", kText);
        report.begin = in.natural("begin");
        report.end = in.natural("end");
        if (const Value value = in.object("published")) {
            Reader one(value, "/published");
            report.published = published(one);
            if (one.problem()) in.fail(*one.problem());
        }
        report.rows = list<DmarcRow>(in, "rows", event_limits::kDmarcRows, row);
        report.omittedRows = in.naturalOr("omitted_rows");
        report.omittedMails = in.naturalOr("omitted_mails");
        return all;
    }
};

}  // namespace weir
