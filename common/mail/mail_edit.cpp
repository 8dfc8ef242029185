#include "common/mail/mail_edit.h"

#include <memory>

#include "common/mail/disclaimer.h"
#include "common/mail/header_edit.h"
#include "common/mail/html_disarm_mail.h"
#include "common/mail/strip_parts.h"
#include "common/mail/text_encoder.h"

namespace weir {
namespace {

// One step after the other: each reads the mail as the last one left it.
class Editor {
  public:
    explicit Editor(const Message& received) : message_(&received) {}

    template <class Step>
    void run(Step step) {
        BodyChange change = step(*message_);
        append(edited_.done, change.done);
        append(edited_.refused, change.refused);
        if (change.parts.empty()) return;
        ChangedBody changed = changeParts(*message_, std::move(change.parts), lineEndOf(message_->bytes()));
        std::string bytes = mailWithBody(*message_, changed.headers, changed.body);
        edited_.changed = true;
        edited_.body = std::move(changed.body);
        append(edited_.headers, changed.headers);
        own_.reset();
        bytes_ = std::move(bytes);
        own_ = std::make_unique<Message>(bytes_);
        message_ = own_.get();
    }

    EditedMail take() { return std::move(edited_); }

  private:
    template <class Value>
    static void append(std::vector<Value>& to, const std::vector<Value>& from) {
        to.insert(to.end(), from.begin(), from.end());
    }

    EditedMail edited_;
    std::string bytes_;
    std::unique_ptr<Message> own_;
    const Message* message_;
};

}  // namespace

EditedMail editMail(const Message& message, const BodyEdits& edits) {
    Editor editor(message);
    if (edits.strip) editor.run([&](const Message& mail) { return stripParts(mail, *edits.strip); });
    if (edits.disarm) editor.run([&](const Message& mail) { return disarmParts(mail, *edits.disarm); });
    const auto add = [&](const DisclaimerEdit& edit, DisclaimerPlace place) {
        if (edit.place == place) editor.run([&](const Message& mail) { return addDisclaimer(mail, edit); });
    };
    // Each goes to the very beginning, so the one to stand first is the last.
    for (auto edit = edits.disclaimers.rbegin(); edit != edits.disclaimers.rend(); ++edit)
        add(*edit, DisclaimerPlace::kBegin);
    for (const DisclaimerEdit& edit : edits.disclaimers) add(edit, DisclaimerPlace::kEnd);
    return editor.take();
}

std::string editedMail(const Message& message, const EditedMail& edited,
                       const std::vector<HeaderChange>& others) {
    std::vector<HeaderChange> headers = edited.headers;
    headers.insert(headers.end(), others.begin(), others.end());
    return edited.changed ? mailWithBody(message, headers, edited.body) : changedMail(message, headers);
}

}  // namespace weir
