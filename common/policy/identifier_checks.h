// Check digits and other rules of identifiers. Each takes the letters and digits without separators, in upper
// case and of the right number and kinds (identifier_kinds.h's patterns), and says whether there can be such
// a one.
#pragma once

#include <string_view>

namespace weir::identifier {

bool luhn(std::string_view digits);  // ISO/IEC 7812-1, annex B

bool paymentCard(std::string_view value);      // issuer's prefix and length, Luhn
bool iban(std::string_view value);             // ISO 13616: the country's length, mod 97
bool atSvnr(std::string_view value);           // Sozialversicherungsnummer: weights mod 11, date
bool beRrn(std::string_view value);            // registre national: mod 97, date
bool brCpf(std::string_view value);            // two digits mod 11
bool chAhv(std::string_view value);            // 756, EAN-13
bool deIdCard(std::string_view value);         // Personalausweis: serial number and digit by 7-3-1
bool deTaxId(std::string_view value);          // Steuer-ID: ISO 7064 mod 11,10, how digits repeat
bool dkCpr(std::string_view value);            // date, mod 11
bool esDni(std::string_view value);            // letter mod 23
bool esNie(std::string_view value);            // letter mod 23
bool fiHetu(std::string_view value);           // without its separator: date, character mod 31
bool frNir(std::string_view value);            // key mod 97
bool itCodiceFiscale(std::string_view value);  // final letter mod 26
bool nlBsn(std::string_view value);            // weights mod 11
bool noFnr(std::string_view value);            // fødselsnummer: two digits mod 11, date
bool plPesel(std::string_view value);          // weights mod 10, date
bool sePersonnummer(std::string_view value);   // 10 or 12 digits: date, Luhn
bool ukNino(std::string_view value);           // prefixes that are given; it has no check digit
bool usAba(std::string_view value);            // Federal Reserve prefixes, 3-7-1
bool usSsn(std::string_view value);            // areas that are given; it has no check digit

// Length of an IBAN of the country "DE"; 0 when it has none.
std::size_t ibanLength(std::string_view country);

}  // namespace weir::identifier
