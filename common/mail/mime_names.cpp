#include "common/mail/mime_names.h"

#include <algorithm>

#include "common/mail/ascii.h"
#include "common/mail/charset.h"
#include "common/mail/mime_parameters.h"

namespace weir {
namespace {

constexpr std::size_t kLongestExtension = 64;

// "evil%2Eexe" of a plain parameter: some clients decode it.
std::string percentDecoded(std::string_view name) {
    std::string bytes;
    for (std::size_t i = 0; i < name.size(); ++i) {
        const bool escape =
            name[i] == '%' && i + 2 < name.size() && hexValue(name[i + 1]) >= 0 && hexValue(name[i + 2]) >= 0;
        bytes += escape ? static_cast<char>(hexValue(name[i + 1]) * 16 + hexValue(name[i + 2])) : name[i];
        if (escape) i += 2;
    }
    std::string text;
    appendUtf8(text, bytes, {});
    return text;
}

class Names {
  public:
    void addParameter(std::string_view field, const char* parameter) {
        if (field.empty()) return;
        MimeParameter found = readMimeParameter(field, parameter);
        names_.contradicts = names_.contradicts || found.contradicts;
        names_.cut = names_.cut || found.cut;
        const std::size_t before = names_.values.size();
        for (std::string& value : found.values) {
            const bool percent = value.find('%') != std::string::npos;
            const std::string decoded = percent ? percentDecoded(value) : std::string();
            add(std::move(value), before);
            if (percent) add(decoded, before);
        }
    }
    MimeNames take() {
        for (const std::string& name : names_.values) {
            names_.extensionsDiffer =
                names_.extensionsDiffer || fileExtension(name) != fileExtension(names_.values.front());
        }
        return std::move(names_);
    }

  private:
    void add(std::string value, std::size_t before) {
        std::string name = savedName(std::move(value));
        std::vector<std::string>& values = names_.values;
        if (name.empty() || std::find(values.begin(), values.end(), name) != values.end()) return;
        const std::string extension = fileExtension(name);
        const bool fallback = std::any_of(
            values.begin() + static_cast<std::ptrdiff_t>(before), values.end(),
            [&](const std::string& known) { return extension.empty() || fileExtension(known) == extension; });
        if (!fallback) values.push_back(std::move(name));
    }

    MimeNames names_;
};

}  // namespace

MimeNames mimeNames(std::string_view disposition, std::string_view contentType) {
    Names names;
    names.addParameter(disposition, "filename");
    names.addParameter(contentType, "name");
    return names.take();
}

std::string savedName(std::string name) {
    std::erase_if(name, [](char c) { return static_cast<unsigned char>(c) < ' ' || c == 0x7F; });
    if (name.size() > 2 && name.front() == '\'' && name.back() == '\'')
        name = name.substr(1, name.size() - 2);
    while (!name.empty() && (name.back() == '.' || name.back() == ' ')) name.pop_back();
    name.erase(0, name.find_first_not_of(' '));
    return name;
}

std::string fileExtension(std::string_view name) {
    const std::size_t slash = name.find_last_of("/\\");
    if (slash != std::string_view::npos) name.remove_prefix(slash + 1);
    // "name:stream" is the stream of that name, and "C:name" has a colon after one letter.
    const std::size_t colon = name.find(':', 2);
    if (colon != std::string_view::npos) name = name.substr(0, colon);
    while (!name.empty() && (name.back() == '.' || name.back() == ' ')) name.remove_suffix(1);
    const std::size_t dot = name.rfind('.');
    if (dot == std::string_view::npos) return {};
    return lowered(name.substr(dot + 1, kLongestExtension));
}

}  // namespace weir
