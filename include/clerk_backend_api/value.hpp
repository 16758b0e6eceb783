// A JSON value with its order and number types kept: what `actor` and metadata are made of.
#pragma once

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "clerk_backend_api/visibility.hpp"

namespace clerk_backend_api {

class Value;
struct Member;
using Array = std::vector<Value>;

class Object;
CLERK_BACKEND_API_EXPORT bool operator==(const Object&, const Object&);
namespace detail {
struct ParsedMembers;
template <class T>
concept Character = std::same_as<T, char> || std::same_as<T, wchar_t> || std::same_as<T, char8_t> ||
    std::same_as<T, char16_t> || std::same_as<T, char32_t>;
/// What JSON has as an integer: neither `'a'`, which may mean a number or a text, nor `true`.
template <class T>
concept Integer = std::integral<T> && !std::same_as<T, bool> && !Character<T>;
}  // namespace detail

/// A JSON object. Members stay in the order in which they were written; names are unique.
class CLERK_BACKEND_API_EXPORT Object {
 public:
  Object();
  Object(std::initializer_list<Member> members);  ///< `{{"sub", "user_1"}, {"level", 3}}`
  Object(const Object&);
  Object(Object&&) noexcept;
  Object& operator=(const Object&);
  Object& operator=(Object&&) noexcept;
  ~Object();

  /// The member's value, or nullptr. Linear: these objects are small.
  [[nodiscard]] const Value* find(std::string_view name) const;
  /// Replaces the member of that name, or appends it.
  Value& set(std::string name, Value value);

  [[nodiscard]] bool empty() const;
  [[nodiscard]] std::size_t size() const;
  [[nodiscard]] const Member* begin() const;
  [[nodiscard]] const Member* end() const;

  friend bool operator==(const Object&, const Object&);

 private:
  friend struct detail::ParsedMembers;
  std::vector<Member> members_;
};

/// Any JSON value. Integers that fit keep their exact type; `1` and `1.0` stay apart.
class CLERK_BACKEND_API_EXPORT Value {
 public:
  using Storage = std::variant<std::nullptr_t, bool, std::int64_t, std::uint64_t, double,
                               std::string, Array, Object>;

  // Implicit on purpose: `{{"sub", "user_1"}, {"level", 3}}` must read like the JSON it becomes.
  // Templates where a conversion would be silent: every pointer would become a `bool`, and an
  // enumerator a `double`. An enumerator is none of these: say its number or its name.
  Value() = default;
  Value(std::nullptr_t) {}
  template <std::same_as<bool> T>
  Value(T value) : storage_(value) {}
  template <detail::Integer T>
  Value(T value) : storage_(integer(value)) {}
  template <std::floating_point T>
  Value(T value) : storage_(static_cast<double>(value)) {}
  Value(const char* value) : storage_(std::string(value)) {}
  Value(std::string_view value) : storage_(std::string(value)) {}
  Value(std::string value) : storage_(std::move(value)) {}
  Value(Array value) : storage_(std::move(value)) {}
  Value(Object value) : storage_(std::move(value)) {}
  /// Braces in braces are an object: `{{"sub", "user_1"}, {"act", {{"sub", "user_2"}}}}`. An array
  /// says so: `{{"levels", Array{1, 2, 3}}}`.
  Value(std::initializer_list<Member> members);

  [[nodiscard]] const Storage& storage() const { return storage_; }
  [[nodiscard]] bool is_null() const { return std::holds_alternative<std::nullptr_t>(storage_); }

  /// Each returns nullptr (or nothing) where the value is of another type; none converts.
  [[nodiscard]] const bool* if_bool() const { return std::get_if<bool>(&storage_); }
  [[nodiscard]] const std::string* if_string() const { return std::get_if<std::string>(&storage_); }
  [[nodiscard]] const Array* if_array() const { return std::get_if<Array>(&storage_); }
  [[nodiscard]] const Object* if_object() const { return std::get_if<Object>(&storage_); }
  /// A whole number in the range of int64; 1.0 is not one.
  [[nodiscard]] std::optional<std::int64_t> if_integer() const;

  friend bool operator==(const Value&, const Value&) = default;

 private:
  friend struct detail::ParsedMembers;
  template <detail::Integer T>
  static Storage integer(T value) {
    if (std::in_range<std::int64_t>(value)) return static_cast<std::int64_t>(value);
    return static_cast<std::uint64_t>(value);
  }

  Storage storage_;
};

struct Member {
  /// Both: a name alone, as in `{{"admin"}, {"editor"}}`, is no member.
  Member(std::string the_name, Value the_value)
      : name(std::move(the_name)), value(std::move(the_value)) {}

  std::string name;
  Value value;

  friend bool operator==(const Member&, const Member&) = default;
};

/// What `parse_json` accepts at most. Fixed beside these: 4,096 items of an array, 1,024 members of
/// an object, 16 KiB of a name, 1 MiB of a string.
struct JsonLimits {
  std::size_t depth = 32;           ///< nesting of arrays and objects
  std::size_t bytes = 1024 * 1024;  ///< length of the text
};

/// Strict RFC 8259: one value, valid UTF-8, no duplicate names, no trailing text. Nothing if `text`
/// is not that.
[[nodiscard]] CLERK_BACKEND_API_EXPORT std::optional<Value> parse_json(std::string_view text,
                                                                       JsonLimits limits = {});

/// Compact JSON. Doubles that are not finite become `null`, which is all JSON has for them.
[[nodiscard]] CLERK_BACKEND_API_EXPORT std::string to_json(const Value& value);
[[nodiscard]] CLERK_BACKEND_API_EXPORT std::string to_json(const Object& object);
/// Of an object that is written in place: `to_json({{"sub", "user_1"}, {"level", 3}})`.
[[nodiscard]] inline std::string to_json(std::initializer_list<Member> members) {
  return to_json(Object(members));
}

}  // namespace clerk_backend_api
