#include "common/smtp/smtp_content.h"

#include <cstring>

namespace weir {

void CrlfLines::add(std::string_view piece, std::string& out) {
    while (!piece.empty()) {
        const auto* found = static_cast<const char*>(std::memchr(piece.data(), '\n', piece.size()));
        if (!found) {
            out += piece;
            last_ = piece.back();
            return;
        }
        const auto at = static_cast<std::size_t>(found - piece.data());
        const char before = at > 0 ? piece[at - 1] : last_;
        out += piece.substr(0, at);
        out += before == '\r' ? "\n" : "\r\n";
        last_ = '\n';
        piece.remove_prefix(at + 1);
    }
}

void CrlfLines::end(std::string& out) {
    if (last_ != '\n') out += "\r\n";
    last_ = '\n';
}

void DotStuffing::add(std::string_view piece, std::string& out) {
    while (!piece.empty()) {
        if (lineStart_ && piece.front() == '.') out += '.';
        const auto* found = static_cast<const char*>(std::memchr(piece.data(), '\n', piece.size()));
        const std::size_t length = found ? static_cast<std::size_t>(found - piece.data()) + 1 : piece.size();
        out += piece.substr(0, length);
        lineStart_ = found != nullptr;
        piece.remove_prefix(length);
    }
}

}  // namespace weir
