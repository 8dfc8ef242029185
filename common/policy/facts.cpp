#include "common/policy/facts.h"

#include "common/policy/content_values.h"

namespace weir {

FactAnswer Facts::values(const FieldSpec& field, const std::string& argument, const std::string& recipient) {
    if (field.group == FactGroup::kParsing) {
        FactAnswer answer{contentValues(field.field, content_), {}, ""};
        for (const std::string& one : content_.failures())
            answer.failures.push_back({"a part could not be read: " + one, {}});
        return answer;
    }
    if (field.group == FactGroup::kMessage) return {fieldValues(field, argument, *this, recipient), {}, ""};
    if (source_ != nullptr) return source_->values(field, argument, recipient, content_);
    FactAnswer answer;
    answer.note = std::string(toString(field.group)) + " facts are known only on a node";
    return answer;
}

}  // namespace weir
