// Gives a fuzz target the seed files and changed copies of them.
//
//   fuzz-NAME [--runs N] [--first N] [--longest SECONDS] SEED_FILE...
//
// Run N is the same input every time: a crash is seen again with --first N --runs 1. One input that takes
// longer than --longest (10) ends the program.
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <csignal>
#include <cstring>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "tests/fuzz/fuzz_target.h"

namespace {

constexpr std::size_t kLargest = 1u << 20;

// What readers of mail and JSON treat as something special.
const char* const kWords[] = {"\r\n",
                              "\n",
                              "\r",
                              "\r\n\r\n",
                              "--",
                              ";",
                              "=?utf-8?B?",
                              "?=",
                              "=3D",
                              "=\r\n",
                              "\"",
                              "\\",
                              "{",
                              "}",
                              "[",
                              "]",
                              ":",
                              ",",
                              "null",
                              "-1",
                              "1e400",
                              "\\u0000",
                              "\\ud800",
                              "<",
                              ">",
                              "<!--",
                              "-->",
                              "&#",
                              "&lt;",
                              "<script>",
                              "boundary=",
                              "name*0",
                              "name*1*=",
                              "message/rfc822",
                              "multipart/mixed",
                              "\t",
                              "(",
                              ")",
                              "\xff\xfe",
                              "\xc0\x80",
                              "@",
                              "base64",
                              "Content-Type:",
                              "9223372036854775808"};

volatile sig_atomic_t run = 0;

void tooLong(int) {
    const char text[] = "fuzz: an input took too long\n";
    if (write(2, text, sizeof text - 1) < 0) _exit(3);
    std::abort();
}

std::string fileBytes(const char* path) {
    std::ifstream in(path, std::ios::binary);
    if (!in) {
        std::fprintf(stderr, "fuzz: cannot read %s\n", path);
        std::exit(2);
    }
    return {std::istreambuf_iterator<char>(in), {}};
}

class Mutator {
  public:
    Mutator(const std::vector<std::string>& seeds, unsigned seed) : seeds_(seeds), random_(seed) {}

    std::string input() {
        std::string bytes = seeds_[below(seeds_.size())];
        for (std::size_t changes = 1 + below(8); changes > 0; --changes) {
            if (below(2) == 0) {
                changeWord(bytes);
            } else {
                change(bytes);
            }
        }
        if (bytes.size() > kLargest) bytes.resize(kLargest);
        return bytes;
    }

  private:
    std::size_t below(std::size_t n) { return n == 0 ? 0 : random_() % n; }

    // Where a run of letters, digits and '-' stands that begins at or after a random place.
    std::pair<std::size_t, std::size_t> wordIn(const std::string& bytes) {
        const auto isWord = [](char c) {
            return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-';
        };
        const auto start = std::find_if(bytes.begin() + static_cast<std::ptrdiff_t>(below(bytes.size() + 1)),
                                        bytes.end(), isWord);
        const auto end = std::find_if_not(start, bytes.end(), isWord);
        return {static_cast<std::size_t>(start - bytes.begin()), static_cast<std::size_t>(end - start)};
    }

    // The structure stays whole: what comes after the syntax is reached.
    void changeWord(std::string& bytes) {
        const auto [at, length] = wordIn(bytes);
        const auto& other = seeds_[below(seeds_.size())];
        const auto [from, size] = wordIn(other);
        bytes.replace(at, length, other, from, size);
    }

    void change(std::string& bytes) {
        const auto at = below(bytes.size() + 1);
        const auto length = below(std::min<std::size_t>(bytes.size() - at, 1u << below(14)) + 1);
        switch (below(7)) {
            case 0:
                if (at < bytes.size()) bytes[at] = static_cast<char>(random_());
                break;
            case 1:
                bytes.insert(at, kWords[below(std::size(kWords))]);
                break;
            case 2:
                bytes.erase(at, length);
                break;
            case 3: {  // a piece many times over
                const auto piece = bytes.substr(at, length);
                for (std::size_t n = below(200); n > 0 && bytes.size() < kLargest; --n)
                    bytes.insert(at, piece);
                break;
            }
            case 4: {  // a piece of another seed
                const auto& other = seeds_[below(seeds_.size())];
                const auto from = below(other.size() + 1);
                bytes.insert(at, other, from, below(4096));
                break;
            }
            case 5:
                bytes.replace(at, length, length, static_cast<char>(random_()));
                break;
            default:
                if (at < bytes.size()) bytes[at] = static_cast<char>(bytes[at] ^ (1 << below(8)));
        }
    }

    const std::vector<std::string>& seeds_;
    std::mt19937 random_;
};

void one(const std::string& bytes, unsigned longest) {
    alarm(longest);
    LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
}

// What comes before a crash is the number of the run.
void sayRun() {
    std::fprintf(stderr, "fuzz: in run %ld\n", static_cast<long>(run));
}

}  // namespace

int main(int argc, char** argv) {
    long runs = 1000, first = 0;
    unsigned longest = 10;
    std::vector<std::string> seeds;
    for (int i = 1; i < argc; ++i) {
        const auto option = [&](const char* name) { return std::strcmp(argv[i], name) == 0 && i + 1 < argc; };
        if (option("--runs")) {
            runs = std::atol(argv[++i]);
        } else if (option("--first")) {
            first = std::atol(argv[++i]);
        } else if (option("--longest")) {
            longest = static_cast<unsigned>(std::atoi(argv[++i]));
        } else {
            seeds.push_back(fileBytes(argv[i]));
        }
    }
    if (seeds.empty()) {
        std::fprintf(stderr, "usage: %s [--runs N] [--first N] [--longest SECONDS] SEED_FILE...\n", argv[0]);
        return 2;
    }
    std::signal(SIGALRM, tooLong);
    std::signal(SIGABRT, [](int) {
        sayRun();
        std::signal(SIGABRT, SIG_DFL);
        std::raise(SIGABRT);
    });
    for (const auto& seed : seeds) one(seed, longest);
    for (long n = first; n < first + runs; ++n) {
        run = static_cast<sig_atomic_t>(n);
        one(Mutator(seeds, static_cast<unsigned>(n)).input(), longest);
    }
    alarm(0);
    std::printf("%zu seeds, runs %ld to %ld: nothing found\n", seeds.size(), first, first + runs - 1);
    return 0;
}
