#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "common/base/durable_file.h"
#include "master/ctl/command_line.h"
#include "master/ctl/reference_text.h"

namespace weir::ctl {
namespace {

constexpr std::size_t kMaxPolicy = 64u << 20;

// The document in a file, "-" for standard input.
Json documentFrom(const std::string& file) {
    const std::string text =
        file == "-" ? std::string(std::istreambuf_iterator<char>(std::cin), {}) : readFile(file, kMaxPolicy);
    auto document = parseJson(text, {.bytes = kMaxPolicy});
    if (!document) throw Error(ErrorCode::kInvalid, file + ": " + document.error().text());
    return *document;
}

std::string draftTag(CommandLine& line) {
    return line.api().call("GET", "/policy/draft").etag;
}

void publish(CommandLine& line, const std::string& comment) {
    const Json body = {{"comment", comment}};
    const Answer answer = line.api().call("POST", "/policy/publish", &body, draftTag(line));
    const auto made = parseJson(answer.body);
    if (!made) throw Error(ErrorCode::kInternal, made.error().text());
    line.print(*made,
               [&] { return "published as revision " + cell(made->value("revision", Json())) + "\n"; });
}

void addDraftCommands(CommandLine& line, CLI::App& policy) {
    auto file = std::make_shared<std::string>();
    auto* check = policy.add_subcommand("check", "Check a document without keeping it");
    check->add_option("file", *file, "JSON file, - for standard input")->required();
    check->callback([&line, file] {
        line.change("POST", "/policy/check", {{"document", documentFrom(*file)}}, "the policy is good");
    });
    auto* put = policy.add_subcommand("put", "Make a document the draft");
    put->add_option("file", *file, "JSON file, - for standard input")->required();
    put->callback([&line, file] {
        const Json document = documentFrom(*file);
        line.change("PUT", "/policy/draft", {{"document", document}}, "the draft is replaced",
                    draftTag(line));
    });
    auto comment = std::make_shared<std::string>();
    auto* publishing = policy.add_subcommand("publish", "Publish the draft as a new revision");
    publishing->add_option("--comment", *comment, "Why");
    publishing->callback([&line, comment] { publish(line, *comment); });
    policy.add_subcommand("discard", "Throw the draft away")->callback([&line] {
        line.change("DELETE", "/policy/draft", Json(), "the draft is gone");
    });
}

}  // namespace

void addPolicyCommands(CommandLine& line) {
    auto* policy = line.app().add_subcommand("policy", "Rules, lists and sections");
    policy->require_subcommand(1);
    auto source = std::make_shared<std::string>();
    auto* get = policy->add_subcommand("get", "Print the published document, the draft, or a revision");
    get->add_option("revision", *source, "draft, or a number (default: the published one)");
    get->callback([&line, source] {
        const std::string path = source->empty()      ? ""
                                 : *source == "draft" ? "/draft"
                                                      : "/revisions/" + segment(*source);
        std::cout << toText(line.api().get("/policy" + path).at("document"), 2) << "\n";
    });
    addDraftCommands(line, *policy);
    auto from = std::make_shared<std::string>("published"), to = std::make_shared<std::string>("draft");
    auto* diff = policy->add_subcommand("diff", "What publishing the draft would change");
    diff->add_option("--from", *from, "published, or a number");
    diff->add_option("--to", *to, "draft, or a number");
    diff->callback([&line, from, to] {
        std::string base = *from;
        if (base == "published") base = cell(line.api().get("/policy").at("revision"));
        const Json found = line.api().get("/policy/diff" + query({{"from", base}, {"to", *to}}));
        line.printTable(found.at("changes"),
                        {{"change", "/kind"}, {"what", "/what"}, {"id", "/id", 40}, {"name", "/name", 60}},
                        "no changes");
    });
    policy->add_subcommand("reference", "Everything that a policy may say, as Markdown")->callback([&line] {
        const Json schema = line.api().get("/policy-schema");
        line.print(schema, [&] { return referenceText(schema); });
    });
    auto limit = std::make_shared<std::size_t>(20);
    auto* history = policy->add_subcommand("history", "Revisions, newest first");
    history->add_option("--limit", *limit, "At most so many (default 20)");
    history->callback([&line, limit] {
        line.printTable(line.api().list("/policy/revisions", *limit),
                        {{"revision", "/revision"},
                         {"published", "/published"},
                         {"by", "/published_by"},
                         {"rules", "/rules"},
                         {"comment", "/comment", 60}},
                        "nothing published yet");
    });
    auto revision = std::make_shared<std::uint64_t>(0);
    auto* rollback = policy->add_subcommand("rollback", "Publish an old revision's content as a new one");
    rollback->add_option("revision", *revision, "Number of the old revision")->required();
    rollback->callback([&line, revision] {
        line.change("POST", "/policy/rollback", {{"revision", *revision}},
                    "the content of revision " + std::to_string(*revision) + " is published again");
    });
    policy->add_subcommand("progress", "Which node runs which revision")->callback([&line] {
        line.printTable(
            line.api().get("/policy/progress").at("nodes"),
            {{"node", "/node", 30}, {"state", "/state"}, {"runs", "/applied"}, {"reason", "/reason", 100}},
            "no nodes");
    });
}

}  // namespace weir::ctl
