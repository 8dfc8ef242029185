#include "common/dmarc/report_writer.h"

#include <string_view>

#include "common/base/utf8.h"

namespace weir {
namespace {

std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : validUtf8(text)) {
        switch (c) {
            case '&':
                out += "&amp;";
                break;
            case '<':
                out += "&lt;";
                break;
            case '>':
                out += "&gt;";
                break;
            case '\t':
            case '\n':
            case '\r':
                out += ' ';
                break;
            default:
                if (static_cast<unsigned char>(c) < ' ') {
                    out += "\xEF\xBF\xBD";
                } else {
                    out += c;
                }
        }
    }
    return out;
}

class Xml {
  public:
    void open(const char* name) {
        line(std::string("<") + name + ">");
        ++depth_;
    }
    void close(const char* name) {
        --depth_;
        line(std::string("</") + name + ">");
    }
    void element(const char* name, std::string_view text) {
        line(std::string("<") + name + ">" + escaped(text) + "</" + name + ">");
    }
    void element(const char* name, std::uint64_t number) { element(name, std::to_string(number)); }
    void elementIfAny(const char* name, std::string_view text) {
        if (!text.empty()) element(name, text);
    }
    void line(const std::string& text) {
        out_.append(2 * depth_, ' ');
        out_ += text;
        out_ += '\n';
    }
    std::string take() { return std::move(out_); }

  private:
    std::string out_;
    std::size_t depth_ = 0;
};

void writeMetadata(Xml& xml, const AggregateReport& report) {
    xml.open("report_metadata");
    xml.element("org_name", report.organization);
    xml.element("email", report.email);
    xml.elementIfAny("extra_contact_info", report.contact);
    xml.element("report_id", report.id);
    xml.open("date_range");
    xml.element("begin", report.begin);
    xml.element("end", report.end);
    xml.close("date_range");
    if (report.omittedRows > 0 || report.omittedMails > 0)
        xml.element("error", "left out for size: " + std::to_string(report.omittedMails) + " messages");
    xml.close("report_metadata");
}

void writePublished(Xml& xml, const DmarcPublished& published) {
    xml.open("policy_published");
    xml.element("domain", published.domain);
    xml.element("adkim", published.dkimAlignment);
    xml.element("aspf", published.spfAlignment);
    xml.element("p", published.policy);
    xml.element("sp", published.subdomainPolicy.empty() ? published.policy : published.subdomainPolicy);
    xml.element("pct", published.percent);
    xml.element("fo", published.failureOptions.empty() ? "0" : published.failureOptions);
    xml.close("policy_published");
}

void writeRow(Xml& xml, const DmarcRow& row) {
    xml.open("row");
    xml.element("source_ip", row.source);
    xml.element("count", row.count);
    xml.open("policy_evaluated");
    xml.element("disposition", row.disposition);
    xml.element("dkim", row.dkimAligned ? "pass" : "fail");
    xml.element("spf", row.spfAligned ? "pass" : "fail");
    for (const DmarcReason& reason : row.reasons) {
        xml.open("reason");
        xml.element("type", reason.type);
        xml.elementIfAny("comment", reason.comment);
        xml.close("reason");
    }
    xml.close("policy_evaluated");
    xml.close("row");
    xml.open("identifiers");
    xml.elementIfAny("envelope_to", row.envelopeTo);
    xml.element("envelope_from", row.envelopeFrom);
    xml.element("header_from", row.headerFrom);
    xml.close("identifiers");
    xml.open("auth_results");
    for (const DmarcDkimResult& one : row.dkim) {
        xml.open("dkim");
        xml.element("domain", one.domain);
        xml.elementIfAny("selector", one.selector);
        xml.element("result", one.result);
        xml.close("dkim");
    }
    for (const DmarcSpfResult& one : row.spf) {
        xml.open("spf");
        xml.element("domain", one.domain);
        xml.elementIfAny("scope", one.scope);
        xml.element("result", one.result);
        xml.close("spf");
    }
    xml.close("auth_results");
}

}  // namespace

std::string toXml(const AggregateReport& report) {
    Xml xml;
    xml.line(R"(<?xml version="1.0" encoding="UTF-8"?>)");
    xml.open("feedback");
    xml.element("version", "1.0");
    writeMetadata(xml, report);
    writePublished(xml, report.published);
    for (const DmarcRow& row : report.rows) {
        xml.open("record");
        writeRow(xml, row);
        xml.close("record");
    }
    xml.close("feedback");
    return xml.take();
}

}  // namespace weir
