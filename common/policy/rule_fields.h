// The one table of what a rule may say: fields, operators, list kinds, actions and their parameters.
//
// The parser accepts what stands here, the compiler and the evaluator work from it, and policySchema() shows
// it to the console and to the reference page. Static, read-only, usable from any thread.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <span>
#include <string_view>

namespace weir {

enum class Field {
    kClientAddress,
    kClientName,
    kClientCountry,
    kClientAsn,
    kHelo,
    kListener,
    kAuthUser,
    kTls,
    kTlsVersion,
    kDirection,
    kTime,
    kSender,
    kSenderDomain,
    kSenderGroup,
    kRecipient,
    kRecipientDomain,
    kRecipientGroup,
    kRecipientVerification,
    kUserList,
    kRecipientCount,
    kHeader,
    kHeaderFirst,
    kHeaderCount,
    kFromAddress,
    kFromDomain,
    kFromName,
    kFromDiffers,
    kFromDeceptive,
    kReplyToDomain,
    kSubject,
    kBody,
    kAnyText,
    kLanguage,
    kSize,
    kPartCount,
    kAttachmentName,
    kAttachmentExtension,
    kAttachmentDeclaredType,
    kAttachmentRealType,
    kAttachmentSize,
    kAttachmentHash,
    kAttachmentCount,
    kArchiveName,
    kArchiveExtension,
    kArchiveRealType,
    kArchiveFormat,
    kArchiveEntries,
    kArchiveDepth,
    kArchiveEncrypted,
    kArchiveFinding,
    kDocumentEncrypted,
    kDocumentMacros,
    kDocumentEmbedded,
    kDocumentFinding,
    kDocumentLink,
    kStructureMalformed,
    kStructureAmbiguous,
    kStructureCut,
    kParserFailed,
    kUrl,
    kUrlHost,
    kUrlDomain,
    kUrlTld,
    kUrlPath,
    kUrlCount,
    kUrlDeceptive,
    kHtmlFinding,
    kSpfResult,
    kSpfDomain,
    kDkimResult,
    kDkimDomain,
    kDmarcResult,
    kDmarcPolicy,
    kArcResult,
    kArcSealer,
    kDnsbl,
    kDnsblScore,
    kVirusName,
    kVirusFound,
    kRspamdScore,
    kRspamdSymbol,
    kRspamdAction,
    kSpamdScore,
    kSpamdSymbol,
    kBayesScore,
    kFuzzyScore,
    kRate,
    kScore,
};

// What a field's value is, and so how it is compared.
enum class FieldKind {
    kAddress,  // local@domain; case does not matter
    kDomain,   // host or domain name; case and a final dot do not matter
    kNetwork,  // IPv4 or IPv6 address
    kText,     // case and runs of white space do not matter, except to a regex
    kChoice,   // one of few words
    kNumber,
    kSize,   // bytes
    kFlag,   // true or false
    kScore,  // a number with up to three decimals, which may be negative
    kTime,   // when the mail came
};
const char* toString(FieldKind kind);

enum class Operator {
    kIs,
    kIn,
    kMatches,
    kContains,
    kRegex,
    kLess,
    kGreater,
    kBetween,
    kExists,
    kCount,
    kResembles,
    kWithin,
};

class OperatorSet {
  public:
    constexpr OperatorSet(std::initializer_list<Operator> all) {
        for (Operator one : all) bits_ |= 1u << static_cast<unsigned>(one);
    }
    constexpr bool has(Operator one) const { return (bits_ & (1u << static_cast<unsigned>(one))) != 0; }

  private:
    unsigned bits_ = 0;
};

// What must be computed before the field is known, cheapest first: conditions are evaluated in this order.
enum class FieldCost { kEnvelope, kHeaders, kText, kDecoding, kParsing, kNetwork, kScanner };
const char* toString(FieldCost cost);  // "envelope", "headers", …

// Where a field's value comes from. What lies after kMessage may fail; its section of the policy says what
// then happens.
enum class FactGroup : std::uint8_t {
    kMessage,  // envelope and message: always known
    kParsing,  // HTML, archives and documents, read by the node's parser processes
    kAuthentication,
    kDnsLists,
    kVirus,
    kRspamd,
    kSpamd,
    kLearned,
    kDirectory,
    kRecipientServers,
    kLocation,
    kRates,
    kUserLists,
    kRun,  // what the rules before this one made: the score
};
inline constexpr std::size_t kFactGroups = static_cast<std::size_t>(FactGroup::kRun) + 1;
const char* toString(FactGroup group);  // "virus", "rspamd", …
// The groups that a rule may skip.
std::span<const FactGroup> skippableGroups();

struct FieldSpec {
    Field field;
    std::string_view name;
    std::string_view label;
    std::string_view help;
    std::string_view example;  // JSON text of one condition
    FieldKind kind;
    OperatorSet operators;
    FieldCost cost = FieldCost::kEnvelope;
    bool many = false;          // several values a mail: a condition holds when it holds for any of them
    bool perRecipient = false;  // a value of each recipient
    bool argument = false;      // written "name:argument"
    FactGroup group = FactGroup::kMessage;
    bool ofAttachment = false;  // values belong to attachments: "strip matched" takes those that matched
    std::span<const std::string_view> choices = {};  // kChoice
};
std::span<const FieldSpec> ruleFields();
const FieldSpec& fieldSpec(Field field);
// nullptr when there is none. `name` is without an argument.
const FieldSpec* findField(std::string_view name);

struct OperatorSpec {
    Operator op;
    std::string_view name;
    std::string_view label;
    std::string_view operand;  // text, list, number, regex, glob, phrase, range, flag: what the form asks for
    std::string_view help;
};
std::span<const OperatorSpec> ruleOperators();
const char* toString(Operator op);
const OperatorSpec* findOperator(std::string_view name);

enum class ListKind { kAddress, kDomain, kNetwork, kGlob, kPhrase, kRegex, kText, kDictionary };

struct ListKindSpec {
    ListKind kind;
    std::string_view name;
    std::string_view label;
    std::string_view help;
    std::string_view example;  // one entry
};
std::span<const ListKindSpec> listKinds();
const char* toString(ListKind kind);
const ListKindSpec* findListKind(std::string_view name);

// The kind of list that an operator of a field takes; only for kIn, kMatches, kContains and kRegex.
ListKind listKindFor(FieldKind field, Operator op);

enum class ActionKind {
    kDeliver,
    kQuarantine,
    kReject,
    kTempfail,
    kDiscard,
    kAddHeader,
    kReplaceHeader,
    kRemoveHeader,
    kTagSubject,
    kKeep,
    kCopy,
    kRedirect,
    kStrip,
    kDisclaimer,
    kDisarm,
    kScore,
    kSkip,
    kGreylist,
    kRateLimit,
    kNotify,
    kAlert,
};

struct ParameterSpec {
    std::string_view name;
    // queue, code, status, text, header, value, address, choice, notice, disclaimer, rate, groups, decimal,
    // flag
    std::string_view kind;
    bool required;
    std::string_view help;
    std::string_view fallback;  // text of the default; empty when there is none
    std::span<const std::string_view> choices = {};
};
struct ActionSpec {
    ActionKind action;
    std::string_view name;
    std::string_view label;
    std::string_view help;
    bool final;  // decides the verdict; the others change the mail or keep a copy
    std::span<const ParameterSpec> parameters;
};
std::span<const ActionSpec> ruleActions();
const ActionSpec* findAction(std::string_view name);
const char* toString(ActionKind kind);

}  // namespace weir
