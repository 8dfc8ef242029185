#include "slave/scan/scanner_connection.h"

namespace weir {

ScannerConnection::ScannerConnection(const ScannerSettings& settings, ScannerAddress& address)
    : address_(address), protocol_(makeScannerProtocol(settings)) {}

void ScannerConnection::open(const Until& until) {
    const auto connect = [&] { return std::make_unique<ScannerSocket>(address_.targets(until), until); };
    auto socket = connect();
    if (!protocol_->prepare(*socket)) {
        socket = connect();
        if (!protocol_->prepare(*socket))
            throw ScanError(ScanFailure::kNonsense, "ends each connection before a mail can be sent");
    }
    socket_ = std::move(socket);
}

ScanOutcome ScannerConnection::scan(const ScanRequest& request, const Until& until) {
    for (;;) {
        const bool kept = socket_ && socket_->quiet();
        if (!kept) open(until);
        std::unique_ptr<ScannerSocket> socket = std::move(socket_);  // what throws leaves none behind
        socket->begin(until);
        try {
            ScannerProtocol::Answer answer = protocol_->scan(*socket, request);
            if (answer.keep) socket_ = std::move(socket);
            return std::move(answer.outcome);
        } catch (const ScanError& error) {
            // The scanner may close what it kept at the moment when we use it.
            if (!kept || socket->heard() || error.failure() != ScanFailure::kBroken) throw;
        }
    }
}

ScannerVersion ScannerConnection::check(const Until& until) {
    ScannerSocket socket(address_.targets(until), until);
    return protocol_->check(socket);
}

}  // namespace weir
