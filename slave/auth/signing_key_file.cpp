#include "slave/auth/signing_key_file.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <string_view>

#include "common/base/durable_file.h"
#include "common/mail/ascii.h"
#include "slave/auth/domain_name.h"
#include "slave/auth/signing_key.h"

namespace weir {
namespace {

constexpr unsigned kOwnerOnly = 0600;
constexpr std::size_t kLongestSelector = 63;

// Labels of letters, digits and hyphens: nothing that means something in a path.
bool isPlainName(std::string_view name) {
    const bool plain = std::all_of(name.begin(), name.end(), [](char c) {
        return isAsciiLetter(c) || isAsciiDigit(c) || c == '-' || c == '.';
    });
    return plain && !name.empty() && name.front() != '.' && name.front() != '-' && name.back() != '.' &&
           name.find("..") == std::string_view::npos;
}

std::string checkedDomain(const std::string& domain) {
    auto ascii = asciiDomain(domain);
    if (!ascii || !isPlainName(*ascii)) throw Error(ErrorCode::kInvalid, "\"" + domain + "\" is no domain");
    return *ascii;
}

// RFC 6376, section 3.1.
void checkSelector(const std::string& selector) {
    if (!isPlainName(selector) || selector.size() > kLongestSelector)
        throw Error(ErrorCode::kInvalid,
                    "\"" + selector + "\" is no selector: letters, digits, hyphens, dots");
}

std::filesystem::path pathOf(const std::filesystem::path& folder, const std::string& domain,
                             const std::string& selector) {
    checkSelector(selector);
    return folder / (selector + "." + checkedDomain(domain) + ".pem");
}

// What root makes belongs to whom the place belongs, or the daemon could not read it.
void giveToOwnerOf(const std::filesystem::path& model, const std::filesystem::path& made) {
    struct stat owner {};
    if (::geteuid() != 0 || ::stat(model.c_str(), &owner) != 0) return;
    if (::lchown(made.c_str(), owner.st_uid, owner.st_gid) != 0)
        throw Error(ErrorCode::kIo, made.string() + ": cannot be given to the owner of " + model.string());
}

void makeFolder(const std::filesystem::path& folder) {
    if (std::filesystem::exists(folder)) return;
    createDirectoryDurably(folder, 0700);
    giveToOwnerOf(folder.parent_path(), folder);
}

}  // namespace

SigningKeyFile makeSigningKeyFile(const std::filesystem::path& folder, const std::string& domain,
                                  const std::string& selector, DkimKey::Type type, unsigned rsaBits) {
    const std::filesystem::path path = pathOf(folder, domain, selector);
    if (std::filesystem::exists(std::filesystem::symlink_status(path)))
        throw Error(ErrorCode::kConflict, path.string() + " is there already: take another selector");
    const NewSigningKey made = makeSigningKey(type, rsaBits);
    makeFolder(folder);
    writeFileDurably(path, made.pem, kOwnerOnly);
    giveToOwnerOf(folder, path);
    return {path, dkimZoneLine(checkedDomain(domain), selector, made.record)};
}

SigningKeyFile readSigningKeyFile(const std::filesystem::path& folder, const std::string& domain,
                                  const std::string& selector) {
    const std::filesystem::path path = pathOf(folder, domain, selector);
    return {path, dkimZoneLine(checkedDomain(domain), selector, SigningKey::fromFile(path).publicRecord())};
}

}  // namespace weir
