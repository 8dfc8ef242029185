// One HTTPS connection to a master: TLS 1.3, Poco underneath. NodeClient and enroll() stand on it.
//
// Not thread-safe but for abort().
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <iosfwd>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/error.h"
#include "common/base/ids.h"

namespace weir {

struct MasterAddress {
    std::string host;
    std::uint16_t port = 0;
    std::string text() const;  // "host:port", "[::1]:8444"
};
// "host", "host:port", "[v6]:port"; without a port 8444.
Expected<MasterAddress> masterAddressFromText(std::string_view text);

struct TlsFiles {
    std::filesystem::path authority;  // the one CA that is trusted
    std::filesystem::path identity;   // certificate and key in one PEM file; empty: none is shown
};

struct HttpsAnswer {
    int status = 0;
    std::string body;  // decompressed
};

class HttpsConnection {
  public:
    // Connects at the first exchange. The peer must show a certificate of `cluster` for the role master that
    // the CA signed; its names are not compared with the address.
    HttpsConnection(MasterAddress address, const TlsFiles& files, ClusterId cluster,
                    std::chrono::milliseconds connectTimeout, std::chrono::milliseconds answerTimeout);
    ~HttpsConnection();

    // `body` is compressed when that is worth it; an answer larger than `limit` is refused. Throws Error:
    // kUnavailable, kTimeout, kDenied (TLS: not our master, or it refuses our certificate), kInvalid, kLimit.
    // After any throw the connection is of no use.
    HttpsAnswer exchange(const std::string& method, const std::string& path, const std::string& contentType,
                         const std::string& body, std::size_t limit);
    HttpsAnswer stream(const std::string& path, std::uint64_t size,
                       const std::function<void(std::ostream&)>& writer);

    // Ends what is being waited for. From any thread.
    void abort();
    const MasterAddress& address() const { return address_; }

  private:
    class Session;
    HttpsAnswer receive(std::size_t limit);

    const MasterAddress address_;
    std::unique_ptr<Session> session_;
};

// The certificate chain a server shows, PEM each, without believing any of it: for the first look at a
// master. Throws Error kUnavailable.
std::vector<std::string> shownChain(const MasterAddress& address, std::chrono::milliseconds timeout);

// The Error that a refusal (status 400 and above) stands for: text from its problem+json body.
Error refusalOf(const HttpsAnswer& answer);

}  // namespace weir
