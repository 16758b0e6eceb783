// The models as JSON objects for `--json`. These shapes are a promise to scripts; fields are added,
// never taken away.
#pragma once

#include "clerk_backend_api/clerk.hpp"

namespace tenens::cli {

[[nodiscard]] clerk_backend_api::Object to_object(const clerk_backend_api::ActorToken& token);
[[nodiscard]] clerk_backend_api::Object to_object(const clerk_backend_api::AuditEvent& event);
[[nodiscard]] clerk_backend_api::Object to_object(
    const clerk_backend_api::AuditCheckpoint& checkpoint);
[[nodiscard]] clerk_backend_api::Object to_object(const clerk_backend_api::Session& session);
[[nodiscard]] clerk_backend_api::Object to_object(const clerk_backend_api::User& user);

/// Who acts: an actor's `sub`, or a dash.
[[nodiscard]] std::string sub_of(const clerk_backend_api::Object& actor);
[[nodiscard]] std::string sub_of(const std::optional<clerk_backend_api::Object>& actor);

/// `{"data":[…],"total_count":n}`
template <class Models>
[[nodiscard]] clerk_backend_api::Object to_page(const Models& models, std::int64_t total_count) {
  clerk_backend_api::Array data;
  for (const auto& model : models) data.emplace_back(to_object(model));
  return {{"data", std::move(data)}, {"total_count", total_count}};
}

}  // namespace tenens::cli
