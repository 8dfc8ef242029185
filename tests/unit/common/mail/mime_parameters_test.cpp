#include "common/mail/mime_parameters.h"

#include <catch2/catch.hpp>

using namespace weir;

namespace {

std::string filename(std::string_view value) {
    return mimeParameter(MimeField::kContentDisposition, value, "filename").value_or("(none)");
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

TEST_CASE("the parameters of a type are found too") {
    CHECK(mimeParameter(MimeField::kContentType, "multipart/mixed; Boundary=\"a;b\"", "boundary") == "a;b");
    CHECK(mimeParameter(MimeField::kContentType, "multipart/mixed;\r\n boundary =b; x=y", "boundary") == "b");
    CHECK(mimeParameter(MimeField::kContentType, "multipart/mixed; boundary=\"a\r\n b\"", "boundary") ==
          "a b");
    CHECK(mimeParameter(MimeField::kContentType, "text/plain; xcharset=a; charset=utf-8", "charset") ==
          "utf-8");
    CHECK_FALSE(mimeParameter(MimeField::kContentType, "text/plain", "charset"));
}

TEST_CASE("no number of other parameters hides one") {
    std::string value = "attachment";
    for (int i = 0; i < 100000; ++i) value += "; x" + std::to_string(i) + "=\"y;z\"";
    CHECK(filename(value + "; filename=evil.exe") == "evil.exe");
    CHECK(filename("attachment; x=\"never closed; filename=evil.exe") == "evil.exe");
    CHECK(filename("attachment; x=\"; filename=not.exe\"; filename=evil.exe") == "evil.exe");
}

TEST_CASE("a name in very many pieces is bounded") {
    std::string value = "attachment";
    for (int i = 0; i < 100000; ++i) value += "; filename*" + std::to_string(i) + "=x";
    CHECK(filename(value).size() <= 4096);
}

TEST_CASE("a parameter given twice has both readings, the extended form first") {
    const auto readings = [](const char* value) { return readMimeParameter(value, "filename").values; };
    using Texts = std::vector<std::string>;
    CHECK(readings("attachment; filename=a.txt; filename=evil.exe") == Texts{"a.txt", "evil.exe"});
    CHECK(readings("attachment; filename=a.txt; filename*=utf-8''evil.exe") == Texts{"evil.exe", "a.txt"});
    CHECK(readings("attachment; filename=a.txt; filename=a.txt") == Texts{"a.txt"});
    std::string many = "attachment";
    for (int i = 0; i < 10000; ++i) many += "; filename=" + std::to_string(i);
    CHECK(readings(many.c_str()).size() == 8);
    CHECK(readMimeParameter(many, "filename").cut);
}
