// Files uuencoded in a text (POSIX uuencode): "begin 644 name", lines, "end". Linear.
#pragma once

#include <cstddef>
#include <functional>
#include <string_view>
#include <vector>

namespace weir {

struct UuencodedFile {
    std::string_view name;   // as it stands there
    std::string_view block;  // from "begin" to "end", what uudecode() takes; the lines alone in base64
    bool base64 = false;     // "begin-base64"
};

// Those of `text`, at most `most`. A "begin" line counts when a line of encoded bytes follows soon; a block
// without "end" goes to the next "begin", or to the end of the text.
std::vector<UuencodedFile> findUuencoded(std::string_view text, std::size_t most);

// Calls put(bytes) for each line of the first block in `text` until it returns false.
void uudecode(std::string_view text, const std::function<bool(std::string_view)>& put);

}  // namespace weir
