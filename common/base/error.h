// The two ways in which something fails.
//
// Hostile or human input (mail, peers, uploads, configuration) is answered with Expected<T>: the Problem says
// where it is and what was expected. The environment (disk, network, database) and misuse throw Error; each
// boundary (milter callback, HTTP request, worker turn) catches once.
#pragma once

#include <stdexcept>
#include <string>
#include <tl/expected.hpp>

namespace weir {

enum class ErrorCode {
    kInvalid,      // the caller gave something that can never work
    kNotFound,     // no such thing
    kConflict,     // it has changed meanwhile, or is in a state that forbids this
    kDenied,       // not allowed to this caller
    kUnavailable,  // a peer, node or database is away: the same call may work later
    kTimeout,      // no answer in time
    kNoSpace,      // the disk or a budget is full
    kIo,           // the disk failed
    kLimit,        // larger, deeper or more than a limit allows
    kInternal,     // a mistake of ours
};

// "invalid", "not-found", …: the word used in logs and problem+json types.
const char* toString(ErrorCode code);

class Error : public std::runtime_error {
  public:
    // `text` is for the operator: what failed, where, and what to do when that is known.
    Error(ErrorCode code, const std::string& text) : std::runtime_error(text), code_(code) {}
    ErrorCode code() const { return code_; }

  private:
    ErrorCode code_;
};

// Error of a failed system call: "<what>: <strerror>", kNoSpace for ENOSPC and EDQUOT, else kIo.
Error systemError(const std::string& what, int errorNumber);

struct Problem {
    std::string where;  // file:line, JSON pointer, header name …; empty for the whole input
    std::string what;   // what was found and what was expected
    std::string text() const { return where.empty() ? what : where + ": " + what; }
};

template <class T>
using Expected = tl::expected<T, Problem>;

inline tl::unexpected<Problem> problem(std::string where, std::string what) {
    return tl::unexpected<Problem>(Problem{std::move(where), std::move(what)});
}

}  // namespace weir
