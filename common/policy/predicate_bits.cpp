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
      known_(program.tables.size(), false),
      recipient_(&kNoRecipient),
      failures_(program.tables.size()),
      notes_(program.tables.size()) {}

const std::vector<PredicateId>& PredicateBits::setRecipient(const std::string& recipient) {
    recipient_ = &recipient;
    for (PredicateId one : recipientHits_) {
        truth_[one] = Truth::kFalse;
        if (witnesses_) found_.erase(one);
    }
    recipientHits_.clear();
    collecting_ = &recipientHits_;
    for (std::uint32_t table : program_.recipientTables) compute(table);
    collecting_ = nullptr;
    for (std::uint32_t table : program_.dearRecipientTables) {
        known_[table] = false;
        failures_[table].clear();
        notes_[table].clear();
        for (PredicateId one : program_.tables[table]->predicates()) {
            truth_[one] = Truth::kFalse;
            found_.erase(one);
        }
    }
    std::sort(recipientHits_.begin(), recipientHits_.end());
    return recipientHits_;
}

const PredicateBits::Witness* PredicateBits::witness(PredicateId predicate) const {
    const auto found = found_.find(predicate);
    return found == found_.end() ? nullptr : &found->second;
}

std::string PredicateBits::note(PredicateId predicate) const {
    const std::uint32_t table = program_.tableOf[predicate];
    if (!notes_[table].empty() || failures_[table].empty()) return notes_[table];
    return boundedText(failures_[table].front().why, kWitnessBytes);
}

std::vector<std::string> PredicateBits::notes() const {
    std::vector<std::string> all;
    const auto add = [&](const std::string& text) {
        if (!text.empty() && std::find(all.begin(), all.end(), text) == all.end()) all.push_back(text);
    };
    for (std::size_t i = 0; i < notes_.size(); ++i) {
        add(notes_[i]);
        for (const FactFailure& one : failures_[i]) add(boundedText(one.why, kWitnessBytes));
    }
    return all;
}

const std::set<std::uint32_t>& PredicateBits::owners(PredicateId predicate) const {
    static const std::set<std::uint32_t> kNone;
    const auto found = owners_.find(predicate);
    return found == owners_.end() ? kNone : found->second;
}

void PredicateBits::holds(PredicateId predicate, std::string_view value, std::string_view entry) {
    if (owner_ && program_.wantsOwners) owners_[predicate].insert(*owner_);
    if (truth_[predicate] == Truth::kTrue) return;
    truth_[predicate] = Truth::kTrue;
    if (collecting_ != nullptr) collecting_->push_back(predicate);
    if (witnesses_) found_[predicate] = {excerpt(value, entry), boundedText(entry, kWitnessBytes)};
}

void PredicateBits::compute(std::uint32_t table) {
    known_[table] = true;
    const FieldTable& one = *program_.tables[table];
    match(table, facts_.values(one.spec(), one.argument(), *recipient_));
}

void PredicateBits::match(std::uint32_t table, const FactAnswer& answer) {
    const FieldTable& one = *program_.tables[table];
    notes_[table] = answer.note;
    failures_[table] = answer.failures;
    if (one.spec().group == FactGroup::kParsing)
        for (FactFailure& each : failures_[table]) each.choice = program_.sections_.parsing.failure;
    const bool unknown =
        std::any_of(failures_[table].begin(), failures_[table].end(), [](const FactFailure& failure) {
            return failure.choice.choice == OnFailure::kTempfail ||
                   failure.choice.choice == OnFailure::kQuarantine;
        });
    if (unknown) {
        // What is known to hold does hold; that nothing is there cannot be known.
        for (PredicateId each : one.predicates()) truth_[each] = Truth::kUnknown;
        FieldValues known = answer.values;
        matchValues(one, known);
        if (known.present) one.present(true, *this);
        return;
    }
    matchValues(one, answer.values);
    one.present(answer.values.present, *this);
}

void PredicateBits::matchValues(const FieldTable& table, const FieldValues& values) {
    const bool owned = program_.wantsOwners && !values.owners.empty();
    for (std::size_t i = 0; i < values.texts.size(); ++i) {
        if (owned) owner_ = values.owners[i];
        table.match(values.texts[i], *this);
    }
    if (values.longText != nullptr && !values.longText->empty()) table.match(*values.longText, *this);
    for (std::size_t i = 0; i < values.numbers.size(); ++i) {
        if (owned) owner_ = values.owners[i];
        table.match(values.numbers[i], *this);
    }
    for (std::size_t i = 0; owned && i < values.owners.size(); ++i) {
        owner_ = values.owners[i];
        table.present(true, *this);
    }
    owner_.reset();
}

}  // namespace weir
