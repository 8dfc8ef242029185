// Any bytes as a document: every limit holds, what is told is valid UTF-8, and told once.
#include <set>

#include "common/base/utf8.h"
#include "common/mail/document_reader.h"
#include "tests/fuzz/fuzz_target.h"

using namespace weir;
using weir::test::mustHold;

namespace {

// Some that are soon over, so that what lies behind them is reached.
DocumentLimits smallLimits() {
    DocumentLimits limits;
    limits.unpackedBytes = 4u << 20;
    limits.heldBytes = 1u << 20;
    limits.parts = 300;
    limits.embedded = 20;
    limits.targets = 20;
    limits.textBytes = 100;
    limits.depth = 3;
    limits.nesting = 20;
    limits.documents = 10;
    return limits;
}

void check(const DocumentReading& reading, const DocumentLimits& limits) {
    static const std::set<std::string> kKinds{"", "ooxml", "odf", "ole2", "rtf", "pdf", "onenote"};
    mustHold(kKinds.contains(reading.kind), "a kind that there is");
    mustHold(reading.isDocument() ||
                 (reading.found.empty() && reading.embedded.empty() && reading.targets.empty()),
             "findings only in a document");
    const std::set<std::string> once(reading.found.begin(), reading.found.end());
    mustHold(once.size() == reading.found.size(), "findings told once");
    mustHold(reading.embedded.size() <= limits.embedded, "embedded objects within their limit");
    mustHold(reading.targets.size() <= limits.targets, "targets within their limit");
    mustHold(reading.unpacked <= limits.unpackedBytes + limits.heldBytes,
             "unpacked bytes within their limit");
    mustHold(reading.cut.size() <= 40, "few words for what is cut");
    for (const std::string& what : reading.cut)
        mustHold(!what.empty() && isValidUtf8(what), "a cut that says what");
    for (const EmbeddedObject& object : reading.embedded) {
        mustHold(isValidUtf8(object.name), "a name of valid UTF-8");
        mustHold(object.name.size() <= limits.textBytes, "a name within its limit");
    }
    std::set<std::string> places;
    for (const DocumentTarget& target : reading.targets) {
        mustHold(isValidUtf8(target.where), "a target of valid UTF-8");
        mustHold(target.where.size() <= limits.textBytes, "a target within its limit");
        mustHold(places.insert(target.where).second, "a target told once");
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes = test::inputOf(data, size);
    const DocumentReading reading = readDocument(bytes);
    check(reading, DocumentLimits());
    mustHold(reading.isDocument() == false || looksLikeDocument(bytes) || bytes.starts_with("PK"),
             "a document that looks like one");
    check(readDocument(bytes, smallLimits()), smallLimits());
    return 0;
}
