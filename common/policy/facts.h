// What is known about one mail while rules are evaluated: each fact computed at most once, and only if asked.
#pragma once

#include <bitset>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/base/clock.h"
#include "common/mail/envelope.h"
#include "common/mail/mail_content.h"
#include "common/mail/message.h"
#include "common/policy/field_values.h"
#include "common/policy/policy_sections.h"
#include "common/policy/rule_fields.h"

namespace weir {

using FactGroups = std::bitset<kFactGroups>;

// Something of a group could not be computed.
struct FactFailure {
    std::string why;  // for the operator
    FailureChoice choice;
};

struct FactAnswer {
    FieldValues values;                 // what is known, also beside failures
    std::vector<FactFailure> failures;  // what is missing from them
    std::string note;                   // why there can be nothing, which is no failure; for the trace
};

struct GreylistWait {
    std::chrono::seconds wait{0};  // 0: let it pass
    std::string note;              // for the trace and the verdict's reason
};
struct RateAnswer {
    std::uint64_t count = 0;  // of the cluster, this mail included
    bool over = false;        // the limit with its burst
};

// Where facts come from that the mail itself does not hold: a node's resolver, scanners, counters. One mail,
// one thread. Nothing here throws.
class FactSource {
  public:
    virtual ~FactSource() = default;
    // Rules will look at these groups: what takes long may begin now, side by side.
    virtual void expect(const FactGroups& groups) = 0;
    // `content`: what lies in the mail's parts, for facts about its links.
    virtual FactAnswer values(const FieldSpec& field, const std::string& argument,
                              const std::string& recipient, MailContent& content) = 0;
    virtual GreylistWait greylist(const std::string& recipient) = 0;
    virtual RateAnswer rate(const std::string& name, const std::string& recipient) = 0;
};

// The facts of one mail. One thread. All that is given must outlive it.
class Facts {
  public:
    // Without a source, what comes from outside the mail is unknown (as when the master tests a draft).
    Facts(const Envelope& envelope, const Message& message, ContentReader& reader,
          FactSource* source = nullptr, TimePoint time = now())
        : envelope_(envelope), message_(message), content_(message, reader), source_(source), time_(time) {}

    const Envelope& envelope() const { return envelope_; }
    const Message& message() const { return message_; }
    MailContent& content() { return content_; }
    TimePoint time() const { return time_; }
    // A parser was lost over this mail, here or where it was before.
    bool parserFailed() {
        content_.text();
        content_.archives();
        return parserFailed_ || !content_.failures().empty();
    }
    void setParserFailed() { parserFailed_ = true; }
    FactSource* source() const { return source_; }

    // Of a group kParsing, the failures' choice is for the caller to fill in.
    FactAnswer values(const FieldSpec& field, const std::string& argument, const std::string& recipient);

  private:
    const Envelope& envelope_;
    const Message& message_;
    MailContent content_;
    FactSource* const source_;
    const TimePoint time_;
    bool parserFailed_ = false;
};

}  // namespace weir
