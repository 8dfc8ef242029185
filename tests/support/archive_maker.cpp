#include "tests/support/archive_maker.h"

#include <archive.h>
#include <archive_entry.h>
#include <zlib.h>

#include <random>
#include <stdexcept>

namespace weir::test {
namespace {

using namespace std::string_literals;

la_ssize_t append(archive*, void* out, const void* bytes, std::size_t size) {
    static_cast<std::string*>(out)->append(static_cast<const char*>(bytes), size);
    return static_cast<la_ssize_t>(size);
}

void check(archive* writer, int result) {
    if (result != ARCHIVE_OK) throw std::runtime_error(::archive_error_string(writer));
}

int setFormat(archive* writer, const std::string& format) {
    if (format == "zip") return ::archive_write_set_format_zip(writer);
    if (format == "7z") return ::archive_write_set_format_7zip(writer);
    if (format == "tar") return ::archive_write_set_format_pax_restricted(writer);
    if (format == "ustar") return ::archive_write_set_format_ustar(writer);
    if (format == "iso") return ::archive_write_set_format_iso9660(writer);
    if (format == "cpio") return ::archive_write_set_format_cpio_newc(writer);
    if (format == "ar") return ::archive_write_set_format_ar_svr4(writer);
    if (format == "raw") return ::archive_write_set_format_raw(writer);
    throw std::runtime_error("no such format: " + format);
}

int addFilter(archive* writer, const std::string& filter) {
    if (filter.empty()) return ::archive_write_add_filter_none(writer);
    if (filter == "gz") return ::archive_write_add_filter_gzip(writer);
    if (filter == "bz2") return ::archive_write_add_filter_bzip2(writer);
    if (filter == "xz") return ::archive_write_add_filter_xz(writer);
    if (filter == "zst") return ::archive_write_add_filter_zstd(writer);
    if (filter == "lzma") return ::archive_write_add_filter_lzma(writer);
    if (filter == "lz") return ::archive_write_add_filter_lzip(writer);
    if (filter == "lz4") return ::archive_write_add_filter_lz4(writer);
    if (filter == "Z") return ::archive_write_add_filter_compress(writer);
    throw std::runtime_error("no such filter: " + filter);
}

std::string deflate(std::string_view bytes, int windowBits) {
    z_stream stream{};
    if (::deflateInit2(&stream, 9, Z_DEFLATED, windowBits, 9, Z_DEFAULT_STRATEGY) != Z_OK)
        throw std::runtime_error("deflateInit2");
    std::string out(::deflateBound(&stream, bytes.size()), '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
    stream.avail_in = static_cast<uInt>(bytes.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    ::deflate(&stream, Z_FINISH);
    out.resize(stream.total_out);
    ::deflateEnd(&stream);
    return out;
}

}  // namespace

std::string programBytes() {
    std::string bytes(512, '\0');
    bytes.replace(0, 4, "MZ\x90\0"s);
    bytes[0x18] = '\x40';  // relocations; from 0x40 on there is a newer header
    bytes[0x3C] = '\x80';  // where that one is
    bytes.replace(0x40, 43, "This program cannot be run in DOS mode.\r\r\n$");
    bytes.replace(0x80, 6, "PE\0\0\x4c\1"s);
    bytes.replace(0x94, 6, "\xe0\0\2\1\x0b\1"s);
    return bytes;
}

std::string noise(std::size_t size, unsigned seed) {
    std::mt19937 random(seed);
    std::string bytes(size, '\0');
    for (char& c : bytes) c = static_cast<char>(random());
    return bytes;
}

std::string deflated(std::string_view bytes) {
    return deflate(bytes, -MAX_WBITS);
}

std::string zlibbed(std::string_view bytes) {
    return deflate(bytes, MAX_WBITS);
}

std::uint32_t crcOf(std::string_view bytes) {
    return static_cast<std::uint32_t>(
        ::crc32_z(0, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()));
}

std::string number(std::uint64_t value, int width) {
    std::string text;
    for (int i = 0; i < width; ++i) text += i < 8 ? static_cast<char>((value >> (8 * i)) & 0xFF) : '\0';
    return text;
}

std::string makeArchive(const std::string& format, const std::string& filter, const Files& files,
                        const std::string& options) {
    std::string out;
    archive* writer = ::archive_write_new();
    check(writer, setFormat(writer, format));
    check(writer, addFilter(writer, filter));
    if (!options.empty()) check(writer, ::archive_write_set_options(writer, options.c_str()));
    if (options.find("encryption") != std::string::npos)
        check(writer, ::archive_write_set_passphrase(writer, "secret"));
    ::archive_write_set_bytes_in_last_block(writer, 1);
    check(writer, ::archive_write_open(writer, &out, nullptr, append, nullptr));
    for (const NamedBytes& file : files) {
        archive_entry* entry = ::archive_entry_new();
        const bool directory = !file.name.empty() && file.name.back() == '/';
        ::archive_entry_set_pathname(entry, file.name.c_str());
        ::archive_entry_set_size(entry, static_cast<la_int64_t>(file.bytes.size()));
        ::archive_entry_set_filetype(entry, directory ? AE_IFDIR : AE_IFREG);
        ::archive_entry_set_perm(entry, 0644);
        check(writer, ::archive_write_header(writer, entry));
        if (!file.bytes.empty()) ::archive_write_data(writer, file.bytes.data(), file.bytes.size());
        ::archive_entry_free(entry);
    }
    check(writer, ::archive_write_close(writer));
    ::archive_write_free(writer);
    return out;
}

std::string makeZip(const std::vector<ZipPart>& parts, const ZipShape& shape) {
    std::string out = shape.before, directory;
    const std::size_t base = shape.offsetsCountBefore ? 0 : shape.before.size();
    unsigned count = 0;
    for (const ZipPart& part : parts) {
        const std::string data = part.deflate ? deflated(part.bytes) : part.bytes;
        const auto method = static_cast<std::uint16_t>(part.deflate ? 8 : 0);
        const std::string& localName = part.localName ? *part.localName : part.name;
        const std::uint64_t at = out.size() - base;
        if (part.local) {
            out += "PK\3\4" + number(20, 2) + number(part.localFlags.value_or(part.flags), 2) +
                   number(part.localMethod.value_or(method), 2) + number(0, 4) +
                   number(crcOf(part.bytes), 4) +
                   number(part.localPacked.value_or(static_cast<std::uint32_t>(data.size())), 4) +
                   number(part.localSize.value_or(static_cast<std::uint32_t>(part.bytes.size())), 4) +
                   number(localName.size(), 2) + number(0, 2) + localName + data;
        }
        if (part.central) {
            ++count;
            directory += "PK\1\2" + number(20, 2) + number(20, 2) + number(part.flags, 2) +
                         number(method, 2) + number(0, 4) + number(crcOf(part.bytes), 4) +
                         number(part.packed.value_or(static_cast<std::uint32_t>(data.size())), 4) +
                         number(part.size.value_or(static_cast<std::uint32_t>(part.bytes.size())), 4) +
                         number(part.name.size(), 2) + number(part.centralExtra.size(), 2) + number(0, 2) +
                         number(0, 2) + number(0, 2) + number(0, 4) + number(part.at.value_or(at), 4) +
                         part.name + part.centralExtra;
        }
    }
    const std::size_t directoryAt = out.size() - base;
    out += directory;
    out += "PK\5\6" + number(0, 4) + number(shape.count.value_or(static_cast<std::uint16_t>(count)), 2) +
           number(shape.count.value_or(static_cast<std::uint16_t>(count)), 2) + number(directory.size(), 4) +
           number(directoryAt, 4) + number(shape.comment.size(), 2) + shape.comment;
    return out + shape.after;
}

namespace {

std::string block4(char type, std::uint16_t flags, const std::string& rest) {
    const std::string head = std::string(1, type) + number(flags, 2) + number(7 + rest.size(), 2) + rest;
    return number(crcOf(head) & 0xFFFF, 2) + head;
}

std::string vint(std::uint64_t value) {
    std::string text;
    do {
        const auto byte = static_cast<unsigned char>(value & 0x7F);
        value >>= 7;
        text += static_cast<char>(byte | (value ? 0x80 : 0));
    } while (value);
    return text;
}

std::string block5(const std::string& head) {
    const std::string sized = vint(head.size()) + head;
    return number(crcOf(sized), 4) + sized;
}

}  // namespace

std::string makeRar4(const Files& files, bool encrypted, bool namesEncrypted) {
    std::string out = "Rar!\x1a\x07\x00"s;
    out += block4(0x73, namesEncrypted ? 0x80 : 0, number(0, 6));
    for (const NamedBytes& file : files) {
        const auto size = file.bytes.size();
        out += block4(0x74, static_cast<std::uint16_t>(0x8000 | (encrypted ? 4 : 0)),
                      number(size, 4) + number(size, 4) + number(2, 1) + number(crcOf(file.bytes), 4) +
                          number(0x5A8A4A2A, 4) + number(20, 1) + number(0x30, 1) +
                          number(file.name.size(), 2) + number(0x20, 4) + file.name);
        out += file.bytes;
    }
    return out + block4(0x7B, 0x4000, "");
}

std::string makeRar5(const Files& files, bool encrypted, bool namesEncrypted) {
    std::string out = "Rar!\x1a\x07\x01\x00"s;
    if (namesEncrypted)
        return out + block5(vint(4) + vint(0) + vint(0) + vint(0) + number(15, 1) + std::string(16, 's')) +
               std::string(200, '\x9c');
    out += block5(vint(1) + vint(0) + vint(0));
    for (const NamedBytes& file : files) {
        const std::string extra = vint(1 + 2 + 1 + 16 + 16) + vint(1) + vint(0) + vint(0) + number(15, 1) +
                                  std::string(16, 's') + std::string(16, 'i');
        out += block5(vint(2) + vint(encrypted ? 3 : 2) + (encrypted ? vint(extra.size()) : "") +
                      vint(file.bytes.size()) + vint(4) + vint(file.bytes.size()) + vint(0x20) +
                      number(crcOf(file.bytes), 4) + vint(0) + vint(0) + vint(file.name.size()) + file.name +
                      (encrypted ? extra : ""));
        out += file.bytes;
    }
    return out + block5(vint(5) + vint(0) + vint(0));
}

std::string makeCab(const Files& files) {
    std::string list, content;
    for (const NamedBytes& file : files) {
        list += number(file.bytes.size(), 4) + number(content.size(), 4) + number(0, 2) + number(0, 2) +
                number(0, 2) + number(0x20, 2) + file.name + '\0';
        content += file.bytes;
    }
    const std::size_t folderAt = 36, filesAt = folderAt + 8, dataAt = filesAt + list.size();
    const std::string block = number(0, 4) + number(content.size(), 2) + number(content.size(), 2) + content;
    return "MSCF"s + number(0, 4) + number(dataAt + block.size(), 4) + number(0, 4) + number(filesAt, 4) +
           number(0, 4) + number(3, 1) + number(1, 1) + number(1, 2) + number(files.size(), 2) +
           number(0, 2) + number(7, 2) + number(0, 2) + number(dataAt, 4) + number(1, 2) + number(0, 2) +
           list + block;
}

namespace {

// CRC-16 as lha counts it.
unsigned crc16(std::string_view bytes) {
    unsigned crc = 0;
    for (const char c : bytes) {
        crc ^= static_cast<unsigned char>(c);
        for (int i = 0; i < 8; ++i) crc = crc & 1 ? (crc >> 1) ^ 0xA001 : crc >> 1;
    }
    return crc;
}

}  // namespace

std::string makeLha(const NamedBytes& file, std::uint32_t codePage) {
    const std::string sum = std::string(1, '\0') + number(0, 2), page = "\x46" + number(codePage, 4),
                      name = "\1" + file.name;
    std::string head = "-lh0-" + number(file.bytes.size(), 4) + number(file.bytes.size(), 4) + number(0, 4) +
                       " \2" + number(crc16(file.bytes), 2) + "U";
    const std::size_t sumAt = 2 + head.size() + 2 + 1;
    for (const std::string& field : {sum, page, name}) head += number(field.size() + 2, 2) + field;
    head = number(head.size() + 4, 2) + head + number(0, 2);
    head.replace(sumAt, 2, number(crc16(head), 2));
    return head + file.bytes + '\0';
}

std::string makeLha(const Files& files) {
    std::string out;
    for (const NamedBytes& file : files) {
        const std::string rest = "-lh0-" + number(file.bytes.size(), 4) + number(file.bytes.size(), 4) +
                                 number(0, 4) + number(0x20, 1) + number(0, 1) + number(file.name.size(), 1) +
                                 file.name + number(crc16(file.bytes), 2);
        unsigned sum = 0;
        for (const char c : rest) sum += static_cast<unsigned char>(c);
        out += number(rest.size(), 1) + number(sum & 0xFF, 1) + rest + file.bytes;
    }
    return out + '\0';
}

}  // namespace weir::test
