// What one field is in one mail.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "common/policy/rule_fields.h"

namespace weir {

class Facts;

// Values of a field in the mail; those of a field that is neither text nor number are in `present` alone.
// Texts that are empty count as no value.
struct FieldValues {
    std::vector<std::string> texts;
    const std::string* longText = nullptr;  // the body: not copied, owned by the message
    std::vector<std::uint64_t> numbers;
    bool present = false;
    // Of a field of attachments: the attachment of each text or number, or those for which a flag holds.
    // Indexes into Message::attachments().
    std::vector<std::uint32_t> owners;
};

// `recipient` is for fields of a recipient. Only for fields of the group kMessage. Computes what the message
// has not computed yet.
FieldValues fieldValues(const FieldSpec& spec, const std::string& argument, Facts& facts,
                        const std::string& recipient);

}  // namespace weir
