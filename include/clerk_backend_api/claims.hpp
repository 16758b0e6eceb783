// What a verified session JWT says.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>
#include <vector>

#include "clerk_backend_api/value.hpp"
#include "clerk_backend_api/visibility.hpp"

namespace clerk_backend_api {

/// The claims of a session JWT (RFC 7519 section 4, and Clerk's own). `verify_token` makes one; to
/// make one by hand is for tests, nothing is checked. A text is empty and an optional without value
/// where the claim is absent. Views live as long as the Claims they come from, and not past a move.
///
/// The JWT is a copy of what was true when it was signed: it stays valid until `exp`, a minute by
/// default, also if its session is revoked meanwhile.
class CLERK_BACKEND_API_EXPORT Claims {
 public:
  /// `Object{{"sub", "user_1"}}`; what is not an object counts as an empty one.
  explicit Claims(Value payload);

  /// `sub`: the user. In an impersonated session the one who is impersonated, not the one who acts.
  [[nodiscard]] std::string_view sub() const { return text("sub"); }
  [[nodiscard]] std::string_view sid() const { return text("sid"); }  ///< session, `sess_…`
  [[nodiscard]] std::string_view iss() const { return text("iss"); }  ///< Frontend API URL
  [[nodiscard]] std::string_view azp() const { return text("azp"); }  ///< origin of the page
  [[nodiscard]] std::string_view jti() const { return text("jti"); }
  [[nodiscard]] std::string_view sts() const { return text("sts"); }  ///< `active` or `pending`

  /// Fractions of a second are cut off.
  [[nodiscard]] std::optional<std::chrono::sys_seconds> exp() const { return moment("exp"); }
  [[nodiscard]] std::optional<std::chrono::sys_seconds> nbf() const { return moment("nbf"); }
  [[nodiscard]] std::optional<std::chrono::sys_seconds> iat() const { return moment("iat"); }

  // The active organization: `o.id`, `o.rol`, `o.slg` of version 2, `org_…` of version 1. A role
  // of version 2 comes without the prefix `org:`.
  [[nodiscard]] std::string_view org_id() const { return organization("id", "org_id"); }
  [[nodiscard]] std::string_view org_role() const { return organization("rol", "org_role"); }
  [[nodiscard]] std::string_view org_slug() const { return organization("slg", "org_slug"); }

  /// Somebody else acts as `sub`: there is an `act`. Ask this, not whether `actor_sub` is empty.
  [[nodiscard]] bool is_impersonated() const { return actor() != nullptr; }

  /// The `act` claim (RFC 8693 section 4.1): who acts, whole and in order, as given at
  /// `create_actor_token`; nullptr if nobody does.
  [[nodiscard]] const Object* actor() const;

  /// `act.sub`, the id of the one who acts; an admin's user id, or whatever your system calls them.
  [[nodiscard]] std::string_view actor_sub() const;

  /// The one who acts now, then the one who acted as them, and so on inward through nested `act`.
  /// Only the first counts when you decide what is allowed (RFC 8693 section 4.1); the others say
  /// how it came to this, for the record. Empty if nobody acts. At most 32.
  [[nodiscard]] std::vector<const Object*> actor_chain() const;

  /// Everything, as it came: custom claims, `fva`, `pla`, `org_permissions`, …
  [[nodiscard]] const Object& raw() const { return *payload_.if_object(); }

 private:
  [[nodiscard]] std::string_view text(std::string_view name) const;
  [[nodiscard]] std::optional<std::chrono::sys_seconds> moment(std::string_view name) const;
  [[nodiscard]] std::string_view organization(std::string_view version_2,
                                              std::string_view version_1) const;

  Value payload_;  // an object; not taken apart, so that nothing of it is copied
};

}  // namespace clerk_backend_api
