// Any bytes as a mail to edit, and as HTML to disarm: what comes out is harmless, and editing it again finds
// nothing more.
#include "common/mail/charset.h"
#include "common/mail/html_disarm.h"
#include "common/mail/mail_edit.h"
#include "common/mail/mime_reader.h"
#include "tests/fuzz/fuzz_target.h"
#include "tests/unit/common/mail/html_disarm_check.h"

using namespace weir;
using weir::test::mustHold;

namespace {

void disarmBytes(std::string_view bytes) {
    std::string html;
    appendUtf8(html, bytes, "utf-8");
    const DisarmedHtml disarmed = disarmHtml(html);
    if (disarmed.found.empty()) return;
    mustHold(disarmed.html.size() <= html.size() * 8 + 1000, "disarmed HTML in proportion");
    const std::string problem = test::disarmProblem(disarmed.html);
    mustHold(problem.empty(), problem.c_str());
    const std::string left = disarmText(disarmHtml(disarmed.html).found);
    mustHold(left.empty(), left.c_str());
}

BodyEdits editsOf(std::size_t part) {
    BodyEdits edits;
    edits.strip = StripEdit{};
    edits.strip->parts = {{part, "fuzz"}};
    edits.strip->notice = *MacroText::parse("${file.name}\n${file.reason}", "", MacroPlace::kPlain, true);
    edits.disarm = DisarmEdit{.attachments = true, .evenSigned = true};
    edits.disclaimers = {DisclaimerEdit{.text = "A disclaimer, f81d4fae7dec11d0a765 of the house"}};
    return edits;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes = test::inputOf(data, size);
    disarmBytes(bytes);
    const Message message(bytes);
    BodyEdits edits = editsOf(message.mime().parts.size() / 2);
    const EditedMail edited = editMail(message, edits);
    mustHold(edited.done.empty() == !edited.changed, "a change is told, and nothing else");
    const std::string result = editedMail(message, edited);
    mustHold(result.size() <= size * 12 + 10000, "an edited mail in proportion");
    if (!edited.changed) mustHold(result == bytes, "an unchanged mail byte for byte");
    const Message after(result);
    edits.strip.reset();
    edits.disclaimers.clear();
    const EditedMail again = editMail(after, edits);
    mustHold(!again.changed, again.done.empty() ? "" : again.done.front().text.c_str());
    return 0;
}
