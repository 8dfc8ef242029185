// Everything that rules change in the body of a mail, in one: attachments stripped, HTML disarmed,
// disclaimers added, in this order.
//
// A pure function of the bytes received. What is not named by a change stays byte for byte: siblings,
// boundaries, preambles, the order of parts, and the mail's own kind of line ends. Hostile mail is edited or
// refused, never a failure. Linear in the mail and the texts put into it.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/mail/disclaimer_text.h"
#include "common/mail/html_disarm.h"
#include "common/mail/macro_text.h"
#include "common/mail/message.h"
#include "common/mail/part_edit.h"
#include "common/mail/verdict.h"

namespace weir {

struct StripPart {
    std::size_t part = 0;     // index in Message::mime().parts, containers and other readings too
    std::string reason = {};  // for people: "executable"
};

struct StripEdit {
    std::vector<StripPart> parts;
    MacroText notice;      // plain text; may use the macros of a file
    MacroText htmlNotice;  // where an HTML part is replaced; empty: made from the plain one
    MacroValues values;    // of macros other than those of a file; may be empty
    std::string noticeName = "removed-attachment.txt";  // file name of a notice; "" for none
    bool evenSigned = false;                            // what breaks a signature is done all the same
};

struct DisarmEdit {
    DisarmOptions options = {};
    bool attachments = false;  // HTML files too, not only what is shown
    bool evenSigned = false;
};

struct DisclaimerEdit {
    DisclaimerPlace place = DisclaimerPlace::kEnd;
    std::string text = {};           // UTF-8, lines end with LF; empty: made from the HTML
    std::string html = {};           // UTF-8 fragment; empty: made from the text
    std::string separator = {};      // a line between the text and the mail's own, e.g. "-- "
    std::string htmlSeparator = {};  // the same for HTML, e.g. "<hr>"
    bool once = true;                // not where a part holds it already, as a quotation too
    bool operator==(const DisclaimerEdit&) const = default;
};

struct BodyEdits {
    std::optional<StripEdit> strip;
    std::optional<DisarmEdit> disarm;
    std::vector<DisclaimerEdit> disclaimers;  // the first stands above the next, at either end
};

// What was done, or could not be and why, for people and for the event.
struct EditNote {
    std::string action;  // "strip", "disarm", "disclaimer"
    std::string text;    // "viewer.exe (application/x-dosexec, 12345 bytes): executable"
    bool operator==(const EditNote&) const = default;
};

// One step: the parts to change.
struct BodyChange {
    std::vector<PartChange> parts;
    std::vector<EditNote> done, refused;
};

struct EditedMail {
    bool changed = false;               // else body and headers are empty, and the mail stays as it is
    std::string body;                   // all that follows the empty line
    std::vector<HeaderChange> headers;  // of the mail's own header block
    std::vector<EditNote> done, refused;
};

EditedMail editMail(const Message& message, const BodyEdits& edits);

// The whole mail with its body and headers changed, and then with the other header changes of the rules made:
// what is re-injected. The milter instead sends body, then planHeaderEdits() of both lists in this order.
std::string editedMail(const Message& message, const EditedMail& edited,
                       const std::vector<HeaderChange>& others = {});

}  // namespace weir
