// Which predicates hold for one mail, computed field by field and only when one of the field is asked for.
//
// One thread, one mail. Fields of the recipient change with setRecipient(); the others are computed once.
#pragma once

#include <cstdint>
#include <map>
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

    // Forgets the recipient before and answers for this one. Returns what holds for it, sorted: for two
    // recipients with the same return value every rule gives the same.
    const std::vector<PredicateId>& setRecipient(const std::string& recipient);

    // Without computing anything: false where nobody has asked for the field yet.
    bool known(PredicateId predicate) const { return known_[program_.tableOf[predicate]]; }
    // nullptr where it does not hold, or without witnesses.
    const Witness* witness(PredicateId predicate) const;

    // Why some predicates are unknown, or cannot be known here; empty when all is known.
    const std::string& virusNote() const { return virusNote_; }
    // A section's on_failure says that what is unknown decides (then of() answers kUnknown for it).
    bool virusFailed() const { return virusFailed_; }

  private:
    void holds(PredicateId predicate, std::string_view value, std::string_view entry) override;
    void compute(std::uint32_t table);
    void computeVirus(const FieldTable& table);
    void matchAll(const FieldTable& table, const std::string& recipient);

    const PolicyProgram& program_;
    Facts& facts_;
    const bool witnesses_;
    std::vector<Truth> truth_;
    std::vector<bool> known_;  // by table
    std::vector<PredicateId>* collecting_ = nullptr;
    std::vector<PredicateId> recipientHits_;
    std::map<PredicateId, Witness> found_;
    std::string virusNote_;
    bool virusFailed_ = false;
};

}  // namespace weir
