// Writes JSON text straight into a string: no tree is built, which is what the mail path can afford.
//
//   JsonWriter out;
//   out.beginObject().member("kind", "mail").member("size", size).endObject();
//
// Commas are put where they belong. Text is escaped, and each byte that is not valid UTF-8 becomes U+FFFD, so
// the result is always valid JSON as long as begin/end and key/value calls match. Not thread-safe.
#pragma once

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>

namespace weir {

class JsonWriter {
  public:
    explicit JsonWriter(std::size_t reserve = 0) { out_.reserve(reserve); }

    JsonWriter& beginObject() { return open('{'); }
    JsonWriter& endObject() { return close('}'); }
    JsonWriter& beginArray() { return open('['); }
    JsonWriter& endArray() { return close(']'); }
    JsonWriter& key(std::string_view name);  // `name` is ours: plain ASCII, written as it is

    JsonWriter& value(std::string_view text);
    JsonWriter& value(const char* text) { return value(std::string_view(text)); }
    JsonWriter& value(const std::string& text) { return value(std::string_view(text)); }
    JsonWriter& value(bool flag);
    JsonWriter& value(double number);  // not finite: 0
    template <std::integral N>
    JsonWriter& value(N number) {
        if constexpr (std::is_signed_v<N>)
            return integer(static_cast<std::int64_t>(number));
        else
            return natural(static_cast<std::uint64_t>(number));
    }
    JsonWriter& raw(std::string_view json);  // a value that is JSON text already
    // After a value(text) inside an object: makes it a key that may hold any text.
    JsonWriter& colon() {
        out_ += ':';
        return *this;
    }

    template <class T>
    JsonWriter& member(std::string_view name, const T& content) {
        return key(name).value(content);
    }
    // Left out when empty: the reader takes a missing text or list for an empty one.
    JsonWriter& memberIfAny(std::string_view name, std::string_view text) {
        return text.empty() ? *this : key(name).value(text);
    }
    const std::string& text() const { return out_; }
    std::string take() { return std::move(out_); }

  private:
    void comma() {
        if (!out_.empty() && out_.back() != '{' && out_.back() != '[' && out_.back() != ':') out_ += ',';
    }
    JsonWriter& open(char bracket) {
        comma();
        out_ += bracket;
        return *this;
    }
    JsonWriter& close(char bracket) {
        out_ += bracket;
        return *this;
    }
    JsonWriter& integer(std::int64_t number);
    JsonWriter& natural(std::uint64_t number);

    std::string out_;
};

}  // namespace weir
