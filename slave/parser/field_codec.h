// Answers as bytes, field by field, from one list of fields for both directions.
//
// A struct S has a function template `fields(Stream& stream, S& value)` that calls stream(member) for each
// member; enumerations go by stream.choice(member, last). Members may be text, unsigned numbers, flags, such
// structs, and vectors and optionals of all of these. What is read is checked as byte_codec.h says.
#pragma once

#include <chrono>
#include <concepts>
#include <optional>
#include <string>
#include <vector>

#include "slave/parser/byte_codec.h"

namespace weir {

class FieldWriter {
  public:
    explicit FieldWriter(std::string& out) : out_(out) {}

    void operator()(const std::string& text) { out_.text(text); }
    void operator()(bool flag) { out_.flag(flag); }
    template <std::unsigned_integral N>
    void operator()(N number) {
        out_.number(number);
    }
    void operator()(std::chrono::milliseconds time) { out_.number(static_cast<std::uint64_t>(time.count())); }
    template <class E>
    void choice(E value, E) {
        out_.number(static_cast<std::uint64_t>(value));
    }
    template <class T>
    void operator()(const std::vector<T>& values) {
        out_.number(values.size());
        for (const T& value : values) (*this)(value);
    }
    template <class T>
    void operator()(const std::optional<T>& value) {
        out_.flag(value.has_value());
        if (value) (*this)(*value);
    }
    template <class S>
    requires std::is_class_v<S>
    void operator()(const S& value) { fields(*this, value); }

  private:
    ByteWriter out_;
};

class FieldReader {
  public:
    explicit FieldReader(std::string_view bytes) : in_(bytes) {}
    bool ended() const { return in_.ended(); }

    void operator()(std::string& text) { text = in_.text(); }
    void operator()(bool& flag) { flag = in_.flag(); }
    template <std::unsigned_integral N>
    void operator()(N& number) {
        const std::uint64_t value = in_.number();
        number = static_cast<N>(value);
        if (number != value) in_.refuse();
    }
    void operator()(std::chrono::milliseconds& time) {
        const std::uint64_t count = in_.number();
        if (count > kLongestTime) return in_.refuse();
        time = std::chrono::milliseconds(count);
    }
    template <class E>
    void choice(E& value, E last) {
        const std::uint64_t number = in_.number();
        if (number > static_cast<std::uint64_t>(last)) return in_.refuse();
        value = static_cast<E>(number);
    }
    template <class T>
    void operator()(std::vector<T>& values) {
        // Nothing in a vector takes fewer bytes. What is reserved is what can be there, not what is claimed.
        const std::size_t count = in_.count(sizeof(std::uint64_t));
        for (std::size_t i = 0; i < count && in_.good(); ++i) (*this)(values.emplace_back());
    }
    template <class T>
    void operator()(std::optional<T>& value) {
        if (in_.flag()) (*this)(value.emplace());
    }
    template <class S>
    requires std::is_class_v<S>
    void operator()(S& value) { fields(*this, value); }

  private:
    static constexpr std::uint64_t kLongestTime = 1'000'000'000'000;
    ByteReader in_;
};

}  // namespace weir
