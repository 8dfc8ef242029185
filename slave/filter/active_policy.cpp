#include "slave/filter/active_policy.h"

#include <nlohmann/json.hpp>

#include "common/base/control.h"
#include "common/base/durable_file.h"
#include "common/base/log.h"

namespace weir {
namespace {

constexpr int kFormat = 1;

std::filesystem::path lastGoodFile(const std::filesystem::path& folder) {
    return folder / "last-good.json";
}

std::filesystem::path pausedFile(const std::filesystem::path& folder) {
    return folder / "paused";
}

std::string firstProblem(const PolicyProblems& problems) {
    return problems.empty() ? std::string("no reason given") : problems.front().text();
}

struct LastGood {
    Revision revision = 0;
    Json document;
};

Expected<LastGood> readLastGood(const std::string& text) {
    auto json = parseJson(text);
    if (!json) return tl::unexpected(json.error());
    JsonReader reader(*json, "", JsonReader::Unknown::kRefuse);
    const auto format = reader.integer("format", 1, 1'000'000);
    if (format != kFormat) {
        return problem("/format",
                       "this file is of format " + std::to_string(format) + ", this version reads 1");
    }
    LastGood good;
    good.revision = static_cast<Revision>(reader.integer("revision", 0, INT64_MAX));
    const Json* document = reader.object("document");
    if (const auto& wrong = reader.finish()) return tl::unexpected(*wrong);
    if (document == nullptr) return problem("/document", "missing");
    good.document = *document;
    return good;
}

}  // namespace

ActivePolicy::ActivePolicy(std::filesystem::path folder, std::size_t maxRules)
    : folder_(std::move(folder)), maxRules_(maxRules), releaseKey_(std::make_shared<const std::string>()) {
    createDirectoryDurably(folder_);
}

tl::expected<CompiledPolicyPtr, PolicyProblems> ActivePolicy::compile(const Json& document,
                                                                      Revision revision) const {
    auto compiled = compilePolicy(document, revision);
    if (compiled && (*compiled)->ruleCount() > maxRules_) {
        return tl::unexpected(PolicyProblems{
            {"/rules", std::to_string((*compiled)->ruleCount()) +
                           " rules, and policy.max_rules of this node allows " + std::to_string(maxRules_)}});
    }
    return compiled;
}

bool ActivePolicy::load() {
    paused_ = std::filesystem::exists(pausedFile(folder_));
    if (paused_)
        logWarning("node.paused", {{"reason", "an administrator paused this node before its restart"}});
    const auto file = lastGoodFile(folder_);
    if (controlOff("last-good") || !std::filesystem::exists(file)) return false;
    const auto good = readLastGood(readFile(file));
    if (!good) {
        logError("policy.last_good_unreadable", {{"file", file.string()}, {"reason", good.error().text()}});
        return false;
    }
    auto compiled = compile(good->document, good->revision);
    if (!compiled) {
        logError("policy.last_good_refused",
                 {{"revision", good->revision}, {"reason", firstProblem(compiled.error())}});
        return false;
    }
    policy_.set(*compiled);
    logInfo("policy.loaded", {{"revision", good->revision}, {"rules", (*compiled)->ruleCount()}});
    return true;
}

tl::expected<void, PolicyProblems> ActivePolicy::apply(const Json& effectiveDocument, Revision revision) {
    std::lock_guard lock(applying_);
    auto compiled = compile(effectiveDocument, revision);
    if (!compiled) {
        logWarning("policy.refused", {{"revision", revision}, {"reason", firstProblem(compiled.error())}});
        if (controlOff("policy-check")) policy_.set(nullptr);
        return tl::unexpected(std::move(compiled.error()));
    }
    writeFileDurably(
        lastGoodFile(folder_),
        toText(Json{{"format", kFormat}, {"revision", revision}, {"document", effectiveDocument}}));
    policy_.set(*compiled);
    logInfo("policy.applied", {{"revision", revision}, {"rules", (*compiled)->ruleCount()}});
    return {};
}

void ActivePolicy::setPaused(bool paused) {
    paused_ = paused;
    try {
        if (paused) {
            writeFileDurably(pausedFile(folder_), "");
        } else {
            removeDurably(pausedFile(folder_));
        }
    } catch (const Error& e) {
        logWarning("node.pause_not_kept", {{"paused", paused}, {"reason", e.what()}});
    }
}

void ActivePolicy::setReleaseKey(std::string key) {
    releaseKey_.set(std::make_shared<const std::string>(std::move(key)));
}

std::string ActivePolicy::releaseKey() const {
    return *releaseKey_.get();
}

}  // namespace weir
