// Against databases made on the spot by Perl's MaxMind::DB::Writer; skipped where it is not installed.
#include "slave/lookup/location.h"

#include <catch2/catch.hpp>
#include <cstdlib>
#include <fstream>

#include "tests/support/temp_folder.h"

using namespace weir;
using weir::test::TempFolder;

namespace {

constexpr const char* kWriter = R"(use MaxMind::DB::Writer::Tree;
my ($file, $kind) = @ARGV;
my $tree = MaxMind::DB::Writer::Tree->new(ip_version => 6, record_size => 24, database_type => 'Test',
    languages => ['en'], description => {en => 'test'}, remove_reserved_networks => 0,
    map_key_type_callback => sub { $_[0] eq 'autonomous_system_number' ? 'uint32' : $_[0] eq 'country' ? 'map' : 'utf8_string' });
if ($kind eq 'country') {
    $tree->insert_network('192.0.2.0/24', {country => {iso_code => 'AQ'}});
    $tree->insert_network('2001:db8::/32', {country => {iso_code => 'BV'}});
} else {
    $tree->insert_network('192.0.2.0/25', {autonomous_system_number => 64496});
}
open my $out, '>:raw', $file or die; $tree->write_tree($out); close $out;
)";

bool make(const TempFolder& folder, const char* kind) {
    std::ofstream(folder / "writer.pl") << kWriter;
    const std::string command = "perl " + (folder / "writer.pl").string() + " " + (folder / kind).string() +
                                " " + kind + " >/dev/null 2>&1";
    return std::system(command.c_str()) == 0;
}

}  // namespace

TEST_CASE("an address has a country and a network where the files know them") {
    const TempFolder folder;
    if (!make(folder, "country") || !make(folder, "asn")) {
        WARN("skipped: Perl's MaxMind::DB::Writer is not installed");
        return;
    }
    Location location((folder / "country").string(), (folder / "asn").string());
    CHECK(location.find("192.0.2.1").country == "AQ");
    CHECK(location.find("192.0.2.1").asn == 64496);
    CHECK(location.find("192.0.2.200").asn == 0);
    CHECK(location.find("2001:db8::1").country == "BV");
    CHECK(location.find("198.51.100.1").country.empty());
    CHECK(location.find("no address").problem.empty());
    CHECK(location.find("").country.empty());
}

TEST_CASE("a file that is missing or no database is named, and nothing throws") {
    const TempFolder folder;
    std::ofstream(folder / "garbage") << "not a database";
    Location location((folder / "garbage").string(), (folder / "missing").string());
    const Location::Answer answer = location.find("192.0.2.1");
    CHECK(answer.problem.find("garbage") != std::string::npos);
    CHECK(answer.country.empty());
    CHECK(Location("", "").find("192.0.2.1").problem.empty());
}
