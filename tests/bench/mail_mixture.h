// Mail as a server sees it, made from a seed: sizes from 2 kB to 2 MB with a mean of about 60 kB; plain text,
// text with HTML, documents and pictures in base64.
#pragma once

#include <string>
#include <vector>

namespace weir::bench {

std::vector<std::string> mailMixture(std::size_t count, unsigned seed = 1);

}  // namespace weir::bench
