// What a file really is, by its first bytes.
#pragma once

#include <string>
#include <string_view>

namespace weir {

// Bytes that are looked at, of text fewer; more are ignored.
inline constexpr std::size_t kFileTypeBytes = 8192;

// Media type by libmagic; "application/x-dosexec" for every DOS or Windows program, "application/x-empty" for
// nothing, "application/octet-stream" for what it does not know. Thread-safe: each thread has a libmagic of
// its own, loaded at its first call. Throws Error kUnavailable when libmagic's database cannot be loaded.
std::string fileType(std::string_view bytes);

}  // namespace weir
