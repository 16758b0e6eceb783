// The only door to the JSON library, and the writer every answer is built with.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/any_byte.hpp"
#include "base/text_builder.hpp"
#include "clerk_backend_api/value.hpp"

namespace tenens::wire {

using clerk_backend_api::Array;
using clerk_backend_api::JsonLimits;
using clerk_backend_api::Object;
using clerk_backend_api::Value;

[[nodiscard]] constexpr bool needs_escape(unsigned char c) {
  return (c < 0x20) | (c == '"') | (c == '\\');
}

/// What goes between quotes. A literal is looked through for what needs an escape when it is
/// compiled.
class Text {
 public:
  template <std::size_t kSize>
  consteval Text(const char (&literal)[kSize])
      : text_(literal, kSize - 1), is_plain_(!any_byte(text_, needs_escape)) {}
  Text(std::string_view text) : text_(text), is_plain_(!any_byte(text, needs_escape)) {}
  Text(const std::string& text) : Text(std::string_view(text)) {}

  [[nodiscard]] std::string_view text() const { return text_; }
  [[nodiscard]] bool is_plain() const { return is_plain_; }

 private:
  std::string_view text_;
  bool is_plain_;
};

/// Appends JSON to a string, in the order the caller writes. It places the commas; that the members
/// form an object is the caller's straight line of calls.
class Writer {
 public:
  Writer() : Writer(kUsualAnswer) {}
  /// For about so many characters; there may be more.
  explicit Writer(std::size_t usual) : text_(usual) {}

  Writer& begin_object() { return open('{'); }
  Writer& end_object() { return close('}'); }
  Writer& begin_array() { return open('['); }
  Writer& end_array() { return close(']'); }
  Writer& name(Text name);

  Writer& value(std::string_view text);
  Writer& value(const char* text) { return value(std::string_view(text)); }
  Writer& value(const std::string& text) { return value(std::string_view(text)); }
  Writer& value(std::int64_t number);
  Writer& value(int number) { return value(std::int64_t{number}); }
  Writer& value(bool flag) { return raw(flag ? "true" : "false"); }
  Writer& value(const Value& value);
  Writer& value(const Object& object);
  Writer& null() { return raw("null"); }
  /// Text that already is JSON.
  Writer& raw(std::string_view json);

  template <class T>
  Writer& member(Text key, const T& content) {
    name(key);
    return value(content);
  }
  /// `null` where the optional is empty.
  template <class Optional>
  Writer& member_or_null(Text key, const Optional& content) {
    name(key);
    return content ? value(*content) : null();
  }
  /// Nothing at all where the optional is empty.
  template <class Optional>
  Writer& member_if(Text key, const Optional& content) {
    return content ? member(key, *content) : *this;
  }

  [[nodiscard]] std::string take() { return text_.take(); }

 private:
  Writer& open(char bracket);
  Writer& close(char bracket);
  /// Where a value of `most` characters goes, after the comma that belongs there.
  char* separated(std::size_t most);
  Writer& ended(const char* at, bool needs_comma);

  static constexpr std::size_t kUsualAnswer = 1024;

  TextBuilder text_;
  bool needs_comma_ = false;
};

}  // namespace tenens::wire
