#include "common/mail/document_pdf_filters.h"

#include <algorithm>

#include "common/mail/archive_inflate.h"
#include "common/mail/ascii.h"

namespace weir {
namespace {

constexpr std::size_t kMostFilters = 8;

std::string fromHex(std::string_view bytes) {
    std::string result;
    int half = -1;
    for (const char c : bytes) {
        if (c == '>') break;
        const int digit = hexValue(c);
        if (digit < 0) continue;
        if (half >= 0) result += static_cast<char>(half * 16 + digit);
        half = half >= 0 ? -1 : digit;
    }
    if (half >= 0) result += static_cast<char>(half * 16);
    return result;
}

std::string fromBase85(std::string_view bytes) {
    std::string result;
    std::uint32_t value = 0;
    int count = 0;
    const auto put = [&](int length) {
        for (int i = 0; i < length; ++i) result += static_cast<char>((value >> (24 - 8 * i)) & 0xFF);
        value = 0;
        count = 0;
    };
    for (const char c : bytes) {
        if (c == '~') break;
        if (c == 'z' && count == 0) {
            put(4);
        } else if (c >= '!' && c <= 'u') {
            value = value * 85 + static_cast<std::uint32_t>(c - '!');
            if (++count == 5) put(4);
        }
    }
    if (count > 1) {
        const int length = count - 1;
        for (int i = count; i < 5; ++i) value = value * 85 + 84;
        put(length);
    }
    return result;
}

// PNG predictors: each row begins with the way in which it differs from the one above it (PNG, section 9).
std::string unpredicted(std::string_view bytes, const PdfFilters& filters) {
    const std::size_t bits = std::size_t{filters.colors} * filters.bits;
    const std::size_t pixel = std::max<std::size_t>(1, bits / 8), row = (bits * filters.columns + 7) / 8;
    if (row > bytes.size()) return std::string(bytes);
    std::string above(row, '\0'), result;
    for (; !bytes.empty(); bytes.remove_prefix(std::min(bytes.size(), row + 1))) {
        std::string now(bytes.substr(1, row));
        now.resize(row);
        for (std::size_t i = 0; i < row; ++i) {
            const auto at = [&](const std::string& line, std::size_t back) {
                return i >= back ? static_cast<unsigned char>(line[i - back]) : 0;
            };
            const int left = at(now, pixel), up = at(above, 0), corner = at(above, pixel);
            int guess = 0;
            switch (bytes.front()) {
                case 1:
                    guess = left;
                    break;
                case 2:
                    guess = up;
                    break;
                case 3:
                    guess = (left + up) / 2;
                    break;
                case 4: {
                    const int p = left + up - corner;
                    const int a = std::abs(p - left), b = std::abs(p - up), c = std::abs(p - corner);
                    guess = a <= b && a <= c ? left : b <= c ? up : corner;
                    break;
                }
                default:
                    break;
            }
            now[i] = static_cast<char>(now[i] + guess);
        }
        result += now;
        above.swap(now);
    }
    return result;
}

}  // namespace

std::string decodedPdfStream(std::string_view bytes, const PdfFilters& filters, std::size_t most,
                             DocumentFindings& findings, bool& whole) {
    const std::size_t held = findings.limits().heldBytes;
    if (filters.elsewhere) {
        findings.unreadable("a filter by reference");
        whole = false;
        return {};
    }
    std::string content;
    std::string_view left = bytes;  // of the file, or `content` once there is a filter
    whole = filters.names.size() <= kMostFilters && !findings.spent();
    for (std::size_t i = 0; i < std::min(filters.names.size(), kMostFilters) && whole; ++i) {
        const std::string& name = filters.names[i];
        const std::size_t room = i + 1 == filters.names.size() ? most : held;
        std::string decoded;
        if (name == "FlateDecode" || name == "Fl") {
            const InflateEnd end = inflateBytes(left, DeflateForm::kZlib, [&](std::string_view piece) {
                decoded += piece.substr(0, room - decoded.size());
                return findings.unpack(piece.size()) && decoded.size() < room;
            });
            whole = end == InflateEnd::kWhole;
            if (filters.predictor >= 10 && filters.columns <= held && filters.colors <= 32 &&
                filters.bits <= 16)
                decoded = unpredicted(decoded, filters);
        } else if (name == "ASCIIHexDecode" || name == "AHx") {
            decoded = fromHex(left.substr(0, held));
            whole = left.size() <= held && findings.unpack(decoded.size());
        } else if (name == "ASCII85Decode" || name == "A85") {
            decoded = fromBase85(left.substr(0, held));
            whole = left.size() <= held && findings.unpack(decoded.size());
        } else {
            const bool word = name.size() < 40 && std::all_of(name.begin(), name.end(), isAsciiLetter);
            findings.unreadable("filter " + (word ? name : std::string("of another name")));
            whole = false;
        }
        content.swap(decoded);
        left = content;
    }
    if (!filters.names.empty()) {
        whole = whole && content.size() <= most;
        content.resize(std::min(content.size(), most));
        return content;
    }
    whole = whole && left.size() <= most && findings.unpack(std::min(left.size(), most));
    return std::string(left.substr(0, most));
}

}  // namespace weir
