// What the resources of the console API work on. References: everything outlives the router.
#pragma once

#include <functional>
#include <string>

#include "common/base/ids.h"
#include "master/db/database.h"
#include "master/http/request_counts.h"
#include "master/http/session_auth.h"
#include "master/service/accounts.h"
#include "master/service/alerts.h"
#include "master/service/audit.h"
#include "master/service/command_queue.h"
#include "master/service/dmarc_desk.h"
#include "master/service/event_ingest.h"
#include "master/service/learned_publisher.h"
#include "master/service/learning_desk.h"
#include "master/service/mail_log.h"
#include "master/service/node_registry.h"
#include "master/service/policy_desk.h"
#include "master/service/quarantine_desk.h"
#include "master/service/statistics.h"
#include "master/service/user_lists_desk.h"

namespace weir {

struct ApiServices {
    db::Database& database;
    Accounts& accounts;
    Audit& audit;
    PolicyDesk& policies;
    NodeRegistry& nodes;
    CommandQueue& commands;
    EventIngest& events;
    MailLog& mails;
    Statistics& statistics;
    QuarantineDesk& quarantine;
    Alerts& alerts;
    UserListsDesk& userLists;
    DmarcDesk& dmarc;
    LearningDesk& learning;
    const LearnedPublisher& learnedPublisher;
    const http::SessionAuth& auth;
    http::RequestCounts& requests;
    ClusterId cluster;
    std::string clusterName;
    std::string advertise;  // HOST:PORT of the node port, for the line that enrolls a node
};

}  // namespace weir
