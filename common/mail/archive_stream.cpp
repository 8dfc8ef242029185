#include "common/mail/archive_stream.h"

#include <archive.h>
#include <archive_entry.h>

#include <cerrno>
#include <new>

namespace weir {
namespace {

const char* nameOf(int format) {
    switch (format & ARCHIVE_FORMAT_BASE_MASK) {
        case ARCHIVE_FORMAT_7ZIP:
            return "7z";
        case ARCHIVE_FORMAT_TAR:
            return "tar";
        case ARCHIVE_FORMAT_RAR:
        case ARCHIVE_FORMAT_RAR_V5:
            return "rar";
        case ARCHIVE_FORMAT_ISO9660:
            return "iso";
        case ARCHIVE_FORMAT_CAB:
            return "cab";
        case ARCHIVE_FORMAT_LHA:
            return "lha";
        case ARCHIVE_FORMAT_AR:
            return "ar";
        case ARCHIVE_FORMAT_CPIO:
            return "cpio";
        case ARCHIVE_FORMAT_ZIP:
            return "zip";
    }
    return "";
}

const char* extensionOf(int filter) {
    switch (filter) {
        case ARCHIVE_FILTER_GZIP:
            return ".gz";
        case ARCHIVE_FILTER_BZIP2:
            return ".bz2";
        case ARCHIVE_FILTER_XZ:
            return ".xz";
        case ARCHIVE_FILTER_LZMA:
            return ".lzma";
        case ARCHIVE_FILTER_LZIP:
            return ".lz";
        case ARCHIVE_FILTER_ZSTD:
            return ".zst";
        case ARCHIVE_FILTER_LZ4:
            return ".lz4";
        case ARCHIVE_FILTER_COMPRESS:
            return ".Z";
        case ARCHIVE_FILTER_RPM:
            return ".rpm";
    }
    return "";
}

}  // namespace

struct ArchiveStream::State {
    archive* reader = ::archive_read_new();
    archive_entry* entry = nullptr;
    bool any = false;      // there was an entry
    bool tooDeep = false;  // as opening it said
    ~State() { ::archive_read_free(reader); }
};

ArchiveStream::ArchiveStream(std::string_view bytes, Formats formats) : state_(std::make_unique<State>()) {
    archive* reader = state_->reader;
    if (!reader) throw std::bad_alloc();
    if (formats == Formats::kZipStream) {
        ::archive_read_support_format_zip_streamable(reader);
    } else {
        for (const auto support : {::archive_read_support_filter_gzip, ::archive_read_support_filter_bzip2,
                                   ::archive_read_support_filter_xz, ::archive_read_support_filter_lzma,
                                   ::archive_read_support_filter_lzip, ::archive_read_support_filter_zstd,
                                   ::archive_read_support_filter_lz4, ::archive_read_support_filter_compress,
                                   ::archive_read_support_filter_rpm})
            support(reader);
        if (formats == Formats::kOneFile) {
            ::archive_read_support_format_raw(reader);
            ::archive_read_support_format_empty(reader);
        } else {
            for (const auto support : {::archive_read_support_format_7zip, ::archive_read_support_format_ar,
                                       ::archive_read_support_format_cab, ::archive_read_support_format_cpio,
                                       ::archive_read_support_format_iso9660,
                                       ::archive_read_support_format_lha, ::archive_read_support_format_rar,
                                       ::archive_read_support_format_rar5, ::archive_read_support_format_tar})
                support(reader);
        }
    }
    const int opened = ::archive_read_open_memory(reader, bytes.data(), bytes.size());
    const char* why = opened == ARCHIVE_OK ? nullptr : ::archive_error_string(reader);
    state_->tooDeep = why && std::string_view(why).find("too many filters") != std::string_view::npos;
}

ArchiveStream::~ArchiveStream() = default;

ArchiveStream::Step ArchiveStream::step(int result) {
    if (result == ARCHIVE_OK || result == ARCHIVE_WARN) return Step::kEntry;
    if (result == ARCHIVE_EOF) return Step::kEnd;
    return ::archive_errno(state_->reader) == ENOMEM ? Step::kNoMemory : Step::kDamaged;
}

ArchiveStream::Step ArchiveStream::next() {
    const Step result = step(::archive_read_next_header(state_->reader, &state_->entry));
    state_->any |= result == Step::kEntry;
    return result;
}

std::string ArchiveStream::format() const {
    return nameOf(::archive_format(state_->reader));
}

std::string ArchiveStream::filters() const {
    std::string text;
    // The last filter is the bytes themselves.
    for (int i = 0; i + 1 < ::archive_filter_count(state_->reader); ++i)
        text += extensionOf(::archive_filter_code(state_->reader, i));
    return text;
}

bool ArchiveStream::tooDeep() const {
    return state_->tooDeep;
}

bool ArchiveStream::namesEncrypted() const {
    return !state_->any && ::archive_read_has_encrypted_entries(state_->reader) > 0;
}

std::string_view ArchiveStream::rawName() const {
    const char* name = ::archive_entry_pathname_utf8(state_->entry);
    if (!name) name = ::archive_entry_pathname(state_->entry);
    return name ? std::string_view(name) : std::string_view();
}

std::uint64_t ArchiveStream::size() const {
    const auto size = ::archive_entry_size(state_->entry);
    return ::archive_entry_size_is_set(state_->entry) && size > 0 ? static_cast<std::uint64_t>(size) : 0;
}

bool ArchiveStream::directory() const {
    return ::archive_entry_filetype(state_->entry) == AE_IFDIR;
}

bool ArchiveStream::encrypted() const {
    return ::archive_entry_is_encrypted(state_->entry) != 0;
}

ArchiveStream::Step ArchiveStream::data(std::string_view& piece) {
    const void* bytes = nullptr;
    std::size_t size = 0;
    la_int64_t offset = 0;
    const Step result = step(::archive_read_data_block(state_->reader, &bytes, &size, &offset));
    piece = bytes ? std::string_view(static_cast<const char*>(bytes), size) : std::string_view();
    return result;
}

}  // namespace weir
