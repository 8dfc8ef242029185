#include "slave/lookup/catalogs.h"

#include "common/base/control.h"
#include "common/base/digest.h"
#include "common/base/durable_file.h"
#include "common/base/log.h"

namespace weir {
namespace {

constexpr std::uint64_t kFileBytes = (64u << 20) + 256;  // the largest catalog and its first line

// "weir-catalog 1 NAME DIGEST SIZE\n": what a whole file of these bytes begins with.
std::string firstLine(const std::string& name, const std::string& bytes, const std::string& digest) {
    return "weir-catalog 1 " + name + ' ' + digest + ' ' + std::to_string(bytes.size()) + '\n';
}

Expected<std::string> catalogInFile(const std::string& name, const std::string& file) {
    constexpr std::string_view kMagic = "weir-catalog ";
    if (!file.starts_with(kMagic)) return problem("", "this is no file of a catalog");
    if (!file.starts_with(std::string(kMagic) + "1 "))
        return problem("", "a file of another version; this program reads version 1");
    const std::size_t end = file.find('\n');
    if (end == std::string::npos) return problem("", "its first line is not whole");
    std::string bytes = file.substr(end + 1);
    if (file.compare(0, end + 1, firstLine(name, bytes, sha256Hex(bytes))) != 0)
        return problem("", "name, size and digest do not fit what is in it");
    return bytes;
}

std::string count(std::size_t number, const char* what) {
    return std::to_string(number) + ' ' + what;
}

}  // namespace

template <class T, class Contents>
Expected<Catalogs::Ready> Catalogs::ready(Expected<std::shared_ptr<const T>> read, Snapshot<T>& snapshot,
                                          Contents contents) {
    if (!read) return tl::unexpected<Problem>(read.error());
    return Ready{[made = *read, &snapshot] { snapshot.set(made); }, contents(**read), {}};
}

Catalogs::Catalogs(std::filesystem::path folder) : folder_(std::move(folder)) {
    readers_[kUserListsCatalog] = [this](const std::string& bytes) {
        return ready(UserLists::fromBytes(bytes), userLists_, [](const UserLists& lists) {
            return count(lists.entries(), "entries of ") + count(lists.owners(), "owners");
        });
    };
    readers_[kLearnedCatalog] = [this](const std::string& bytes) {
        const auto read = LearnedModel::fromBytes(bytes);
        auto made = ready(read, learned_, [](const LearnedModel& model) {
            return count(model.mails().spam, "spam and ") + count(model.mails().ham, "ham learned");
        });
        if (made) made->unused = (*read)->misfit();
        return made;
    };
    createDirectoryDurably(folder_);
    for (const auto& [name, reader] : readers_) load(name);
}

void Catalogs::load(const std::string& name) {
    CatalogState state;
    state.name = name;
    if (!controlOff("last-catalog")) serveFile(state);
    if (!state.problem.empty())
        logWarning("catalog.damaged", {{"file", fileOf(name).string()}, {"reason", state.problem}});
    (*states_.lock())[name] = std::move(state);
}

// The file of the life before, where there is a good one.
void Catalogs::serveFile(CatalogState& state) {
    const std::string& name = state.name;
    try {
        const auto bytes = catalogInFile(name, readFile(fileOf(name), kFileBytes));
        auto made = bytes ? readers_.at(name)(*bytes) : tl::unexpected<Problem>(bytes.error());
        if (made) {
            made->serve();
            state.digest = sha256Hex(*bytes);
            state.contents = std::move(made->contents);
            state.unused = std::move(made->unused);
        } else {
            state.problem = "the file on disk is not used, it is asked for again: " + made.error().text();
        }
    } catch (const Error& error) {
        if (error.code() != ErrorCode::kNotFound)
            state.problem = std::string("the file on disk cannot be read: ") + error.what();
    }
}

CatalogState Catalogs::state(const std::string& name) const {
    return states_.lock()->at(name);
}

std::vector<CatalogState> Catalogs::states() const {
    std::vector<CatalogState> all;
    auto states = states_.lock();
    for (const auto& [name, state] : *states) all.push_back(state);
    return all;
}

std::optional<Problem> Catalogs::apply(const std::string& name, const std::string& bytes) {
    const auto reader = readers_.find(name);
    if (reader == readers_.end()) return Problem{"", "this program knows no catalog " + name};
    auto made = reader->second(bytes);
    if (!made) return made.error();
    const std::string digest = sha256Hex(bytes);
    DurableFile file(fileOf(name));
    file.write(firstLine(name, bytes, digest));
    file.write(bytes);
    file.commit();
    made->serve();
    logInfo("catalog.applied", {{"catalog", name}, {"contents", made->contents}, {"digest", digest}});
    (*states_.lock())[name] = {name, digest, std::move(made->contents), std::move(made->unused), {}};
    return std::nullopt;
}

void Catalogs::failed(const std::string& name, const std::string& why) {
    auto states = states_.lock();
    CatalogState& state = states->at(name);
    if (state.problem == why) return;
    state.problem = why;
    if (!why.empty())
        logWarning("catalog.not-taken",
                   {{"catalog", name}, {"reason", why}, {"effect", "the one before goes on serving"}});
}

}  // namespace weir
