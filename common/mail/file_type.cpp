#include "common/mail/file_type.h"

#include <magic.h>

#include <algorithm>
#include <memory>

#include "common/base/error.h"

namespace weir {
namespace {

// libmagic 5.44 gave Windows programs a second name; rules are written against one.
constexpr const char* kProgramType = "application/x-dosexec";
constexpr std::string_view kNewProgramType = "application/vnd.microsoft.portable-executable";

// Text is searched with regular expressions, 2 ms for 8 kB; what tells its kind stands at its start.
constexpr std::size_t kTextBytes = 2048;

struct CloseMagic {
    void operator()(magic_t magic) const { magic_close(magic); }
};
using Magic = std::unique_ptr<magic_set, CloseMagic>;

Magic openMagic() {
    // The text formats left out cost most and say nothing that a rule could rely on; a tar needs more than a
    // head.
    constexpr int kFlags = MAGIC_MIME_TYPE | MAGIC_NO_CHECK_COMPRESS | MAGIC_NO_CHECK_ELF |
                           MAGIC_NO_CHECK_CSV | MAGIC_NO_CHECK_JSON | MAGIC_NO_CHECK_TOKENS;
    Magic magic(magic_open(kFlags));
    if (!magic) throw Error(ErrorCode::kUnavailable, "libmagic: out of memory");
    if (magic_load(magic.get(), nullptr) != 0) {
        throw Error(ErrorCode::kUnavailable, std::string("libmagic: ") + magic_error(magic.get()));
    }
    return magic;
}

bool isPlainText(std::string_view bytes) {
    return std::none_of(bytes.begin(), bytes.end(), [](char c) {
        return static_cast<unsigned char>(c) < ' ' && c != '\t' && c != '\n' && c != '\r' && c != '\f';
    });
}

}  // namespace

std::string fileType(std::string_view bytes) {
    thread_local const Magic magic = openMagic();
    bytes = bytes.substr(0, kFileTypeBytes);
    if (isPlainText(bytes)) bytes = bytes.substr(0, kTextBytes);
    const char* type = magic_buffer(magic.get(), bytes.empty() ? "" : bytes.data(), bytes.size());
    if (!type) return "application/octet-stream";
    return std::string_view(type) == kNewProgramType ? kProgramType : type;
}

}  // namespace weir
