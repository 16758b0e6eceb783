// Forms requests, and refuses locally what must not leave the house.
#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "clerk_backend_api/options.hpp"
#include "clerk_backend_api/result.hpp"
#include "clerk_backend_api/transport.hpp"
#include "clerk_backend_api/word.hpp"
#include "sdk/operations.hpp"

namespace clerk_backend_api::detail {

/// A query string. Empty optionals and empty lists leave no trace.
class Query {
 public:
  Query& add(std::string_view name, std::string_view value);
  Query& add(std::string_view name, const std::optional<std::string>& value);
  Query& add(std::string_view name, const std::optional<std::int64_t>& value);
  Query& add(std::string_view name, const std::vector<std::string>& values);
  template <class AnyWord>
  requires std::derived_from<AnyWord, Word> Query& add(std::string_view name,
                                                       const std::optional<AnyWord>& value) {
    return value ? add(name, std::string_view(value->text())) : *this;
  }

  /// With its `?`, unless it is empty.
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  std::string text_;
};

/// What varies from call to call of one operation.
struct Arguments {
  std::string_view id = {};  ///< for the `{}` of the path
  Query query = {};
  std::string body = {};  ///< JSON
};

/// `invalid_request` or `unauthenticated` if it cannot be sent as it is.
[[nodiscard]] Result<HttpRequest> form_request(const Operation& operation,
                                               const ClientOptions& client,
                                               const RequestOptions& options,
                                               const Arguments& arguments,
                                               std::string idempotency_key);

}  // namespace clerk_backend_api::detail
