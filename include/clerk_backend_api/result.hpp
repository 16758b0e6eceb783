// A call's answer or its error, for both tastes: test it, or let it throw.
#pragma once

#include <utility>
#include <variant>

#include "clerk_backend_api/error.hpp"
#include "clerk_backend_api/visibility.hpp"

namespace clerk_backend_api {

namespace detail {
/// Throws ClerkErrors if the error is `documented`, else SDKError.
[[noreturn]] CLERK_BACKEND_API_EXPORT void raise(const Error& error);
}  // namespace detail

/// What every operation returns.
///
///     if (const auto res = s.actor_tokens.revoke_actor_token(id)) use(*res);
///     else report(res.error());
///
///     s.actor_tokens.revoke_actor_token(id).value();  // or this, which throws
///
/// `*`, `->` and `error()` on the wrong one of the two are bugs and throw std::bad_variant_access.
template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : content_(std::move(value)) {}      // NOLINT(google-explicit-constructor): a
  Result(Error error) : content_(std::move(error)) {}  // `return` of either must do

  [[nodiscard]] bool has_value() const noexcept { return std::holds_alternative<T>(content_); }
  explicit operator bool() const noexcept { return has_value(); }

  [[nodiscard]] const T& operator*() const& { return std::get<T>(content_); }
  [[nodiscard]] T& operator*() & { return std::get<T>(content_); }
  [[nodiscard]] T&& operator*() && { return std::get<T>(std::move(content_)); }
  [[nodiscard]] const T* operator->() const { return &std::get<T>(content_); }
  [[nodiscard]] T* operator->() { return &std::get<T>(content_); }

  [[nodiscard]] const Error& error() const { return std::get<Error>(content_); }

  /// The value. Throws ClerkErrors or SDKError if there is none; see error.hpp for which. Not
  /// `nodiscard`, for the call alone does something: it throws.
  const T& value() const& {
    if (!has_value()) detail::raise(error());
    return **this;
  }
  /// By value, so that `for (const auto& user : s.users.list().value())` does not dangle.
  T value() && {
    if (!has_value()) detail::raise(error());
    return *std::move(*this);
  }

 private:
  std::variant<T, Error> content_;
};

}  // namespace clerk_backend_api
