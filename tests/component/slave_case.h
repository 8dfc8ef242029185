// What the component tests of a slave share: a running slave with one policy that has a rule for each
// subject, the re-injection port it uses, and its events.
#pragma once

#include <string>
#include <vector>

#include "common/wire/event.h"
#include "tests/support/milter_client.h"
#include "tests/support/slave_process.h"
#include "tests/support/smtp_sink.h"
#include "tests/support/temp_folder.h"

namespace weir::test {

// Rules by a word in the subject ("quarantine-me", "reject-me" …), and by recipient ("held@", "tagged@" …).
std::string casePolicy();

// A mail with this subject to these recipients.
MilterMail caseMail(const std::string& subject, std::vector<std::string> recipients = {"bob@example.net"});

class SlaveCase {
  public:
    explicit SlaveCase(std::string policy = casePolicy(), std::map<std::string, std::string> settings = {});

    // One mail in a conversation of its own.
    MilterReply send(const MilterMail& mail);
    // All mail events so far. The slave must not be running: its folder is opened.
    std::vector<MailEvent> mailEvents();
    std::vector<std::string> eventBodies();

    TempFolder folder;
    SmtpSink sink;
    SlaveProcess slave;
};

}  // namespace weir::test
