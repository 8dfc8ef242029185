// THE table of identifiers that data-loss rules know: dictionaries, schema and reference page come from it.
#pragma once

#include <span>
#include <string_view>

namespace weir {

enum class Identifier {
    kPaymentCard,
    kIban,
    kEmailAddress,
    kIpv4,
    kAtSvnr,
    kBeRrn,
    kBrCpf,
    kChAhv,
    kDeIdCard,
    kDeTaxId,
    kDkCpr,
    kEsDni,
    kEsNie,
    kFiHetu,
    kFrNir,
    kItCodiceFiscale,
    kNlBsn,
    kNoFnr,
    kPlPesel,
    kSePersonnummer,
    kUkNino,
    kUsAba,
    kUsSsn,
};

struct IdentifierSpec {
    Identifier kind;
    std::string_view name;   // in dictionaries: {iban}
    std::string_view label;  // "IBAN"
    std::string_view help;   // what is recognised, and how it is checked
    std::string_view example;
    // How it is written: d a digit, a an ASCII letter, x either, anything else itself. None for those that
    // are looked for in another way.
    std::span<const std::string_view> patterns;
    // Whether letters and digits of a match, in upper case, are such an identifier (identifier_checks.h).
    bool (*check)(std::string_view);
};

std::span<const IdentifierSpec> identifierKinds();
const IdentifierSpec& identifierSpec(Identifier kind);
// nullptr when there is none.
const IdentifierSpec* findIdentifierKind(std::string_view name);

}  // namespace weir
