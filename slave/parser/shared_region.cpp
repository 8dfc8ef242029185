#include "slave/parser/shared_region.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>

#include "common/base/error.h"

namespace weir {
namespace {

constexpr std::size_t kPage = 4096;
constexpr std::size_t kKept = 1u << 20;  // of an area, whatever its last use was

std::size_t wholePages(std::size_t bytes) {
    return (bytes + kPage - 1) / kPage * kPage;
}

char* mapped(int descriptor, std::size_t offset, std::size_t bytes, int access) {
    void* address = ::mmap(nullptr, bytes, access, MAP_SHARED, descriptor, static_cast<off_t>(offset));
    if (address == MAP_FAILED) throw systemError("parser memory: mmap", errno);
    return static_cast<char*>(address);
}

}  // namespace

RegionSizes wholePages(RegionSizes sizes) {
    return {wholePages(sizes.request), wholePages(sizes.answer + kAnswerStart)};
}

SharedRegion::SharedRegion(RegionSizes sizes) : sizes_(wholePages(sizes)) {
    descriptor_ = ::memfd_create("weir-parser", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (descriptor_ < 0) throw systemError("parser memory: memfd_create", errno);
    try {
        if (::ftruncate(descriptor_, static_cast<off_t>(sizes_.request + sizes_.answer)) != 0)
            throw systemError("parser memory: ftruncate", errno);
        if (::fcntl(descriptor_, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) != 0)
            throw systemError("parser memory: seals", errno);
        map(Side::kSlave);
    } catch (...) {
        ::close(descriptor_);
        throw;
    }
}

SharedRegion::SharedRegion(int descriptor, RegionSizes sizes)
    : sizes_(wholePages(sizes)), descriptor_(descriptor) {
    map(Side::kParser);
}

SharedRegion::~SharedRegion() {
    ::munmap(request_, sizes_.request);
    ::munmap(answer_, sizes_.answer);
    ::close(descriptor_);
}

void SharedRegion::map(Side side) {
    const int requestAccess = side == Side::kSlave ? PROT_READ | PROT_WRITE : PROT_READ;
    request_ = mapped(descriptor_, 0, sizes_.request, requestAccess);
    try {
        answer_ = mapped(descriptor_, sizes_.request, sizes_.answer, PROT_READ | PROT_WRITE);
    } catch (...) {
        ::munmap(request_, sizes_.request);
        throw;
    }
}

Progress& SharedRegion::progress() const {
    return *reinterpret_cast<Progress*>(answer_);
}

void SharedRegion::trim(std::size_t requestBytes, std::size_t answerBytes) {
    const auto giveBack = [&](std::size_t areaStart, std::size_t areaSize, std::size_t used) {
        if (used <= kKept || areaSize <= kKept) return;
        ::fallocate(descriptor_, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
                    static_cast<off_t>(areaStart + kKept), static_cast<off_t>(areaSize - kKept));
    };
    giveBack(0, sizes_.request, requestBytes);
    giveBack(sizes_.request, sizes_.answer, answerBytes + kAnswerStart);
}

}  // namespace weir
