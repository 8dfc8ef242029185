// Hands the answer about one mail to the MTA, with libmilter's calls, within the end-of-message callback.
#pragma once

#include <functional>
#include <string>

#include "common/base/error.h"
#include "slave/filter/mail.h"

struct smfi_str;  // libmilter's SMFICTX

namespace weir {

class AnswerWriter {
  public:
    // `leadingSpace`: SMFIP_HDR_LEADSPC is in force, so values that we write bring their own space.
    AnswerWriter(smfi_str* context, bool leadingSpace) : context_(context), leadingSpace_(leadingSpace) {}

    // The SMFIS_ code to return from the callback. `asReceived` gives a recipient as the MTA wrote it.
    // Problem: the MTA did not take one of the changes (its connection is lost): answer tempfail.
    Expected<int> write(const MailAnswer& answer,
                        const std::function<std::string(const std::string&)>& asReceived) const;

  private:
    bool makeEdit(const HeaderEdit& edit) const;
    bool replaceBody(const std::string& body) const;
    bool setReply(const MailAnswer& answer) const;
    std::string spaced(const std::string& value) const { return leadingSpace_ ? " " + value : value; }

    smfi_str* context_;
    bool leadingSpace_;
};

// `text` as the lines of an SMTP reply: printable ASCII, at most 400 bytes a line and 20 lines, `%` doubled
// (the MTA reads the text as a format).
std::vector<std::string> replyLines(const std::string& text);

}  // namespace weir
