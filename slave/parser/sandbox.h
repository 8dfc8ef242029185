// What a parser process may do once it begins to read mail: compute, and speak over one socket.
//
// From then on no file, no socket, no process, no signal to others and no executable memory can be had: any
// system call that is not in a short list ends the process at once (seccomp-bpf, SIGSYS). What a library
// opens at its first use (libmagic's database, gconv modules, time zone, OpenSSL's configuration) must be
// open before.
#pragma once

#include <cstddef>

namespace weir {

struct SandboxLimits {
    std::size_t memoryBytes = 128u << 20;  // address space beyond what is mapped when the sandbox is entered
    unsigned cpuSeconds = 60;              // of CPU time in its whole life
};

// For this process and for good: no core dump, nothing to trace, first to go when memory is short. Throws
// Error kUnavailable when the kernel does not allow one of the protections. One thread, the only one.
void enterSandbox(int socket, const SandboxLimits& limits);

}  // namespace weir
