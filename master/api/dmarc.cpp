// DMARC reports, received and sent:
//   GET  /api/v1/dmarc/received           ?from= &to= &limit=   our domains
//   GET  /api/v1/dmarc/received/{domain}  ?from= &to= &limit=   one of them: sources and reports
//   POST /api/v1/dmarc/received           a report as a file: XML, gzip or zip
//   GET  /api/v1/dmarc/sent               ?day= &limit= &cursor=
//   GET  /api/v1/dmarc/sent/{id}          XML
//   POST /api/v1/dmarc/sent               {"day", "domain"?, "again"?}: close and send now
#include <algorithm>
#include <nlohmann/json.hpp>

#include "common/mail/ascii.h"
#include "master/api/answers.h"
#include "master/api/resources.h"

namespace weir::api {

namespace {

using http::Reply;
using http::Request;

constexpr auto kDefaultSpan = std::chrono::hours(24 * 30);
constexpr std::size_t kFileLimit = 10u << 20;
constexpr std::size_t kSmallLimit = 16u << 10;

DmarcPeriod periodOf(const Request& request) {
    // A report may end with a day that is not over here.
    const auto to = timeOf(request, "to").value_or(now() + std::chrono::hours(24));
    const auto from = timeOf(request, "from").value_or(to - kDefaultSpan);
    if (from >= to) refuse({{"from", "is not before to"}}, 400);
    return {from, to};
}

Json secondsJson(std::int64_t seconds) {
    return timeJson(fromMillis(seconds * 1000));
}

Reply domains(ApiServices& services, Request& request) {
    Json items = Json::array();
    for (const auto& one : services.dmarc.domains(periodOf(request), limitOf(request)))
        items.push_back({{"domain", one.domain},
                         {"reports", one.reports},
                         {"organizations", one.organizations},
                         {"mails", one.mails},
                         {"passed", one.passed},
                         {"quarantined", one.quarantined},
                         {"rejected", one.rejected},
                         {"newest", secondsJson(one.last)}});
    return http::jsonReply(200, page(std::move(items), ""));
}

Json reportJson(const db::DmarcReceivedRow& one) {
    return {{"id", one.reportId},
            {"organization", one.organization},
            {"email", textOrNull(one.email)},
            {"begin", secondsJson(one.first)},
            {"end", secondsJson(one.last)},
            {"taken", timeJson(fromMillis(one.taken))},
            {"origin", textOrNull(one.origin)},
            {"authenticated", one.authenticated},
            {"published", parseJson(one.published).value_or(Json(nullptr))},
            {"mails", one.mails},
            {"passed", one.passed},
            {"omitted_mails", one.omittedMails}};
}

Reply domain(ApiServices& services, Request& request) {
    const auto name = lowered(request.pathParameter("domain"));
    const auto period = periodOf(request);
    const int limit = limitOf(request);
    Json sources = Json::array(), reports = Json::array();
    for (const auto& one : services.dmarc.sources(name, period, limit))
        sources.push_back({{"source", one.source},
                           {"mails", one.mails},
                           {"passed", one.passed},
                           {"dkim", one.dkim},
                           {"spf", one.spf},
                           {"quarantined", one.quarantined},
                           {"rejected", one.rejected}});
    for (const auto& one : services.dmarc.received(name, period, limit)) reports.push_back(reportJson(one));
    return http::jsonReply(
        200, {{"domain", name}, {"sources", std::move(sources)}, {"reports", std::move(reports)}});
}

Reply import(ApiServices& services, Request& request) {
    constexpr std::string_view kTypes[] = {"application/octet-stream", "application/xml", "text/xml",
                                           "application/gzip", "application/zip"};
    const std::string type =
        lowered(request.header("Content-Type").substr(0, request.header("Content-Type").find(';')));
    if (std::find(std::begin(kTypes), std::end(kTypes), type) == std::end(kTypes))
        throw http::Refusal{http::problemReply(
            415, "malformed", "send the file as application/octet-stream, XML, gzip or zip")};
    const auto imported = services.dmarc.import(actorOf(request), request.body);
    if (!imported) refuse({imported.error()});
    if (imported->taken == ReportTaken::kTooMany)
        throw Error(ErrorCode::kConflict,
                    "too many reports came today: no more are taken until midnight (UTC)");
    const bool fresh = imported->taken == ReportTaken::kNew;
    const auto& report = imported->report;
    return http::jsonReply(fresh ? 201 : 200, {{"new", fresh},
                                               {"domain", report.published.domain},
                                               {"organization", report.organization},
                                               {"id", report.id},
                                               {"rows", report.rows.size()}});
}

// "2026-01-01:1:example.com"
std::string idText(const db::DmarcKey& key) {
    return dayText(key.day) + ":" + std::to_string(key.part) + ":" + key.domain;
}

std::optional<db::DmarcKey> keyFromText(const std::string& text) {
    const auto day = dayFromText(text.substr(0, 10));
    const auto colon = text.find(':', 11);
    if (!day || text.size() < 12 || text[10] != ':' || colon == std::string::npos) return std::nullopt;
    const std::string part = text.substr(11, colon - 11);
    const bool digits = !part.empty() && part.size() < 9 &&
                        std::all_of(part.begin(), part.end(), [](char c) { return c >= '0' && c <= '9'; });
    if (!digits) return std::nullopt;
    return db::DmarcKey{*day, text.substr(colon + 1), std::stoll(part)};
}

Json sentJson(const DmarcSentReport& one) {
    const auto& report = one.report;
    Json destinations = Json::array();
    for (const auto& to : one.destinations)
        destinations.push_back(
            {{"address", to.address},
             {"state", to.state},
             {"tries", to.tries},
             {"next_try", to.state == "waiting" ? timeJson(fromMillis(to.nextTry)) : Json(nullptr)},
             {"changed", timeJson(fromMillis(to.changed))},
             {"detail", to.detail}});
    return {{"id", idText(report.key)},
            {"day", dayText(report.key.day)},
            {"part", report.key.part},
            {"domain", textOrNull(report.key.domain)},
            {"report_id", textOrNull(report.reportId)},
            {"rows", report.rows},
            {"mails", report.mails},
            {"left_out", report.leftOut},
            {"closed", timeJson(fromMillis(report.closed))},
            {"destinations", std::move(destinations)}};
}

Reply sent(ApiServices& services, Request& request) {
    std::optional<std::int64_t> day;
    if (const auto text = textOf(request, "day"); !text.empty()) {
        day = dayFromText(text);
        if (!day) refuse({{"day", "is not a day like 2026-11-21"}}, 400);
    }
    std::optional<db::DmarcKey> after;
    if (const auto cursor = textOf(request, "cursor"); !cursor.empty()) {
        after = keyFromText(cursor);
        if (!after) refuse({{"cursor", "is none of an earlier answer"}}, 400);
    }
    const int limit = limitOf(request);
    const auto found = services.dmarc.sent(day, after, limit);
    Json items = Json::array();
    for (const auto& one : found) items.push_back(sentJson(one));
    const bool more = found.size() == static_cast<std::size_t>(limit);
    Json answer = page(std::move(items), more ? idText(found.back().report.key) : "");
    answer["hindrance"] = textOrNull(services.dmarc.hindrance());
    return http::jsonReply(200, answer);
}

Reply xml(ApiServices& services, Request& request) {
    const auto key = keyFromText(request.pathParameter("id"));
    const auto text = key ? services.dmarc.xml(*key) : std::nullopt;
    if (!text) refuseMissing("such report");
    std::string name = key->domain + "-" + dayText(key->day) + ".xml";
    for (char& c : name)
        if (c <= ' ' || c > '~' || c == '"' || c == '\\' || c == '/') c = '_';
    Reply reply = http::textReply(200, *text, "application/xml; charset=utf-8");
    return reply.header("Content-Disposition", "attachment; filename=\"" + name + "\"");
}

Reply send(ApiServices& services, Request& request) {
    const Json body = bodyOf(request);
    JsonReader reader(body, "", JsonReader::Unknown::kRefuse);
    const auto text = reader.text("day"), domain = reader.text("domain", "");
    const bool again = reader.boolean("again", false);
    const auto day = dayFromText(text);
    if (!day) reader.fail("day", "is not a day like 2026-11-21");
    finish(reader);
    const auto result = services.dmarc.sendDay(actorOf(request), *day, lowered(domain), again);
    return http::jsonReply(202, {{"closed", result.closed}, {"waiting", result.waiting}});
}

}  // namespace

Routes dmarcRoutes(ApiServices& services) {
    using http::Body;
    return {
        {"GET", "/api/v1/dmarc/received", kEveryone, with(services, domains)},
        {"POST", "/api/v1/dmarc/received", kOperators, with(services, import), Body::kWhole, kFileLimit},
        {"GET", "/api/v1/dmarc/received/{domain}", kEveryone, with(services, domain)},
        {"GET", "/api/v1/dmarc/sent", kEveryone, with(services, sent)},
        {"POST", "/api/v1/dmarc/sent", kOperators, with(services, send), Body::kWhole, kSmallLimit},
        {"GET", "/api/v1/dmarc/sent/{id}", kEveryone, with(services, xml)},
    };
}

}  // namespace weir::api
