#include "common/policy/identifier_kinds.h"

#include <algorithm>
#include <array>

#include "common/policy/identifier_checks.h"

namespace weir {
namespace {

constexpr std::array<std::string_view, 18> kCard = {
    "dddd dddd dddd dddd ddd", "dddd-dddd-dddd-dddd-ddd", "dddd dddd dddd dddd", "dddd-dddd-dddd-dddd",
    "dddd.dddd.dddd.dddd",     "dddd dddddd ddddd",       "dddd-dddddd-ddddd",   "dddd dddddd dddd",
    "dddd-dddddd-dddd",        "dddddd ddddddddddddd",    "ddddddddddddddddddd", "dddddddddddddddddd",
    "ddddddddddddddddd",       "dddddddddddddddd",        "ddddddddddddddd",     "dddddddddddddd",
    "ddddddddddddd",           "dddd dddd dddd d"};
constexpr std::array<std::string_view, 3> kSvnr = {"dddd dddddd", "dddd-dddddd", "dddddddddd"};
constexpr std::array<std::string_view, 3> kRrn = {"dd.dd.dd-ddd.dd", "dd.dd.dd-ddd-dd", "ddddddddddd"};
constexpr std::array<std::string_view, 2> kCpf = {"ddd.ddd.ddd-dd", "ddddddddddd"};
constexpr std::array<std::string_view, 3> kAhv = {"ddd.dddd.dddd.dd", "ddd dddd dddd dd", "ddddddddddddd"};
constexpr std::array<std::string_view, 2> kIdCard = {"axxxxxxxxd", "axxxxxxxx d"};
constexpr std::array<std::string_view, 3> kTaxId = {"dd ddd ddd ddd", "dd.ddd.ddd.ddd", "ddddddddddd"};
constexpr std::array<std::string_view, 2> kCpr = {"dddddd-dddd", "dddddd dddd"};
constexpr std::array<std::string_view, 5> kDni = {"dddddddda", "dddddddd-a", "dddddddd a", "dd.ddd.ddd-a",
                                                  "dd.ddd.ddda"};
constexpr std::array<std::string_view, 3> kNie = {"addddddda", "addddddd-a", "a-ddddddd-a"};
constexpr std::array<std::string_view, 13> kHetu = {
    "dddddd-dddx", "dddddd+dddx", "ddddddAdddx", "ddddddBdddx", "ddddddCdddx", "ddddddDdddx", "ddddddEdddx",
    "ddddddFdddx", "ddddddUdddx", "ddddddVdddx", "ddddddWdddx", "ddddddXdddx", "ddddddYdddx"};
constexpr std::array<std::string_view, 4> kNir = {"d dd dd dx ddd ddd dd", "d dd dd dx ddd ddd-dd",
                                                  "d.dd.dd.dx.ddd.ddd.dd", "ddddddxdddddddd"};
constexpr std::array<std::string_view, 2> kCodice = {"aaaaaaxxaxxaxxxa", "aaa aaa xxaxx axxxa"};
constexpr std::array<std::string_view, 4> kBsn = {"ddddddddd", "dddd.dd.ddd", "dddd dd ddd", "ddd ddd ddd"};
constexpr std::array<std::string_view, 2> kFnr = {"dddddd ddddd", "ddddddddddd"};
constexpr std::array<std::string_view, 1> kEleven = {"ddddddddddd"};
constexpr std::array<std::string_view, 5> kPersonnummer = {"dddddd-dddd", "dddddd+dddd", "dddddddd-dddd",
                                                           "dddddddd+dddd", "dddddddddddd"};
constexpr std::array<std::string_view, 3> kNino = {"aadddddda", "aa dd dd dd a", "aa dddddd a"};
constexpr std::array<std::string_view, 2> kAba = {"ddddddddd", "dddd-dddd-d"};
constexpr std::array<std::string_view, 2> kSsn = {"ddd-dd-dddd", "ddd dd dddd"};

constexpr std::array kKinds = std::to_array<IdentifierSpec>({
    {Identifier::kPaymentCard, "payment-card", "Payment card number",
     "13 to 19 digits with a prefix and length of a card organisation and its check digit, together or in "
     "the groups "
     "in which they are printed.",
     "4111 1111 1111 1111", kCard, identifier::paymentCard},
    {Identifier::kIban,
     "iban",
     "IBAN",
     "Bank account of the length its country has, with both check digits.",
     "DE89 3704 0044 0532 0130 00",
     {},
     identifier::iban},
    {Identifier::kEmailAddress,
     "email-address",
     "E-mail address",
     "An address at a domain with a known top level; for counting how many are in a text.",
     "user@example.com",
     {},
     nullptr},
    {Identifier::kIpv4,
     "ipv4",
     "IPv4 address",
     "Four numbers from 0 to 255 with dots.",
     "192.0.2.1",
     {},
     nullptr},
    {Identifier::kAtSvnr, "at-svnr", "Social insurance number, Austria",
     "Sozialversicherungsnummer: ten digits with check digit and date of birth.", "1237 010180", kSvnr,
     identifier::atSvnr},
    {Identifier::kBeRrn, "be-rrn", "National number, Belgium",
     "Rijksregisternummer, numéro de registre national: date of birth and two check digits.",
     "85.07.30-033.28", kRrn, identifier::beRrn},
    {Identifier::kBrCpf, "br-cpf", "CPF, Brazil",
     "Cadastro de Pessoas Físicas: eleven digits, two of them check digits.", "529.982.247-25", kCpf,
     identifier::brCpf},
    {Identifier::kChAhv, "ch-ahv", "AHV number, Switzerland", "756 and ten digits, the last a check digit.",
     "756.9217.0769.85", kAhv, identifier::chAhv},
    {Identifier::kDeIdCard, "de-personalausweis", "Identity card, Germany",
     "Personalausweis: the serial number with its check digit, as in the machine-readable lines. The number "
     "alone, "
     "without the digit, can't be told from other codes.",
     "T220001293", kIdCard, identifier::deIdCard},
    {Identifier::kDeTaxId, "de-steuer-id", "Tax number, Germany",
     "Steuerliche Identifikationsnummer: eleven digits with check digit, one of them repeated.",
     "86 095 742 719", kTaxId, identifier::deTaxId},
    {Identifier::kDkCpr, "dk-cpr", "CPR number, Denmark",
     "Date of birth and four digits with a check digit; numbers given without one since 2007 are not found.",
     "211062-5629", kCpr, identifier::dkCpr},
    {Identifier::kEsDni, "es-dni", "DNI, Spain", "Eight digits and the letter that follows from them.",
     "12345678Z", kDni, identifier::esDni},
    {Identifier::kEsNie, "es-nie", "NIE, Spain",
     "X, Y or Z, seven digits and the letter that follows from them.", "X1234567L", kNie, identifier::esNie},
    {Identifier::kFiHetu, "fi-hetu", "Personal identity code, Finland",
     "Henkilötunnus: date of birth, a sign for the century, a number and the character that follows from "
     "them.",
     "131052-308T", kHetu, identifier::fiHetu},
    {Identifier::kFrNir, "fr-nir", "Social security number, France",
     "NIR, numéro de sécurité sociale: thirteen digits (departments 2A and 2B too) and the key of two.",
     "2 55 08 14 168 025 38", kNir, identifier::frNir},
    {Identifier::kItCodiceFiscale, "it-codice-fiscale", "Codice fiscale, Italy",
     "Sixteen letters and digits with date of birth and the final letter that follows from them.",
     "RSSMRA85T10A562S", kCodice, identifier::itCodiceFiscale},
    {Identifier::kNlBsn, "nl-bsn", "BSN, Netherlands",
     "Burgerservicenummer: nine digits that pass the test of eleven. One in eleven of all numbers of nine "
     "digits does: "
     "ask for several, or give it a small weight.",
     "111222333", kBsn, identifier::nlBsn},
    {Identifier::kNoFnr, "no-fnr", "National identity number, Norway",
     "Fødselsnummer: date of birth and five digits, two of them check digits.", "010190 00083", kFnr,
     identifier::noFnr},
    {Identifier::kPlPesel, "pl-pesel", "PESEL, Poland", "Eleven digits with date of birth and check digit.",
     "44051401359", kEleven, identifier::plPesel},
    {Identifier::kSePersonnummer, "se-personnummer", "Personal identity number, Sweden",
     "Date of birth and four digits with a check digit: with - or +, or twelve digits.", "811228-9874",
     kPersonnummer, identifier::sePersonnummer},
    {Identifier::kUkNino, "uk-nino", "National Insurance number, United Kingdom",
     "Two letters, six digits and a letter from A to D; the prefixes that are given. It has no check digit.",
     "AB 12 34 56 C", kNino, identifier::ukNino},
    {Identifier::kUsAba, "us-aba", "Bank routing number, United States",
     "Nine digits with a Federal Reserve prefix and a check digit. One in twenty-five of all numbers of nine "
     "digits "
     "passes: ask for several, or give it a small weight.",
     "021000021", kAba, identifier::usAba},
    {Identifier::kUsSsn, "us-ssn", "Social Security number, United States",
     "Three, two and four digits with - or spaces between, of areas that are given. It has no check digit.",
     "536-22-8731", kSsn, identifier::usSsn},
});

static_assert([] {
    for (std::size_t i = 0; i < kKinds.size(); ++i) {
        if (static_cast<std::size_t>(kKinds[i].kind) != i) return false;
    }
    return true;
}());

}  // namespace

std::span<const IdentifierSpec> identifierKinds() {
    return kKinds;
}

const IdentifierSpec& identifierSpec(Identifier kind) {
    return kKinds[static_cast<std::size_t>(kind)];
}

const IdentifierSpec* findIdentifierKind(std::string_view name) {
    const auto* found = std::find_if(kKinds.begin(), kKinds.end(),
                                     [&](const IdentifierSpec& one) { return one.name == name; });
    return found == kKinds.end() ? nullptr : &*found;
}

}  // namespace weir
