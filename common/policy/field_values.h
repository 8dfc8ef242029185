// What one field is in one mail.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "common/policy/facts.h"
#include "common/policy/rule_fields.h"

namespace weir {

// Values of a field in the mail; those of a field that is neither text nor number are in `present` alone.
// Texts that are empty count as no value.
struct FieldValues {
    std::vector<std::string> texts;
    const std::string* longText = nullptr;  // the body: not copied, owned by the message
    std::vector<std::uint64_t> numbers;
    bool present = false;
};

// `recipient` is for fields of a recipient. Not for virus fields: whether they can be known is for the
// evaluator to say. Computes what the message has not computed yet.
FieldValues fieldValues(const FieldSpec& spec, const std::string& argument, const Facts& facts,
                        const std::string& recipient);

}  // namespace weir
