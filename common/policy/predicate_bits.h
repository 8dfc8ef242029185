// Which predicates hold for one mail, computed field by field and only when one of the field is asked for.
//
// One thread, one mail. Fields of the recipient change with setRecipient(); the others are computed once.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "common/policy/facts.h"
#include "common/policy/policy_program.h"

namespace weir {

enum class Truth : std::uint8_t { kFalse, kTrue, kUnknown };

class PredicateBits final : private PredicateSink {
  public:
    // Why a predicate holds, for the trace; at most kWitnessBytes each.
    struct Witness {
        std::string value;
        std::string entry;
    };
    static constexpr std::size_t kWitnessBytes = 200;

    PredicateBits(const PolicyProgram& program, Facts& facts, bool witnesses);

    Truth of(PredicateId predicate) {
        const std::uint32_t table = program_.tableOf[predicate];
        if (!known_[table]) compute(table);
        return truth_[predicate];
    }

    // Forgets the recipient before and answers for this one. Returns what holds for it of the fields that
    // cost nothing, sorted: for two recipients with the same return value every rule gives the same, where
    // the program asks nothing dearer of each (PolicyProgram::eachRecipient).
    const std::vector<PredicateId>& setRecipient(const std::string& recipient);
    const std::string& recipient() const { return *recipient_; }

    // Without computing anything: false where nobody has asked for the field yet.
    bool known(PredicateId predicate) const { return known_[program_.tableOf[predicate]]; }
    // nullptr where it does not hold, or without witnesses.
    const Witness* witness(PredicateId predicate) const;

    // The failures of the predicate's field, once it is known; some may be of the kind that decides nothing.
    const std::vector<FactFailure>& failures(PredicateId predicate) const {
        return failures_[program_.tableOf[predicate]];
    }
    // Why the predicate's field is not, or not wholly, known; empty when it is.
    std::string note(PredicateId predicate) const;
    // All of them, each once.
    std::vector<std::string> notes() const;
    // The attachments for which the predicate holds (indexes). Only in a program that wants owners.
    const std::set<std::uint32_t>& owners(PredicateId predicate) const;

  private:
    void holds(PredicateId predicate, std::string_view value, std::string_view entry) override;
    void compute(std::uint32_t table);
    void match(std::uint32_t table, const FactAnswer& answer);
    void matchValues(const FieldTable& table, const FieldValues& values);

    const PolicyProgram& program_;
    Facts& facts_;
    const bool witnesses_;
    std::vector<Truth> truth_;
    std::vector<bool> known_;  // by table
    std::vector<PredicateId>* collecting_ = nullptr;
    std::vector<PredicateId> recipientHits_;
    const std::string* recipient_;
    std::map<PredicateId, Witness> found_;
    std::vector<std::vector<FactFailure>> failures_;  // by table
    std::vector<std::string> notes_;                  // by table
    std::map<PredicateId, std::set<std::uint32_t>> owners_;
    std::optional<std::uint32_t> owner_;  // of the value that is looked at
};

}  // namespace weir
