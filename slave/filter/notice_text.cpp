#include "slave/filter/notice_text.h"

#include "common/mail/notice_mail.h"

namespace weir {

std::string noticeText(const NoticeOrder& order, const Message& about, const SiteSection& site,
                       const std::string& hostName, const MailEvent& event) {
    NoticeMail notice;
    notice.fromAddress = site.noticeFrom.empty() ? "postmaster@" + hostName : site.noticeFrom;
    notice.to = {order.to};
    notice.subject = order.subject;
    notice.text = order.text;
    if (order.attachHeaders) notice.originalHeaders = std::string(about.headerBlock());
    notice.date = event.time;
    auto mail = noticeMail(notice);
    if (!mail) throw Error(ErrorCode::kInvalid, "notice: " + mail.error().text());
    return std::move(*mail);
}

}  // namespace weir
