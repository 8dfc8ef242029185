// Parsed policy → program: predicates numbered and arranged by field, conditions flattened, actions summed
// up.
//
// A policy is ready within about `patience` even when its expressions take libhs many seconds: those sets
// start with the engine that is ready at once and get the full one from the EngineBuilder's thread while mail
// is already filtered (the hits are the same). compilePolicy() of policy_evaluator.h is this with one
// EngineBuilder for the whole program.
#pragma once

#include <chrono>

#include "common/policy/engine_builder.h"
#include "common/policy/policy_evaluator.h"

namespace weir {

inline constexpr std::chrono::milliseconds kEnginePatience{300};

tl::expected<CompiledPolicyPtr, PolicyProblems> compilePolicy(
    const Json& effectiveDocument, Revision revision, EngineBuilder& engines,
    std::chrono::milliseconds patience = kEnginePatience);

}  // namespace weir
