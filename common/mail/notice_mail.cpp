#include "common/mail/notice_mail.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <ctime>

#include "common/base/ids.h"
#include "common/base/utf8.h"
#include "common/mail/address.h"
#include "common/mail/ascii.h"
#include "common/mail/charset.h"
#include "common/mail/encoded_word.h"
#include "common/mail/part_edit.h"
#include "common/mail/text_encoder.h"

namespace weir {
namespace {

constexpr std::string_view kLineEnd = "\r\n";
constexpr std::size_t kLongestAddress = 320;  // RFC 5321: 64 + 1 + 255

using Change = HeaderChange;

// May stand between "<" and ">" of a header as it is.
bool isAddressText(std::string_view address) {
    const AddressParts parts = splitAddress(address);
    return address.size() <= kLongestAddress && !parts.local.empty() && !parts.domain.empty() &&
           isValidUtf8(address) && std::none_of(address.begin(), address.end(), [](char c) {
               return static_cast<unsigned char>(c) <= ' ' || c == 0x7F || c == '<' || c == '>' ||
                      c == '\\' || c == '"' || c == ',' || c == ';' || c == ':';
           });
}

std::string mailbox(const std::string& name, const std::string& address) {
    if (name.empty()) return '<' + address + '>';
    const bool ascii = std::all_of(name.begin(), name.end(), [](char c) { return c >= ' ' && c <= '~'; });
    std::string phrase;
    if (ascii && name.find("=?") == std::string::npos) {
        phrase = "\"";
        for (const char c : name) {
            if (c == '"' || c == '\\') phrase += '\\';
            phrase += c;
        }
        phrase += '"';
    } else {
        phrase = encodeHeaderWords(name, 6);
    }
    return phrase + " <" + address + '>';
}

void field(std::string& mail, std::string_view name, std::string_view value) {
    mail.append(name).append(": ").append(withLineEnds(value, kLineEnd)).append(kLineEnd);
}

std::string cut(std::string_view text, std::size_t limit) {
    std::string valid;
    if (!appendUtf8(valid, text, "utf-8", limit)) valid += "\n[...]\n";
    std::erase(valid, '\0');
    return withLineEnds(valid, kLineEnd);
}

std::string part(const std::string& type, std::string_view bytes, const std::string& disposition = {}) {
    EncodedBytes encoded = encodeTransfer(bytes, kLineEnd);
    std::vector<Change> fields = {{Change::Kind::kAdd, "Content-Type", type},
                                  {Change::Kind::kAdd, "Content-Transfer-Encoding", encoded.encoding}};
    if (!disposition.empty()) fields.push_back({Change::Kind::kAdd, "Content-Disposition", disposition});
    std::string whole = partHead(fields, kLineEnd) + encoded.bytes;
    if (!whole.ends_with(kLineEnd)) whole += kLineEnd;
    return whole;
}

// `type` with these parts inside, as an entity.
std::string multipart(const std::string& type, const std::vector<std::string>& parts) {
    std::string all;
    for (const std::string& one : parts) all += one;
    const std::string boundary = newBoundary(all);
    std::string whole =
        partHead({{Change::Kind::kAdd, "Content-Type", type + "; boundary=\"" + boundary + '"'}}, kLineEnd);
    for (const std::string& one : parts) whole.append("--").append(boundary).append(kLineEnd).append(one);
    return whole.append("--").append(boundary).append("--").append(kLineEnd);
}

Expected<std::string> addressFields(const NoticeMail& notice, const NoticeLimits& limits) {
    if (notice.to.empty()) return problem("to", "no recipient");
    if (notice.to.size() > limits.recipients) {
        return problem("to", "more than " + std::to_string(limits.recipients) + " recipients");
    }
    if (!isAddressText(notice.fromAddress))
        return problem("from", "not an address for a header: " + notice.fromAddress);
    std::string recipients;
    for (const std::string& address : notice.to) {
        if (!isAddressText(address)) return problem("to", "not an address for a header: " + address);
        if (!recipients.empty()) recipients += ",\n ";
        recipients += '<' + address + '>';
    }
    std::string fields;
    field(fields, "From", mailbox(notice.fromName, notice.fromAddress));
    field(fields, "To", recipients);
    return fields;
}

bool isMessageId(std::string_view id) {
    return id.size() > 4 && id.size() <= 250 && id.starts_with('<') && id.ends_with('>') &&
           std::all_of(id.begin(), id.end(), [](char c) { return c > ' ' && c <= '~'; });
}

std::string body(const NoticeMail& notice, const NoticeLimits& limits) {
    std::string shown = part("text/plain; charset=utf-8", cut(notice.text, limits.textBytes));
    if (!notice.html.empty()) {
        shown = multipart("multipart/alternative",
                          {shown, part("text/html; charset=utf-8", cut(notice.html, limits.textBytes))});
    }
    if (notice.originalHeaders.empty()) return shown;
    return multipart("multipart/mixed",
                     {shown, part("text/rfc822-headers; charset=utf-8",
                                  cut(notice.originalHeaders, limits.headerBytes), "inline")});
}

}  // namespace

std::string mailDate(TimePoint time) {
    constexpr std::array<const char*, 7> kDays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    constexpr std::array<const char*, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
    std::tm utc{};
    gmtime_r(&seconds, &utc);
    std::array<char, 64> text;
    const int size = std::snprintf(text.data(), text.size(), "%s, %02d %s %d %02d:%02d:%02d +0000",
                                   kDays[static_cast<std::size_t>(utc.tm_wday)], utc.tm_mday,
                                   kMonths[static_cast<std::size_t>(utc.tm_mon)], utc.tm_year + 1900,
                                   utc.tm_hour, utc.tm_min, utc.tm_sec);
    return std::string(text.data(), static_cast<std::size_t>(size));
}

Expected<std::string> noticeMail(const NoticeMail& notice, const NoticeLimits& limits) {
    const Expected<std::string> addresses = addressFields(notice, limits);
    if (!addresses) return tl::unexpected<Problem>(addresses.error());
    std::string mail;
    field(mail, "Date", mailDate(notice.date == TimePoint() ? now() : notice.date));
    mail += *addresses;
    field(mail, "Subject", encodeHeaderText(notice.subject, 9));
    const std::string id = notice.id.empty() ? newTimeUuid() : notice.id;
    field(mail, "Message-ID", '<' + id + '@' + std::string(splitAddress(notice.fromAddress).domain) + '>');
    if (isMessageId(notice.inReplyTo)) {
        field(mail, "In-Reply-To", notice.inReplyTo);
        field(mail, "References", notice.inReplyTo);
    }
    field(mail, "Auto-Submitted", "auto-generated");
    field(mail, "X-Auto-Response-Suppress", "All");
    field(mail, "MIME-Version", "1.0");
    return mail + body(notice, limits);
}

}  // namespace weir
