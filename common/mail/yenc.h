// Files in yEnc in a text: "=ybegin line=128 size=… name=…", bytes, "=yend". Linear.
#pragma once

#include <cstddef>
#include <functional>
#include <string_view>
#include <vector>

namespace weir {

struct YencFile {
    std::string_view name;   // as it stands there
    std::string_view block;  // from "=ybegin" to "=yend", what yencDecode() takes
};

// Those of `text`, at most `most`. A block without "=yend" goes to the next "=ybegin", or to the end.
std::vector<YencFile> findYenc(std::string_view text, std::size_t most);

// Calls put(bytes) until it returns false.
void yencDecode(std::string_view block, const std::function<bool(std::string_view)>& put);

}  // namespace weir
