#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "common/base/utf8.h"
#include "master/ctl/command_line.h"

namespace weir::ctl {
namespace {

constexpr std::size_t kLinesTogether = 10'000;  // what the API takes at once

struct Filter {
    std::string owner, sender, kind, q;
    std::size_t limit = 1000;
};

Json answerOf(const Answer& answer) {
    auto document = parseJson(answer.body);
    if (!document) throw Error(ErrorCode::kInternal, answer.body.substr(0, 200));
    return std::move(*document);
}

// "17 of 1000 for anna@example.com, 200 of 200000 in all"
std::string fullness(const Json& answer) {
    std::string text;
    const Json& limits = answer.at("limits");
    if (answer.at("owners").size() == 1) {
        const auto owner = answer.at("owners").begin();
        text = cell(owner.value()) + " of " + cell(limits.at("entries_of_owner")) + " for " +
               cell(Json(owner.key())) + ", ";
    }
    return text + cell(answer.at("entries")) + " of " + cell(limits.at("entries")) + " in all\n";
}

// All pages in one document: what the last page says, with the items of all.
Json entries(CommandLine& line, const Filter& filter) {
    Json whole, items = Json::array();
    std::string cursor;
    do {
        const auto most = std::min<std::size_t>(500, filter.limit - items.size());
        whole = line.api().get("/user-lists" + query({{"owner", filter.owner},
                                                      {"sender", filter.sender},
                                                      {"kind", filter.kind},
                                                      {"q", filter.q},
                                                      {"cursor", cursor},
                                                      {"limit", std::to_string(most)}}));
        for (Json& item : whole.at("items")) items.push_back(std::move(item));
        cursor = whole.at("next").is_null() ? "" : whole.at("next").get<std::string>();
    } while (!cursor.empty() && items.size() < filter.limit);
    whole["items"] = std::move(items);
    return whole;
}

void addList(CommandLine& line, CLI::App& lists) {
    auto filter = std::make_shared<Filter>();
    auto* list = lists.add_subcommand("list", "Entries, by owner; how full the lists are");
    list->add_option("--owner", filter->owner, "Of one owner: user@domain, or @domain");
    list->add_option("--sender", filter->sender, "About one sender: user@domain, or @domain");
    list->add_option("--kind", filter->kind, "allow or block");
    list->add_option("--search", filter->q, "Part of owner or sender");
    list->add_option("--limit", filter->limit, "At most so many (default 1000)")->check(CLI::PositiveNumber);
    list->callback([&line, filter] {
        const Json found = entries(line, *filter);
        line.print(found, [&] {
            return table(found.at("items"),
                         {{"owner", "/owner"},
                          {"kind", "/kind"},
                          {"sender", "/sender"},
                          {"added", "/added"},
                          {"by", "/added_by", 30}},
                         "no entry matches") +
                   fullness(found) +
                   (found.at("acted_on").get<bool>() ? ""
                                                     : "no rule of the published policy has the condition "
                                                       "user-list: entries do nothing yet\n");
        });
    });
}

// A change of one entry: refused is an error with the master's reason.
void changeOne(CommandLine& line, const std::string& path, const Json& entry) {
    const Json body = {{"entries", Json::array({entry})}};
    const Json answer = answerOf(line.api().call("POST", path, &body));
    const Json& result = answer.at("results").at(0);
    if (!result.at("ok").get<bool>()) throw Error(ErrorCode::kConflict, cell(result.at("detail")));
    line.print(answer, [&] {
        return cell(result.at("outcome")) + ": " + cell(result.at("owner")) + " " + cell(result.at("kind")) +
               " " + cell(result.at("sender")) + "\n" + fullness(answer);
    });
}

void addChanges(CommandLine& line, CLI::App& lists) {
    auto given = std::make_shared<std::vector<std::string>>(3);
    auto* add = lists.add_subcommand("add", "Allow or block a sender for a recipient or a whole domain");
    add->add_option("owner", given->at(0), "user@domain, or @domain for all its recipients")->required();
    add->add_option("kind", given->at(1), "allow or block")->required();
    add->add_option("sender", given->at(2), "user@domain, or @domain with its subdomains")->required();
    add->callback([&line, given] {
        changeOne(line, "/user-lists",
                  {{"owner", given->at(0)}, {"kind", given->at(1)}, {"sender", given->at(2)}});
    });
    auto* remove = lists.add_subcommand("remove", "Take an entry out");
    remove->add_option("owner", given->at(0), "As it is listed")->required();
    remove->add_option("sender", given->at(2), "As it is listed")->required();
    remove->callback([&line, given] {
        changeOne(line, "/user-lists/remove", {{"owner", given->at(0)}, {"sender", given->at(2)}});
    });
}

// Pieces that the API takes, each padded in front with empty lines so that line numbers are the file's.
std::vector<std::string> piecesOf(std::istream& in) {
    std::vector<std::string> pieces;
    std::size_t number = 0;
    for (std::string text; std::getline(in, text); ++number) {
        if (number % kLinesTogether == 0) pieces.emplace_back(number, '\n');
        pieces.back() += text + "\n";
    }
    return pieces;
}

// What was not refused is only counted.
std::string importText(const Json& results, const Json& last) {
    std::map<std::string, std::size_t> counts;
    Json refused = Json::array();
    for (const Json& one : results) {
        ++counts[one.at("outcome").get<std::string>()];
        if (!one.at("ok").get<bool>()) refused.push_back(one);
    }
    std::string text;
    if (!refused.empty())
        text = table(refused, {{"line", "/line"}, {"owner", "/owner"}, {"refused", "/detail", 160}}, "");
    for (const char* outcome : {"added", "changed", "present", "refused"})
        text += std::to_string(counts[outcome]) + " " + outcome + (outcome[0] == 'r' ? "\n" : ", ");
    return text + fullness(last);
}

void import(CommandLine& line, const std::string& file) {
    std::ifstream in(file, std::ios::binary);
    if (!in) throw Error(ErrorCode::kInvalid, "cannot read " + file);
    Json results = Json::array(), last;
    for (const std::string& piece : piecesOf(in)) {
        const Json body = {{"text", validUtf8(piece)}};
        last = answerOf(line.api().call("POST", "/user-lists/import", &body));
        for (Json& one : last.at("results")) results.push_back(std::move(one));
    }
    if (results.empty()) throw Error(ErrorCode::kInvalid, file + " has no entries");
    const bool allTaken =
        std::all_of(results.begin(), results.end(), [](const Json& one) { return one.at("ok").get<bool>(); });
    last["results"] = results;
    line.print(last, [&] { return importText(results, last); });
    if (!allTaken) throw Error(ErrorCode::kConflict, "not every line could be taken: see above");
}

}  // namespace

void addUserListCommands(CommandLine& line) {
    auto* lists = line.app().add_subcommand("user-lists", "Whose mail recipients want allowed or blocked");
    lists->require_subcommand(1);
    addList(line, *lists);
    addChanges(line, *lists);
    auto file = std::make_shared<std::string>();
    auto* taken =
        lists->add_subcommand("import", "Add entries from a file: owner, allow or block, sender a line");
    taken->add_option("file", *file, "Spaces, commas or semicolons between; # begins a comment")->required();
    taken->callback([&line, file] { import(line, *file); });
}

}  // namespace weir::ctl
