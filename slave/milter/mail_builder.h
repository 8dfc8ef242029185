// Puts the bytes of one mail together again from what the milter protocol hands over piece by piece: header
// lines as `Name:` + value, the empty line, the body. What bytes() gives is what the client sent, byte for
// byte, with CRLF line ends.
//
// The bytes are in memory up to a limit of this mail and a budget of all mails together, beyond either in an
// unlinked file of the spool folder that is mapped at the end. One thread at a time; reused for many mails.
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace weir {

// Bytes of mail held in memory by all builders together.
class MemoryBudget {
  public:
    explicit MemoryBudget(std::uint64_t limit) : limit_(limit) {}
    bool take(std::uint64_t bytes);
    void give(std::uint64_t bytes) { used_.fetch_sub(bytes, std::memory_order_relaxed); }
    std::uint64_t used() const { return used_.load(std::memory_order_relaxed); }

  private:
    const std::uint64_t limit_;
    std::atomic<std::uint64_t> used_{0};
};

struct MailBuilderLimits {
    std::uint64_t mailBytes = 50u << 20;   // more is counted, not kept
    std::uint64_t memoryBytes = 4u << 20;  // of one mail; more goes to the spool file
    std::filesystem::path spoolFolder;
};

class MailBuilder {
  public:
    MailBuilder(const MailBuilderLimits& limits, MemoryBudget& budget);
    ~MailBuilder();
    MailBuilder(const MailBuilder&) = delete;
    MailBuilder& operator=(const MailBuilder&) = delete;

    // Forgets the mail before. `sizeHint` is what the client announced (SIZE=); it is not believed beyond a
    // reservation of address space within the limits.
    void begin(std::uint64_t sizeHint);
    // `value` begins with the space after the colon when `leadingSpace`; lines within it end with LF or CRLF.
    void header(std::string_view name, std::string_view value, bool leadingSpace);
    void body(std::string_view chunk);
    // After the last piece. The view is valid until begin(), clear() or the end of this. For a mail over the
    // limit it is the beginning that was kept; empty when the spool failed.
    std::string_view bytes();
    void clear();

    std::uint64_t size() const { return size_; }  // of the whole mail, kept or not
    bool tooLarge() const { return size_ > limits_.mailBytes; }
    const std::string& spoolProblem() const {
        return spoolProblem_;
    }  // why the spool file failed; empty: it did not

  private:
    void append(std::string_view piece);
    void endHeaders();
    void moveToSpool();
    void writeSpool(std::string_view piece);

    const MailBuilderLimits& limits_;
    MemoryBudget& budget_;
    std::string memory_;
    std::uint64_t reserved_ = 0;  // of the budget
    std::uint64_t size_ = 0;
    std::uint64_t kept_ = 0;
    bool inHeaders_ = true;
    int spool_ = -1;
    void* mapped_ = nullptr;
    std::string spoolProblem_;
};

}  // namespace weir
