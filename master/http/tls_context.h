// The TLS side of a listener: contexts made from PEM files, and taken anew after a renewal.
#pragma once

#include <Poco/AutoPtr.h>
#include <Poco/Net/Context.h>

#include "master/http/server.h"

namespace weir::http {

// Throws Error kInvalid naming the file that is missing, unreadable or does not fit its key.
Poco::Net::Context::Ptr makeServerContext(const TlsOptions& options);

}  // namespace weir::http
