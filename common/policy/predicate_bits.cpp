#include "common/policy/predicate_bits.h"

#include <re2/re2.h>

#include <algorithm>

#include "common/policy/field_values.h"
#include "common/policy/match_text.h"
#include "common/policy/regex_pattern.h"

namespace weir {
namespace {

const std::string kNoRecipient;

// What of a long value an entry was found in, with a little before and after.
std::string excerpt(std::string_view value, std::string_view entry) {
    constexpr std::size_t kContext = 40;
    if (value.size() <= PredicateBits::kWitnessBytes) return boundedText(value, PredicateBits::kWitnessBytes);
    std::size_t at = value.find(entry);
    std::size_t length = entry.size();
    if (at == std::string_view::npos) {
        const RE2 regex(re2::StringPiece(entry.data(), entry.size()), regexOptions(true));
        re2::StringPiece found;
        if (!regex.ok() ||
            !RE2::PartialMatch(re2::StringPiece(value.data(), value.size()),
                               RE2("(" + std::string(entry) + ")", regexOptions(true)), &found))
            return boundedText(value, PredicateBits::kWitnessBytes);
        at = static_cast<std::size_t>(found.data() - value.data());
        length = found.size();
    }
    std::size_t from = at > kContext ? at - kContext : 0;
    while (from < at && (static_cast<unsigned char>(value[from]) & 0xC0) == 0x80) ++from;
    return (from > 0 ? "…" : "") +
           boundedText(value.substr(from, at - from + length + kContext), PredicateBits::kWitnessBytes);
}

}  // namespace

PredicateBits::PredicateBits(const PolicyProgram& program, Facts& facts, bool witnesses)
    : program_(program),
      facts_(facts),
      witnesses_(witnesses),
      truth_(program.tableOf.size(), Truth::kFalse),
      known_(program.tables.size(), false) {}

const std::vector<PredicateId>& PredicateBits::setRecipient(const std::string& recipient) {
    for (PredicateId one : recipientHits_) {
        truth_[one] = Truth::kFalse;
        if (witnesses_) found_.erase(one);
    }
    recipientHits_.clear();
    collecting_ = &recipientHits_;
    for (std::uint32_t table : program_.recipientTables) {
        known_[table] = true;
        matchAll(*program_.tables[table], recipient);
    }
    collecting_ = nullptr;
    std::sort(recipientHits_.begin(), recipientHits_.end());
    return recipientHits_;
}

const PredicateBits::Witness* PredicateBits::witness(PredicateId predicate) const {
    const auto found = found_.find(predicate);
    return found == found_.end() ? nullptr : &found->second;
}

void PredicateBits::holds(PredicateId predicate, std::string_view value, std::string_view entry) {
    if (truth_[predicate] == Truth::kTrue) return;
    truth_[predicate] = Truth::kTrue;
    if (collecting_ != nullptr) collecting_->push_back(predicate);
    if (witnesses_) found_[predicate] = {excerpt(value, entry), boundedText(entry, kWitnessBytes)};
}

void PredicateBits::compute(std::uint32_t table) {
    known_[table] = true;
    const FieldTable& one = *program_.tables[table];
    if (one.spec().cost == FieldCost::kScanner) return computeVirus(one);
    matchAll(one, kNoRecipient);
}

void PredicateBits::matchAll(const FieldTable& table, const std::string& recipient) {
    const FieldValues values = fieldValues(table.spec(), table.argument(), facts_, recipient);
    for (const std::string& one : values.texts) table.match(one, *this);
    if (values.longText != nullptr && !values.longText->empty()) table.match(*values.longText, *this);
    for (std::uint64_t one : values.numbers) table.match(one, *this);
    table.present(values.present, *this);
}

void PredicateBits::computeVirus(const FieldTable& table) {
    using State = VirusResult::State;
    const AntivirusSection& section = program_.sections.antivirus;
    const VirusResult* result = section.enabled ? facts_.virus() : nullptr;
    if (!section.enabled) {
        virusNote_ = "the antivirus section is not enabled";
    } else if (result == nullptr) {
        virusNote_ = "virus facts are known only on a node";
    } else if (result->state == State::kTooLarge) {
        virusNote_ = "the mail is larger than the virus scanner takes";
    } else if (result->state == State::kUnavailable) {
        virusNote_ = "the virus scanner gave no answer: " + boundedText(result->detail, kWitnessBytes);
    }
    const bool scanned = virusNote_.empty();
    virusFailed_ = !scanned && section.enabled && result != nullptr && section.onFailure != OnFailure::kSkip;
    if (virusFailed_) {
        for (PredicateId one : table.predicates()) truth_[one] = Truth::kUnknown;
        return;
    }
    const bool infected = scanned && result->state == State::kInfected;
    if (infected && table.spec().field == Field::kVirusName)
        for (const std::string& one : result->names) table.match(one, *this);
    table.present(infected, *this);
}

}  // namespace weir
