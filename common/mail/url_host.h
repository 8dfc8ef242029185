// Hosts of URLs and mail domains: one form to compare, one to show, and the domain that somebody registered.
// Pure functions; any bytes are accepted; thread-safe.
#pragma once

#include <string>
#include <string_view>

namespace weir {

struct UrlHost {
    enum class Kind { kNone, kName, kIpv4, kIpv6 };
    Kind kind = Kind::kNone;  // kNone: nothing that a browser would look up
    std::string name;  // lower case, A-labels, no final dot; "192.0.2.1"; "2001:db8::1" without brackets
};

// A host as a browser understands it (WHATWG URL, section 3.5): percent-encoding decoded, Unicode mapped
// (UTS 46, so fullwidth letters and dots are plain ones), IPv4 in decimal, octal or hexadecimal numbers of
// one to four parts, IPv6 in brackets. Names over 253 bytes, labels over 63 and forbidden characters give
// kNone.
UrlHost urlHost(std::string_view host);

// A name with its A-labels written in Unicode; a label that is none of IDNA stays as it is. For showing only.
std::string unicodeHost(std::string_view name);

// What was registered under a public suffix (libpsl's built-in list, private section too): "example.co.uk" of
// "www.example.co.uk", "user.github.io"; "" for a public suffix itself, for addresses and names of one label.
// `name` as urlHost() writes it.
std::string registeredDomain(std::string_view name);

// The last label; "" for addresses.
std::string_view topLevel(std::string_view name);

// Whether the list of public suffixes knows this top level ("com", "xn--p1ai").
bool isKnownTopLevel(std::string_view topLevel);

// Whether `name` is `domain` or below it. Both as urlHost() writes them.
bool isWithin(std::string_view name, std::string_view domain);

}  // namespace weir
