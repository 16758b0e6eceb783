// The only door to the JSON library, and the writer every answer is built with.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "clerk_backend_api/value.hpp"

namespace tenens::wire {

using clerk_backend_api::Array;
using clerk_backend_api::JsonLimits;
using clerk_backend_api::Object;
using clerk_backend_api::Value;

/// Appends JSON to a string, in the order the caller writes. It places the commas; that the members
/// form an object is the caller's straight line of calls.
class Writer {
 public:
  Writer() { out_.reserve(kUsualAnswer); }

  Writer& begin_object() { return open('{'); }
  Writer& end_object() { return close('}'); }
  Writer& begin_array() { return open('['); }
  Writer& end_array() { return close(']'); }
  Writer& name(std::string_view name);

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
  Writer& member(std::string_view key, const T& content) {
    name(key);
    return value(content);
  }
  /// `null` where the optional is empty.
  template <class Optional>
  Writer& member_or_null(std::string_view key, const Optional& content) {
    name(key);
    return content ? value(*content) : null();
  }
  /// Nothing at all where the optional is empty.
  template <class Optional>
  Writer& member_if(std::string_view key, const Optional& content) {
    return content ? member(key, *content) : *this;
  }

  [[nodiscard]] std::string take() { return std::move(out_); }

 private:
  Writer& open(char bracket);
  Writer& close(char bracket);
  void separate();

  static constexpr std::size_t kUsualAnswer = 1024;

  std::string out_;
  bool needs_comma_ = false;
};

}  // namespace tenens::wire
