#include "master/service/dmarc_mail.h"

#include "common/dmarc/report_file.h"
#include "common/mail/address.h"
#include "common/mail/notice_mail.h"
#include "common/mail/part_edit.h"
#include "common/mail/text_encoder.h"

namespace weir {

std::string dmarcMail(const AggregateReport& report, const std::string& packed, const std::string& from,
                      const std::string& to, TimePoint time) {
    const std::string receiver(splitAddress(from).domain);
    const std::string name = reportFileName(receiver, report);
    const std::string file = encodeBase64Lines(packed, "\r\n");
    const std::string text =
        "This is a DMARC aggregate report (RFC 7489) about mail in the name of\r\n" +
        report.published.domain + " that " + receiver +
        " received.\r\nIt was made by a program; its content is in the attached file.\r\n";
    const std::string boundary = newBoundary(file + text);
    std::string mail;
    const auto line = [&mail](const std::string& content) { mail += content + "\r\n"; };
    line("Date: " + mailDate(time));
    line("From: <" + from + ">");
    line("To: <" + to + ">");
    line("Subject: Report Domain: " + report.published.domain);
    line(" Submitter: " + receiver);
    line(" Report-ID: <" + report.id + ">");
    line("Message-ID: <" + report.id + "." + std::to_string(toMillis(time)) + "@" + receiver + ">");
    line("Auto-Submitted: auto-generated");
    line("MIME-Version: 1.0");
    line("Content-Type: multipart/mixed; boundary=\"" + boundary + "\"");
    line("");
    line("--" + boundary);
    line("Content-Type: text/plain; charset=us-ascii");
    line("Content-Transfer-Encoding: 7bit");
    line("");
    mail += text;
    line("--" + boundary);
    line("Content-Type: application/gzip;");
    line(" name=\"" + name + "\"");
    line("Content-Transfer-Encoding: base64");
    line("Content-Disposition: attachment;");
    line(" filename=\"" + name + "\"");
    line("");
    mail += file;
    if (!mail.ends_with("\r\n")) line("");
    line("--" + boundary + "--");
    return mail;
}

}  // namespace weir
