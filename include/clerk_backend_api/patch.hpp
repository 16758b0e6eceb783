// What an update says of one field.
#pragma once

#include <concepts>
#include <cstddef>
#include <optional>
#include <type_traits>
#include <utility>

namespace clerk_backend_api {

/// A field of an update: leave it, clear it, or set it.
///
/// An `optional` has only two of these three. `{.first_name = "Ada", .last_name = nullptr}` sets
/// the one, clears the other, and leaves all fields that it does not name.
template <class T>
class Patch {
 public:
  Patch() = default;                       // leave it
  Patch(std::nullptr_t) : given_(true) {}  // NOLINT(google-explicit-constructor): reads as JSON
  template <class U>
  requires std::convertible_to<U, T> &&(!std::same_as<std::remove_cvref_t<U>, Patch>)
      Patch(U&& value)  // NOLINT(google-explicit-constructor): reads as the value it sets
      : given_(true), value_(std::forward<U>(value)) {}

  /// False: the field stays as it is.
  [[nodiscard]] bool given() const { return given_; }
  /// What the field becomes, if `given()`; empty clears it.
  [[nodiscard]] const std::optional<T>& value() const { return value_; }

  friend bool operator==(const Patch&, const Patch&) = default;

 private:
  bool given_ = false;
  std::optional<T> value_;
};

}  // namespace clerk_backend_api
