// What a node has behind its milter: the real filter and all that it asks and writes to, in a folder that
// goes.
//
// For tests whose target defines WEIR_PARSER_WORKER, the program of its one parser process.
#pragma once

#include "slave/filter/mail_filter.h"
#include "tests/support/temp_folder.h"

namespace weir::test {

inline ParserPoolSettings oneParser() {
    ParserPoolSettings settings;
    settings.program = WEIR_PARSER_WORKER;
    settings.processes = 1;
    return settings;
}

// What a mail is inspected with.
struct InspectionNode {
    TempFolder folder;
    SharedCounters counters{{.folder = folder / "counters"}};
    Catalogs catalogs{folder / "catalogs"};
    Services services{"mx1.example", oneParser(), counters, catalogs};
};

struct FilterNode : InspectionNode {
    // One mail from alice@example.org to bob@example.net.
    MailAnswer judge(const std::string& bytes) {
        Mail mail{{}, bytes, bytes.size()};
        mail.envelope.sender = "alice@example.org";
        mail.envelope.recipients = {"bob@example.net"};
        mail.envelope.queueId = "4bX";
        return filter.judge(mail, slot);
    }

    ReportQueue report{ReportQueueSettings{.folder = folder / "report"}};
    AnswerSlots slots{folder / "slots", report};
    QuarantineStore quarantine{folder / "quarantine"};
    ActivePolicy policy{folder / "policy"};
    MailFilter filter{
        "mx1", policy, services, quarantine, report, Reinjector({}), SigningKeys(folder / "keys")};
    AnswerSlot slot = slots.take();
};

}  // namespace weir::test
