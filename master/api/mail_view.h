// A row of the mail log as the API shows it.
#pragma once

#include "master/api/answers.h"

namespace weir::api {

Json mailView(const LoggedMail& mail, const NodeNames& names);

}  // namespace weir::api
