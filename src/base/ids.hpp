// Identifiers: one type per kind, so that actor and subject cannot be swapped by accident.
#pragma once

#include <array>
#include <compare>
#include <mutex>
#include <string>
#include <string_view>

#include "base/instant.hpp"
#include "base/random.hpp"

namespace tenens {

/// `<prefix>_` and 27 base62 characters, ordered by time of birth.
template <class Kind>
struct Id {
  std::string text;

  [[nodiscard]] bool empty() const { return text.empty(); }
  friend auto operator<=>(const Id&, const Id&) = default;
};

namespace kind {
struct ActorToken {
  static constexpr std::string_view prefix = "act_";
};
struct Client {
  static constexpr std::string_view prefix = "client_";
};
struct DevBrowser {
  static constexpr std::string_view prefix = "dvb_";
};
struct Identification {
  static constexpr std::string_view prefix = "idn_";
};
struct Instance {
  static constexpr std::string_view prefix = "ins_";
};
struct SecretKey {
  static constexpr std::string_view prefix = "key_";
};
struct Session {
  static constexpr std::string_view prefix = "sess_";
};
struct SignInAttempt {
  static constexpr std::string_view prefix = "sia_";
};
struct SignInToken {
  static constexpr std::string_view prefix = "sit_";
};
struct TokenUse {
  static constexpr std::string_view prefix = "jti_";
};
struct User {
  static constexpr std::string_view prefix = "user_";
};
}  // namespace kind

using ActorTokenId = Id<kind::ActorToken>;
using ClientId = Id<kind::Client>;
using DevBrowserId = Id<kind::DevBrowser>;
using IdentificationId = Id<kind::Identification>;
using InstanceId = Id<kind::Instance>;
using SecretKeyId = Id<kind::SecretKey>;
using SessionId = Id<kind::Session>;
using SignInAttemptId = Id<kind::SignInAttempt>;
using SignInTokenId = Id<kind::SignInToken>;
using TokenUseId = Id<kind::TokenUse>;
using UserId = Id<kind::User>;

inline constexpr std::size_t kIdBodyLength = 27;

/// Makes ids in the order of KSUIDs: 32 bits of seconds, 32 bits of the second's fraction made
/// strictly increasing within this process, 96 random bits. Inserts land on a table's last page.
class IdMint {
 public:
  IdMint(const Clock& clock, Random& random) : clock_(clock), random_(random) {}

  template <class AnyId>
  [[nodiscard]] AnyId make();

 private:
  [[nodiscard]] std::string next(std::string_view prefix);

  const Clock& clock_;
  Random& random_;
  std::mutex mutex_;
  std::uint64_t last_tick_ = 0;
};

/// The smallest id of that kind born at or after `at`: bounds a scan by time without an index.
[[nodiscard]] std::string first_id_text_at(std::string_view prefix, Instant at);

template <class Kind>
[[nodiscard]] Id<Kind> first_id_at(Instant at) {
  return {first_id_text_at(Kind::prefix, at)};
}

namespace detail {
template <class Kind>
constexpr std::string_view prefix_of(const Id<Kind>*) {
  return Kind::prefix;
}
}  // namespace detail

template <class AnyId>
AnyId IdMint::make() {
  return AnyId{next(detail::prefix_of(static_cast<const AnyId*>(nullptr)))};
}

}  // namespace tenens
