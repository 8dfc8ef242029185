// Hands a mail back to the local MTA's re-injection port: the SMTP client of common/smtp under its name here.
#pragma once

#include "common/smtp/smtp_client.h"

namespace weir {

using ReinjectorSettings = SmtpClientSettings;
using ReinjectResult = SmtpResult;
using Reinjector = SmtpClient;

}  // namespace weir
