#include "slave/parser/sandbox.h"

#include <fcntl.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>

#include "common/base/error.h"

// The sanitizers map terabytes of address space and make calls of their own.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define WEIR_SANITIZED 1
#else
#define WEIR_SANITIZED 0
#endif

namespace weir {
namespace {

constexpr bool kSanitized = WEIR_SANITIZED != 0;

void check(bool done, const char* what, int errorNumber) {
    if (!done)
        throw Error(ErrorCode::kUnavailable,
                    std::string("parser sandbox: ") + what + ": " + std::strerror(errorNumber));
}

void limit(__rlimit_resource resource, rlim_t soft, rlim_t hard) {
    const rlimit value{soft, hard};
    check(::setrlimit(resource, &value) == 0, "setrlimit", errno);
}

// Bytes of address space that are mapped now.
std::size_t mappedBytes() {
    char text[64] = {};
    const int file = ::open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
    check(file >= 0, "/proc/self/statm", errno);
    const ssize_t got = ::read(file, text, sizeof text - 1);
    ::close(file);
    check(got > 0, "/proc/self/statm", EIO);
    return std::strtoull(text, nullptr, 10) * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

// When memory is short, the kernel takes this process and not the slave. Where /proc cannot be written, it
// does without.
void goFirst() {
    const int file = ::open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
    if (file < 0) return;
    [[maybe_unused]] const ssize_t written = ::write(file, "1000", 4);
    ::close(file);
}

struct FreeFilter {
    void operator()(void* filter) const { seccomp_release(filter); }
};
using Filter = std::unique_ptr<void, FreeFilter>;

void allow(const Filter& filter, int call) {
    const int error = seccomp_rule_add(filter.get(), SCMP_ACT_ALLOW, call, 0);
    check(error == 0, "a rule of the filter", -error);
}

void allow(const Filter& filter, int call, scmp_arg_cmp condition) {
    const int error = seccomp_rule_add_array(filter.get(), SCMP_ACT_ALLOW, call, 1, &condition);
    check(error == 0, "a rule of the filter", -error);
}

scmp_arg_cmp argumentIs(unsigned index, std::uint64_t value) {
    return {index, SCMP_CMP_EQ, value, 0};
}
scmp_arg_cmp argumentLacks(unsigned index, std::uint64_t bits) {
    return {index, SCMP_CMP_MASKED_EQ, bits, 0};
}

void filterCalls(int socket) {
    const Filter filter(seccomp_init(SCMP_ACT_KILL_PROCESS));
    check(filter != nullptr, "the kernel has no seccomp filter that ends a process", ENOSYS);
    const int badArch = seccomp_attr_set(filter.get(), SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);
    check(badArch == 0, "a rule of the filter", -badArch);
    for (const int call : {SCMP_SYS(recvfrom), SCMP_SYS(sendto)})
        allow(filter, call, argumentIs(0, static_cast<std::uint64_t>(socket)));
    for (const int call : {SCMP_SYS(mmap), SCMP_SYS(mprotect)})
        allow(filter, call, argumentLacks(2, PROT_EXEC));
    for (const int call :
         {SCMP_SYS(munmap), SCMP_SYS(mremap), SCMP_SYS(brk), SCMP_SYS(madvise), SCMP_SYS(futex),
          SCMP_SYS(clock_gettime), SCMP_SYS(gettimeofday), SCMP_SYS(time), SCMP_SYS(getrandom),
          SCMP_SYS(rt_sigreturn), SCMP_SYS(rt_sigprocmask), SCMP_SYS(restart_syscall), SCMP_SYS(exit),
          SCMP_SYS(exit_group), SCMP_SYS(getpid), SCMP_SYS(gettid)})
        allow(filter, call);
    // abort() and nothing else may send a signal, to this process alone.
    allow(filter, SCMP_SYS(tgkill), argumentIs(0, static_cast<std::uint64_t>(::getpid())));
    if constexpr (kSanitized) {
        for (const int call : {SCMP_SYS(sigaltstack), SCMP_SYS(sched_yield), SCMP_SYS(rt_sigaction)})
            allow(filter, call);
        allow(filter, SCMP_SYS(write), argumentIs(0, STDERR_FILENO));  // its report
    }
    const int error = seccomp_load(filter.get());
    check(error == 0, "loading the filter", -error);
}

}  // namespace

void enterSandbox(int socket, const SandboxLimits& limits) {
    goFirst();
    check(::prctl(PR_SET_DUMPABLE, 0) == 0, "PR_SET_DUMPABLE", errno);
    check(::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0, "PR_SET_NO_NEW_PRIVS", errno);
    limit(RLIMIT_CORE, 0, 0);
    limit(RLIMIT_FSIZE, 0, 0);
    limit(RLIMIT_CPU, limits.cpuSeconds, limits.cpuSeconds);
    // Not under AddressSanitizer and ThreadSanitizer, whose shadow memory alone is larger.
    if constexpr (!kSanitized) {
        const std::size_t most = mappedBytes() + limits.memoryBytes;
        limit(RLIMIT_AS, most, most);
    }
    limit(RLIMIT_NPROC, 0, 0);
    limit(RLIMIT_NOFILE, 0, 0);
    filterCalls(socket);
}

}  // namespace weir
