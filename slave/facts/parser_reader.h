// Has a mail's parts read by the node's parser processes.
#pragma once

#include <chrono>

#include "common/mail/content_reader.h"
#include "common/policy/policy_sections.h"
#include "slave/parser/parser_pool.h"

namespace weir {

// Of these the mail is to blame, and another try would go the same way.
bool isLoss(ParseFailure failure);

// One mail, one thread. All parts together end by the section's time-out.
class ParserReader final : public ContentReader {
  public:
    ParserReader(ParserPool& pool, const ParsingSection& section);

    Html html(std::string_view utf8, const HtmlLimits& limits) override;
    std::vector<FileReading> files(const std::vector<File>& files) override;

    // A parser was lost over this mail: it died, stalled, or answered nonsense.
    bool lost() const { return lost_; }

  private:
    std::string failureOf(const ParseResult& result);

    ParserPool& pool_;
    const ParseLimits limits_;
    const ParserPool::Deadline deadline_;
    bool lost_ = false;
};

}  // namespace weir
