#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "master/ctl/command_line.h"
#include "master/ctl/mailbox_reader.h"

namespace weir::ctl {
namespace {

constexpr std::size_t kMailBytes = 32u << 20;

// The files of what was named; those of a folder in their order, without hidden ones.
std::vector<std::filesystem::path> filesOf(const std::filesystem::path& named) {
    if (!std::filesystem::is_directory(named)) return {named};
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(named))
        if (entry.is_regular_file() && !entry.path().filename().string().starts_with("."))
            files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    return files;
}

// Sends mails one after the other and counts what became of them.
class Lessons {
  public:
    Lessons(CommandLine& line, std::string kind) : line_(line), kind_(std::move(kind)) {}

    void file(const std::filesystem::path& file) {
        std::ifstream in(file, std::ios::binary);
        std::uint64_t number = 0;
        try {
            if (!in) throw Error(ErrorCode::kIo, "cannot be read");
            MailboxReader mails(in, kMailBytes);
            while (const auto mail = mails.next()) {
                ++number;
                const std::string name =
                    file.string() + (mails.mailbox() ? ", mail " + std::to_string(number) : "");
                if (mail->whole)
                    one(name, mail->bytes);
                else
                    failed(name, "mails of at most 32 MiB are learned");
            }
            if (number == 0) failed(file.string(), "there is nothing in it");
        } catch (const Error& error) {
            if (error.code() != ErrorCode::kIo) throw;
            failed(file.string(), error.what());
        }
    }

    bool allTaken() const { return failures_.empty(); }

    void sum(const Json& status) {
        if (progress_ > 0) std::cerr << "\r\033[K";
        const Json document = {{"class", kind_},          {"learned", learned_},
                               {"moved", moved_},         {"known", known_},
                               {"failed", failures_},     {"spam", status.at("spam")},
                               {"ham", status.at("ham")}, {"missing", status.at("missing")}};
        line_.print(document, [&] {
            std::string text = std::to_string(learned_) + " learned as " + kind_;
            if (moved_ > 0)
                text += ", " + std::to_string(moved_) + " moved from " + (kind_ == "spam" ? "ham" : "spam");
            if (known_ > 0) text += ", " + std::to_string(known_) + " known before";
            if (!failures_.empty()) text += ", " + std::to_string(failures_.size()) + " not taken";
            return text + "\n";
        });
    }

  private:
    void one(const std::string& name, const std::string& mail) {
        try {
            const auto answer = parseJson(upload(mail).body);
            if (!answer) throw Error(ErrorCode::kInternal, answer.error().text());
            const auto outcome = answer->at("outcome").get<std::string>();
            ++(outcome == "learned" ? learned_ : outcome == "moved" ? moved_ : known_);
        } catch (const Error& error) {
            // What is wrong with this mail does not keep the others.
            if (error.code() != ErrorCode::kInvalid && error.code() != ErrorCode::kLimit) throw;
            failed(name, error.what());
        }
        progress();
    }

    // A mail counts once, so that it may be sent again when a connection ended.
    Answer upload(const std::string& mail) {
        const std::string path = "/learning" + query({{"class", kind_}});
        try {
            return line_.api().upload(path, mail);
        } catch (const Error& error) {
            if (error.code() != ErrorCode::kUnavailable) throw;
            return line_.api().upload(path, mail);
        }
    }

    void failed(const std::string& name, const std::string& why) {
        if (progress_ > 0) std::cerr << "\r\033[K";
        std::cerr << "weirctl: " << cell(Json(name)) << ": " << why << "\n";
        failures_.push_back({{"mail", name}, {"why", why}});
    }

    void progress() {
        if (isatty(STDERR_FILENO) == 0) return;
        ++progress_;
        std::cerr << "\r" << progress_ << (progress_ == 1 ? " mail" : " mails") << std::flush;
    }

    CommandLine& line_;
    const std::string kind_;
    std::uint64_t learned_ = 0, moved_ = 0, known_ = 0, progress_ = 0;
    Json failures_ = Json::array();
};

void addFiles(CommandLine& line, CLI::App& learn, const std::string& kind) {
    auto files = std::make_shared<std::vector<std::string>>();
    auto* command = learn.add_subcommand(kind, "Learn mails in files as " + kind);
    command->add_option("file", *files, "Files with a mail or an mbox, and folders of them")->required();
    command->callback([&line, files, kind] {
        Lessons lessons(line, kind);
        for (const auto& named : *files)
            for (const auto& file : filesOf(named)) lessons.file(file);
        lessons.sum(line.api().get("/learning"));
        if (!lessons.allTaken()) throw Error(ErrorCode::kConflict, "not every mail was learned: see above");
    });
}

void addItem(CommandLine& line, CLI::App& learn) {
    auto id = std::make_shared<std::string>();
    auto kind = std::make_shared<std::string>();
    auto* item = learn.add_subcommand("item", "Learn a quarantined mail");
    item->add_option("id", *id, "Id of the item")->required();
    item->add_option("class", *kind, "spam or ham")->required()->check(CLI::IsMember({"spam", "ham"}));
    item->callback([&line, id, kind] {
        const Json body = {{"class", *kind}};
        const auto answer = parseJson(line.api().call("POST", "/learning/items/" + segment(*id), &body).body);
        if (!answer) throw Error(ErrorCode::kInternal, answer.error().text());
        line.print(*answer, [&] {
            const auto outcome = answer->at("outcome").get<std::string>();
            if (outcome == "known") return "known as " + *kind + " before: it counts once\n";
            if (outcome == "moved") return "moved to " + *kind + "\n";
            return "learned as " + *kind + "\n";
        });
    });
}

std::string statusText(const Json& status) {
    const Json& missing = status.at("missing");
    std::string text =
        "spam       " + cell(status.at("spam")) + "\nham        " + cell(status.at("ham")) + "\n";
    text += "scores     ";
    if (status.at("scores").get<bool>())
        text += "bayes.score has values\n";
    else
        text += "none before " + cell(status.at("needed")) + " of each: " + cell(missing.at("spam")) +
                " more spam and " + cell(missing.at("ham")) + " more ham\n";
    const Json& limits = status.at("limits");
    for (const char* what : {"tokens", "digests"})
        text += what + std::string(11 - std::string(what).size(), ' ') + cell(status.at(what)) +
                " of at most " + cell(limits.at(what)) + "\n";
    text += "changed    " + cell(status.at("changed")) + "\nmodel      ";
    const Json& model = status.at("model");
    if (model.is_null()) return text + "not written yet\n";
    return text + "written " + cell(model.at("written")) + ", " + cell(model.at("bytes")) + " bytes" +
           (model.at("current").get<bool>() ? "" : ", the next one soon") + "\nnodes      " +
           cell(model.at("nodes").at("have")) + " have it" +
           (model.at("nodes").at("without").empty() ? ""
                                                    : ", not yet " + cell(model.at("nodes").at("without"))) +
           "\n";
}

void addList(CommandLine& line, CLI::App& learn) {
    auto kind = std::make_shared<std::string>();
    auto search = std::make_shared<std::string>();
    auto limit = std::make_shared<std::size_t>(50);
    auto* list = learn.add_subcommand("list", "The learned mails, the latest first");
    list->add_option("--class", *kind, "spam or ham")->check(CLI::IsMember({"spam", "ham"}));
    list->add_option("--search", *search, "Part of the subject");
    list->add_option("--limit", *limit, "At most so many (default 50)");
    list->callback([&line, kind, search, limit] {
        line.printTable(
            line.api().list("/learning/mails" + query({{"class", *kind}, {"q", *search}}), *limit),
            {{"learned", "/learned"},
             {"class", "/class"},
             {"by", "/by", 20},
             {"subject", "/subject", 40},
             {"sha256", "/sha256", 64}},
            "nothing was learned that matches");
    });
}

}  // namespace

void addLearnCommands(CommandLine& line) {
    auto* learn = line.app().add_subcommand("learn", "Tell the cluster what is spam and what is not (ham)");
    learn->require_subcommand(1);
    addFiles(line, *learn, "spam");
    addFiles(line, *learn, "ham");
    addItem(line, *learn);
    learn->add_subcommand("status", "How much was learned")->callback([&line] {
        const Json status = line.api().get("/learning");
        line.print(status, [&] { return statusText(status); });
    });
    addList(line, *learn);
    auto mails = std::make_shared<std::vector<std::string>>();
    auto* forget = learn->add_subcommand("forget", "Take back what was learned of a mail");
    forget->add_option("sha256", *mails, "SHA-256 of each mail, as listed")->required();
    forget->callback([&line, mails] {
        for (const auto& sha256 : *mails)
            line.change("DELETE", "/learning/mails/" + segment(sha256), nullptr, "forgotten: " + sha256);
    });
}

}  // namespace weir::ctl
