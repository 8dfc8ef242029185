#include "master/http/static_files.h"

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "tests/support/temp_folder.h"

using namespace weir;
using namespace weir::http;

namespace {

void write(const std::filesystem::path& path, const std::string& text) {
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path) << text;
}

struct Site {
    Site() {
        write(folder / "site/index.html", "<html><meta name=\"csp-nonce\" content=\"__MARK__\" /></html>");
        write(folder / "site/assets/app-1a2b.js", "js");
        write(folder / "site/weir.svg", "<svg/>");
        write(folder / "secret.txt", "secret");
        std::filesystem::create_symlink(folder / "secret.txt", folder / "site/link.txt");
    }
    Reply get(const std::string& path, const std::string& method = "GET") const {
        Request request;
        request.method = method;
        request.path = path;
        return StaticFiles(folder / "site").serve(request);
    }
    test::TempFolder folder;
};

std::string headerOf(const Reply& reply, const std::string& name) {
    for (const auto& [key, value] : reply.headers)
        if (key == name) return value;
    return {};
}

}  // namespace

TEST_CASE("each page has a nonce of its own, the same in the header and in the document") {
    const Site site;
    const Reply one = site.get("/"), two = site.get("/rules/block-files");
    CHECK(one.status == 200);
    CHECK(two.status == 200);
    CHECK(one.body != two.body);
    CHECK(one.body.find("__MARK__") == std::string::npos);
    const auto begin = one.body.find("content=\"") + 9;
    const auto nonce = one.body.substr(begin, one.body.find('"', begin) - begin);
    CHECK(nonce.size() == 32);
    const auto policy = headerOf(one, "Content-Security-Policy");
    CHECK(policy.find("style-src 'self' 'nonce-" + nonce + "'") != std::string::npos);
    CHECK(policy.find("unsafe") == std::string::npos);
    CHECK(headerOf(one, "Cache-Control") == "no-store");
    CHECK(site.get("/index.html").body.find("__MARK__") == std::string::npos);
}

TEST_CASE("assets are kept for ever, others are asked for again") {
    const Site site;
    const Reply asset = site.get("/assets/app-1a2b.js");
    CHECK(asset.body == "js");
    CHECK(headerOf(asset, "Content-Type").find("javascript") != std::string::npos);
    CHECK(headerOf(asset, "Cache-Control").find("immutable") != std::string::npos);
    CHECK(headerOf(site.get("/weir.svg"), "Cache-Control") == "no-cache");
    CHECK(site.get("/assets/missing.js").status == 404);
}

TEST_CASE("nothing outside the folder is read, whatever the path says") {
    const Site site;
    for (const char* path : {"/../secret.txt", "/assets/../../secret.txt", "/link.txt", "/./../secret.txt",
                             "/assets/../../../../../../etc/passwd"}) {
        INFO(path);
        CHECK(site.get(path).body.find("secret") == std::string::npos);
        CHECK(site.get(path).body.find("root:") == std::string::npos);
    }
}

TEST_CASE("files are only read") {
    const Site site;
    CHECK(site.get("/", "POST").status == 405);
    CHECK(site.get("/", "HEAD").status == 200);
}

TEST_CASE("a console that is not there is said in words") {
    const test::TempFolder folder;
    Request request;
    request.method = "GET";
    request.path = "/";
    const Reply reply = StaticFiles(folder / "nothing").serve(request);
    CHECK(reply.status == 503);
    CHECK(reply.body.find("console.folder") != std::string::npos);
}
