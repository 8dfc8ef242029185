// The parts of the one table of fields, in the order of the enumeration: rule_fields puts them together.
#pragma once

#include <span>

#include "common/policy/rule_fields.h"

namespace weir {

std::span<const FieldSpec> envelopeFields();  // envelope, headers, text
std::span<const FieldSpec> contentFields();   // structure, attachments, archives, documents, links
std::span<const FieldSpec> outsideFields();   // authentication, lists, scanners, counters

}  // namespace weir
