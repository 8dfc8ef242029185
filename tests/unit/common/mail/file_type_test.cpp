#include "common/mail/file_type.h"

#include <catch2/catch.hpp>
#include <thread>
#include <vector>

using namespace weir;

TEST_CASE("the first bytes tell the type") {
    std::string executable = "MZ" + std::string(0x3A, '\0') + std::string("\x40\0\0\0PE\0\0\x4C\x01", 10);
    executable += std::string(200, '\0');
    CHECK(fileType(executable) == "application/x-dosexec");
    CHECK(fileType("%PDF-1.4\n%\xE2\xE3\xCF\xD3\n") == "application/pdf");
    CHECK(fileType(std::string("\x89PNG\r\n\x1A\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1\x08\2\0\0\0", 29)) ==
          "image/png");
    CHECK(fileType("") == "application/x-empty");
    CHECK(fileType("just some words\n") == "text/plain");
}

TEST_CASE("threads ask at the same time") {
    std::vector<std::thread> threads;
    std::vector<std::string> types(4);
    for (std::size_t i = 0; i < types.size(); ++i) {
        threads.emplace_back([&, i] {
            for (int round = 0; round < 20; ++round) types[i] = fileType("%PDF-1.4\n");
        });
    }
    for (std::thread& thread : threads) thread.join();
    for (const std::string& type : types) CHECK(type == "application/pdf");
}
