// Where the public keys come from that tokens are verified with.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>

#include "clerk_backend_api/result.hpp"
#include "clerk_backend_api/transport.hpp"
#include "clerk_backend_api/visibility.hpp"

namespace clerk_backend_api {

class Clerk;

namespace detail {
struct KeyQuery;
struct KeyAnswer;
}  // namespace detail

/// Keys by name. Made by one of the below; share one among all threads. Each key carries its one
/// algorithm: what its JWK says in `alg`, else RS256 for RSA, ES256, ES384 or ES512 by the curve,
/// EdDSA for Ed25519. Symmetric keys are never keys here. Nor are weak ones: RSA under 2048 or over
/// 8192 bits, with an exponent other than an odd one from 65537 to 2³²-1, or made by a broken
/// generator (ROCA); points that are not on their curve or of small order.
class CLERK_BACKEND_API_EXPORT VerificationKeys {
 public:
  virtual ~VerificationKeys();
  [[nodiscard]] virtual detail::KeyAnswer find(const detail::KeyQuery& query) = 0;
};

/// One key that you already have: the "JWKS public key" of Clerk's dashboard, `BEGIN PUBLIC KEY`.
/// No network, ever; but a rotation needs your hand. The `kid` of a token is not looked at.
///
/// Costs some 0.1 ms: do it once. Error: `invalid_request`, code `verification_key_invalid`; often
/// a PEM that lost its line breaks on its way through an environment variable.
[[nodiscard]] CLERK_BACKEND_API_EXPORT Result<std::shared_ptr<VerificationKeys>> keys_from_pem(
    std::string_view pem);

/// A JWK Set (RFC 7517) that you already have. Keys that are not for us (another `use`, symmetric,
/// weak, unknown type) are passed over. Refused as a whole: text that is not a JWK Set or over
/// 256 KiB, a `kid` twice, none that is left.
///
/// Error: `invalid_request`, code `verification_key_invalid`.
[[nodiscard]] CLERK_BACKEND_API_EXPORT Result<std::shared_ptr<VerificationKeys>> keys_from_jwks(
    std::string_view json);

/// The first three: below zero counts as zero, more than a year as one.
struct JwksCacheOptions {
  std::chrono::milliseconds time_to_live{300'000};
  /// From the end of a fetch to the beginning of the next, whatever the tokens ask for: a flood of
  /// invented `kid`s costs the server one request in each. A key that was published later than this
  /// ago can be `kid_unknown` for so long.
  std::chrono::milliseconds minimum_refetch_interval{1'000};
  /// How long after `time_to_live` the last good answer serves while none can be had. An attacker
  /// who cuts you off from the server keeps a withdrawn key alive for this long.
  std::chrono::milliseconds last_good_serves_for{3'600'000};
  std::chrono::milliseconds timeout{5'000};   ///< of a fetch; it is not retried
  std::string ca_file = {};                   ///< only with a URL; as in ClientOptions
  std::shared_ptr<Transport> transport = {};  ///< only with a URL; libcurl if empty
  std::function<std::chrono::steady_clock::time_point()> clock = {};  ///< for tests
};

/// The server's JWKS, fetched when first needed and again when it is old or a token names a `kid`
/// that is not in it. Thread-safe; make one and keep it. However many threads need it, one
/// fetches, within its own call; where it refreshes a key that is there, the others do not wait. If
/// that one is cancelled, one of those who wait goes on. A fetch that fails, or
/// brings no key, changes nothing: the last good answer goes on serving.
///
/// Costs a mutex and a search of a few keys where nothing is fetched. In memory it is some
/// kilobytes a key; of an answer 256 KiB are read at most from a URL, what a client reads (8 MiB)
/// through it.
class CLERK_BACKEND_API_EXPORT JwksCache final : public VerificationKeys {
 public:
  /// From the Backend API, with the client's key, server and transport (`Jwks::get`).
  [[nodiscard]] static std::shared_ptr<JwksCache> from_clerk(Clerk clerk,
                                                             JwksCacheOptions options = {});
  /// From a public address, without a key: `https://<Frontend API>/.well-known/jwks.json`. It must
  /// be `https://`; `http://` only to this machine itself. Otherwise every fetch fails.
  [[nodiscard]] static std::shared_ptr<JwksCache> from_url(std::string url,
                                                           JwksCacheOptions options = {});
  ~JwksCache() override;
  JwksCache(const JwksCache&) = delete;
  JwksCache& operator=(const JwksCache&) = delete;

  [[nodiscard]] detail::KeyAnswer find(const detail::KeyQuery& query) override;

 private:
  struct State;
  explicit JwksCache(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace clerk_backend_api
