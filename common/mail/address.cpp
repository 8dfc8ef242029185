#include "common/mail/address.h"

#include <algorithm>

#include "common/mail/ascii.h"

namespace weir {
namespace {

constexpr std::size_t kMostParentDomains = 128;  // a DNS name has at most 127 labels

}  // namespace

AddressParts splitAddress(std::string_view address) {
    const std::size_t at = address.rfind('@');
    if (at == std::string_view::npos) return {address, {}};
    return {address.substr(0, at), address.substr(at + 1)};
}

std::string normalAddress(std::string_view text) {
    text = trimmed(text);
    if (text.size() >= 2 && text.front() == '<' && text.back() == '>') {
        text = trimmed(text.substr(1, text.size() - 2));
    }
    if (text.starts_with('@')) {  // source route "@a,@b:user@dom"
        const std::size_t colon = text.find(':');
        if (colon != std::string_view::npos) text.remove_prefix(colon + 1);
    }
    const AddressParts parts = splitAddress(text);
    if (parts.local.size() == text.size()) return std::string(text);
    std::string_view domain = parts.domain;
    if (domain.ends_with('.')) domain.remove_suffix(1);
    return std::string(parts.local) + '@' + lowered(domain);
}

std::string domainOf(std::string_view address) {
    return std::string(splitAddress(normalAddress(address)).domain);
}

Expected<std::string> addressListEntry(std::string_view entry) {
    const std::string normal = lowered(normalAddress(entry));
    const AddressParts parts = splitAddress(normal);
    std::string_view domain = parts.domain;
    if (parts.local.empty() && domain.starts_with('.')) domain.remove_prefix(1);
    const bool spaced = std::any_of(normal.begin(), normal.end(), isAsciiSpace);
    if (parts.local.size() == normal.size() || domain.empty() || domain.starts_with('.') || spaced) {
        return problem("", "expected user@domain, @domain or @.domain, found \"" + std::string(entry) + "\"");
    }
    return normal;
}

std::vector<std::string> addressListKeys(std::string_view address) {
    const std::string normal = lowered(normalAddress(address));
    const std::string_view domain = splitAddress(normal).domain;
    std::vector<std::string> keys;
    if (domain.empty()) return keys;
    keys.push_back(normal);
    keys.push_back('@' + std::string(domain));
    std::size_t dot = domain.find('.');
    while (dot != std::string_view::npos && keys.size() < kMostParentDomains + 2) {
        keys.push_back('@' + std::string(domain.substr(dot)));
        dot = domain.find('.', dot + 1);
    }
    return keys;
}

bool addressMatches(std::string_view entry, std::string_view address) {
    const Expected<std::string> normal = addressListEntry(entry);
    if (!normal) return false;
    const std::vector<std::string> keys = addressListKeys(address);
    return std::find(keys.begin(), keys.end(), *normal) != keys.end();
}

}  // namespace weir
