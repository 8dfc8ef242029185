#include "common/wire/shared_messages.h"

#include <charconv>

#include "common/base/digest.h"
#include "common/wire/json_writer.h"
#include "common/wire/wire_reader.h"

namespace weir {
namespace {

using Limits = SharedMessageLimits;

constexpr std::size_t kKeyText = 22;     // base64url of 16 bytes
constexpr std::size_t kColumnText = 16;  // hex of 8 bytes
constexpr std::size_t kRowBytes = 96;    // of a usual entry, to reserve

std::string columnText(Column column) {
    std::string text(kColumnText, '0');
    for (std::size_t i = kColumnText; i-- > 0; column >>= 4) text[i] = "0123456789abcdef"[column & 15];
    return text;
}

std::optional<Column> columnFromText(std::string_view text) {
    Column column = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), column, 16);
    if (text.size() != kColumnText || read.ec != std::errc{} || read.ptr != text.data() + text.size())
        return std::nullopt;
    return column;
}

// The members of one row of an array, in order. Remembers whether all were as expected.
class Row {
  public:
    Row(const Json& row, std::size_t members) : row_(row), good_(row.is_array() && row.size() >= members) {}

    SharedKey key() {
        SharedKey key{};
        const std::string text = this->text(kKeyText);
        const std::string bytes = text.size() == kKeyText ? fromBase64Url(text) : std::string();
        good_ = good_ && bytes.size() == key.size();
        if (good_) std::copy(bytes.begin(), bytes.end(), key.begin());
        return key;
    }
    Column column() {
        const auto column = columnFromText(text(kColumnText));
        good_ = good_ && column.has_value();
        return column.value_or(0);
    }
    std::uint32_t number() { return static_cast<std::uint32_t>(integer(UINT32_MAX)); }
    std::uint64_t amount() { return static_cast<std::uint64_t>(integer(INT64_MAX)); }
    std::string text(std::size_t limit) {
        const Json* value = next();
        const auto* text = value ? value->get_ptr<const std::string*>() : nullptr;
        good_ = text && text->size() <= limit;
        return good_ ? *text : std::string();
    }
    bool good() const { return good_; }

  private:
    const Json* next() { return good_ ? &row_[at_++] : nullptr; }
    std::int64_t integer(std::int64_t highest) {
        const Json* value = next();
        const auto number = value ? JsonSource::integer(value) : std::nullopt;
        good_ = number && *number >= 0 && *number <= highest;
        return good_ ? *number : 0;
    }

    const Json& row_;
    std::size_t at_ = 0;
    bool good_;
};

template <class Entry, class Read>
void readRows(WireReader& in, const char* name, std::size_t limit, std::size_t members,
              std::vector<Entry>& out, Read read) {
    const Json* rows = in.array(name, limit);
    if (!rows) return;
    out.reserve(rows->size());
    for (const Json& each : *rows) {
        Row row(each, members);
        Entry entry = read(row);
        if (!row.good()) return in.fail(name, "entry " + std::to_string(out.size()) + " is not as expected");
        out.push_back(std::move(entry));
    }
}

void readCounts(WireReader& in, const char* name, std::vector<CountEntry>& out) {
    readRows(in, name, Limits::kEntries, 5, out, [](Row& row) {
        CountEntry entry;
        entry.key = row.key();
        entry.column = row.column();
        entry.slot = row.number();
        entry.amount = row.amount();
        entry.until = row.number();
        return entry;
    });
}

SharedEntries readEntries(WireReader& in) {
    SharedEntries entries;
    readRows(in, "triplets", Limits::kEntries, 5, entries.triplets, [](Row& row) {
        TripletEntry entry;
        entry.key = row.key();
        entry.round = row.number();
        entry.first = row.number();
        entry.passed = row.number();
        entry.until = row.number();
        return entry;
    });
    readCounts(in, "networks", entries.networks);
    readCounts(in, "counts", entries.counts);
    readRows(in, "poison", Limits::kPoison, 4, entries.poison, [](Row& row) {
        PoisonEntry entry;
        entry.key = row.key();
        entry.since = row.number();
        entry.until = row.number();
        entry.reason = row.text(Limits::kReasonBytes);
        return entry;
    });
    if (entries.size() > Limits::kEntries)
        in.fail(Problem{
            "", std::to_string(entries.size()) + " entries; at most " + std::to_string(Limits::kEntries)});
    return entries;
}

std::string_view bytesOf(const SharedKey& key) {
    return {reinterpret_cast<const char*>(key.data()), key.size()};
}

void writeCounts(JsonWriter& out, const char* name, const std::vector<CountEntry>& counts) {
    if (counts.empty()) return;
    out.key(name).beginArray();
    for (const CountEntry& entry : counts)
        out.beginArray()
            .value(toBase64Url(bytesOf(entry.key)))
            .value(columnText(entry.column))
            .value(entry.slot)
            .value(entry.amount)
            .value(entry.until)
            .endArray();
    out.endArray();
}

void writeEntries(JsonWriter& out, const SharedEntries& entries) {
    if (!entries.triplets.empty()) {
        out.key("triplets").beginArray();
        for (const TripletEntry& entry : entries.triplets)
            out.beginArray()
                .value(toBase64Url(bytesOf(entry.key)))
                .value(entry.round)
                .value(entry.first)
                .value(entry.passed)
                .value(entry.until)
                .endArray();
        out.endArray();
    }
    writeCounts(out, "networks", entries.networks);
    writeCounts(out, "counts", entries.counts);
    if (entries.poison.empty()) return;
    out.key("poison").beginArray();
    for (const PoisonEntry& entry : entries.poison)
        out.beginArray()
            .value(toBase64Url(bytesOf(entry.key)))
            .value(entry.since)
            .value(entry.until)
            .value(entry.reason)
            .endArray();
    out.endArray();
}

ProtocolVersion readProtocol(WireReader& in) {
    const auto version = protocolVersionFromText(in.text("protocol", 16));
    if (!version && !in.failed()) in.fail("protocol", version.error().what);
    return version ? *version : ProtocolVersion{};
}

}  // namespace

std::string toJsonText(const SharedRequest& message) {
    JsonWriter out(256 + message.changes.size() * kRowBytes);
    out.beginObject().member("protocol", toText(message.protocol)).member("epoch", message.masterEpoch);
    out.member("life", columnText(message.life)).memberIfAny("state", message.state);
    if (message.cursor) out.member("cursor", *message.cursor);
    if (message.urgent) out.member("urgent", true);
    writeEntries(out, message.changes);
    return out.endObject().take();
}

std::string toJsonText(const SharedAnswer& message) {
    JsonWriter out(256 + message.changes.size() * kRowBytes);
    out.beginObject().member("protocol", toText(message.protocol)).member("epoch", message.masterEpoch);
    out.member("state", message.state).member("cursor", message.cursor).member("more", message.more);
    writeEntries(out, message.changes);
    return out.endObject().take();
}

Expected<SharedRequest> sharedRequestFromJson(const Json& body) {
    WireReader in(&body);
    SharedRequest message;
    message.protocol = readProtocol(in);
    message.masterEpoch = in.natural("epoch");
    const auto life = columnFromText(in.text("life", kColumnText));
    if (!life) in.fail("life", "expected 16 hexadecimal digits");
    message.life = life.value_or(0);
    message.state = in.uuidOr("state");
    if (in.has("cursor")) message.cursor = in.natural("cursor");
    message.urgent = in.flagOr("urgent");
    message.changes = readEntries(in);
    return in.finish(std::move(message));
}

Expected<SharedAnswer> sharedAnswerFromJson(const Json& body) {
    WireReader in(&body);
    SharedAnswer message;
    message.protocol = readProtocol(in);
    message.masterEpoch = in.natural("epoch");
    message.state = in.uuid("state");
    message.cursor = in.natural("cursor");
    message.more = in.flagOr("more");
    message.changes = readEntries(in);
    return in.finish(std::move(message));
}

}  // namespace weir
