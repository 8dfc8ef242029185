#include "common/mail/mime_parameters.h"

#include <catch2/catch.hpp>

using namespace weir;

namespace {

std::string filename(std::string_view value) {
    return MimeParameters(MimeParameters::Field::kContentDisposition, value)
        .get("filename")
        .value_or("(none)");
}

}  // namespace

TEST_CASE("a media type is read in lower case, anything else is none") {
    CHECK(mediaType(" Text/HTML; charset=x") == "text/html");
    CHECK(mediaType("(comment) image/png") == "image/png");
    CHECK(mediaType("text / plain") == "text/plain");
    for (const char* value : {"", "text", "text/", "/plain", ";", "(open"}) CHECK(mediaType(value).empty());
}

TEST_CASE("a disposition is read in lower case") {
    CHECK(dispositionKind(" Attachment; filename=x") == "attachment");
    CHECK(dispositionKind("inline") == "inline");
    CHECK(dispositionKind("").empty());
}

TEST_CASE("file names are decoded from every form in use") {
    CHECK(filename("attachment; filename=report.pdf") == "report.pdf");
    CHECK(filename("attachment; filename=\"my \\\"best\\\" report.pdf\"") == "my \"best\" report.pdf");
    CHECK(filename("attachment; filename*=UTF-8''na%C3%AFve%20plan.exe") == "naïve plan.exe");
    CHECK(filename("attachment; filename*0=\"long\"; filename*1=\"name\"; filename*2=\".exe\"") ==
          "longname.exe");
    CHECK(filename("attachment; filename*0*=iso-8859-1'de'gr%FC; filename*1*=%DF.exe") == "grüß.exe");
    CHECK(filename("attachment; filename=\"=?utf-8?B?Z3LDvMOfLmV4ZQ==?=\"") == "grüß.exe");
    CHECK(filename("attachment; filename=\"gr\xFC\xDF.exe\"") == "grüß.exe");
    CHECK(filename("attachment;\r\n\tfilename=\"folded\r\n name.exe\"") == "folded name.exe");
    CHECK(filename("attachment") == "(none)");
}

TEST_CASE("a NUL does not hide the parameters behind it") {
    CHECK(filename(std::string_view("attachment; x=\0y; filename=evil.exe", 36)) == "evil.exe");
}

TEST_CASE("a field of very many parameters is bounded") {
    std::string value = "attachment";
    for (int i = 0; i < 100000; ++i) value += "; filename*" + std::to_string(i) + "=x";
    CHECK(filename(value).size() < 16384);
}
