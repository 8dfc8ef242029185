#include "common/wire/dmarc_fields.h"

#include <algorithm>

#include "common/base/utf8.h"

namespace weir {
namespace {

using namespace event_limits;

std::string_view cut(std::string_view text, std::size_t limit = kShort) {
    return cutUtf8(text, limit);
}

template <class T, class Write>
void writeList(JsonWriter& out, const char* name, const std::vector<T>& all, std::size_t most, Write write) {
    if (all.empty()) return;
    out.key(name).beginArray();
    for (std::size_t i = 0; i < std::min(most, all.size()); ++i) {
        out.beginObject();
        write(all[i]);
        out.endObject();
    }
    out.endArray();
}

void writeRowMembers(JsonWriter& out, const DmarcRow& row) {
    out.member("source", cut(row.source)).member("count", row.count).member("disposition", row.disposition);
    if (row.dkimAligned) out.member("dkim_aligned", true);
    if (row.spfAligned) out.member("spf_aligned", true);
    writeList(out, "reasons", row.reasons, kDmarcResults, [&](const DmarcReason& one) {
        out.memberIfAny("type", cut(one.type)).memberIfAny("comment", cut(one.comment));
    });
    out.memberIfAny("header_from", cut(row.headerFrom))
        .memberIfAny("envelope_from", cut(row.envelopeFrom))
        .memberIfAny("envelope_to", cut(row.envelopeTo));
    writeList(out, "dkim", row.dkim, kDmarcResults, [&](const DmarcDkimResult& one) {
        out.memberIfAny("domain", cut(one.domain))
            .memberIfAny("selector", cut(one.selector))
            .memberIfAny("result", cut(one.result));
    });
    writeList(out, "spf", row.spf, kDmarcResults, [&](const DmarcSpfResult& one) {
        out.memberIfAny("domain", cut(one.domain))
            .memberIfAny("scope", cut(one.scope))
            .memberIfAny("result", cut(one.result));
    });
}

void writeDestinationMembers(JsonWriter& out, const DmarcDestination& destination) {
    out.member("address", cut(destination.address, kAddress));
    if (destination.maxBytes != 0)
        out.member("max_bytes", std::min<std::uint64_t>(destination.maxBytes, INT64_MAX));
}

}  // namespace

void writeDmarcPublished(JsonWriter& out, const DmarcPublished& published) {
    out.beginObject().member("domain", cut(published.domain)).member("p", published.policy);
    out.memberIfAny("sp", published.subdomainPolicy);
    out.member("adkim", published.dkimAlignment).member("aspf", published.spfAlignment);
    out.member("pct", published.percent).memberIfAny("fo", cut(published.failureOptions)).endObject();
}

void writeDmarcRow(JsonWriter& out, const DmarcRow& row) {
    out.beginObject();
    writeRowMembers(out, row);
    out.endObject();
}

void writeDmarcDestination(JsonWriter& out, const DmarcDestination& destination) {
    out.beginObject();
    writeDestinationMembers(out, destination);
    out.endObject();
}

void writeDmarcSighting(JsonWriter& out, const DmarcSighting& sighting) {
    out.beginObject().key("published");
    writeDmarcPublished(out, sighting.published);
    writeList(out, "destinations", sighting.destinations, kDmarcDestinations,
              [&](const DmarcDestination& one) { writeDestinationMembers(out, one); });
    writeRowMembers(out, sighting.row);
    out.endObject();
}

void writeReceivedReport(JsonWriter& out, const ReceivedReport& received) {
    const AggregateReport& report = received.report;
    out.beginObject()
        .memberIfAny("from", cut(received.from))
        .member("authenticated", received.authenticated)
        .member("organization", cut(report.organization))
        .memberIfAny("email", cut(report.email))
        .memberIfAny("contact", cut(report.contact))
        .member("id", cut(report.id))
        .member("begin", report.begin)
        .member("end", report.end)
        .key("published");
    writeDmarcPublished(out, report.published);
    writeList(out, "rows", report.rows, kDmarcRows, [&](const DmarcRow& row) { writeRowMembers(out, row); });
    if (report.omittedRows != 0) out.member("omitted_rows", report.omittedRows);
    if (report.omittedMails != 0) out.member("omitted_mails", report.omittedMails);
    out.endObject();
}

}  // namespace weir
