#include "slave/filter/inspection.h"

#include "common/base/control.h"
#include "common/base/digest.h"
#include "slave/facts/parser_reader.h"

namespace weir {
namespace {

// In place of a parser that would be lost again.
class RefusingReader final : public ContentReader {
  public:
    explicit RefusingReader(std::string why) : why_(std::move(why)) {}
    Html html(std::string_view, const HtmlLimits&) override { return {{}, why_}; }
    std::vector<FileReading> files(const std::vector<File>& files) override {
        return std::vector<FileReading>(files.size(), FileReading{{}, {}, why_});
    }

  private:
    const std::string why_;
};

// The same content is the same danger, whoever sends it to whom.
std::string contentFingerprint(const Message& message) {
    return sha256Hex(message.body());
}

}  // namespace

Inspected inspectMail(const Envelope& envelope, const Message& message, const CompiledPolicyPtr& policy,
                      Services& services, TimePoint time, OutsideFacts::Use use, Json* trace) {
    Poison& poison = services.counters().poison();
    std::optional<PoisonMark> mark;
    if (poison.status().entries > 0 && !controlOff("poison"))
        mark = poison.find(contentFingerprint(message), time);
    ParserReader parser(services.parsers(), policy->sections().parsing);
    RefusingReader refusing(mark ? "not tried again, a parser failed on it before: " + mark->reason : "");
    ContentReader& reader = mark ? static_cast<ContentReader&>(refusing) : parser;
    OutsideFacts outside(envelope, message, *policy, services, services.of(policy), time, use);
    Facts facts(envelope, message, reader, &outside, time);
    if (mark) facts.setParserFailed();
    const Stopwatch watch;
    Inspected inspected;
    inspected.outcomes = evaluate(*policy, facts, trace).outcomes;
    if (parser.lost() && use == OutsideFacts::Use::kMail)
        poison.mark(contentFingerprint(message), facts.content().failures().front(), time);
    double waited = 0;
    for (const auto& [stage, millis] : outside.waited()) waited += millis;
    inspected.millis = outside.waited();
    inspected.millis["rules"] = watch.millis() - waited;
    inspected.viruses = outside.viruses();
    inspected.failures = outside.failures();
    if (const SenderAuthentication* sender = outside.authentication()) {
        inspected.authentication = sender->results;
        inspected.sender = *sender;
    }
    return inspected;
}

}  // namespace weir
