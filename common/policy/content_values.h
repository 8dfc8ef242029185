// Values of the fields of what lies in the parts of a mail (group kParsing).
#pragma once

#include "common/mail/mail_content.h"
#include "common/policy/field_values.h"

namespace weir {

FieldValues contentValues(Field field, MailContent& content);

}  // namespace weir
