#include "clerk_backend_api/verification_keys.hpp"

#include "sdk/failures.hpp"
#include "sdk/verify_key_set.hpp"

namespace clerk_backend_api {
namespace {

using tenens::crypto::VerificationKey;

class OneKey final : public VerificationKeys {
 public:
  explicit OneKey(VerificationKey key) : key_(std::move(key)) {}

  detail::KeyAnswer find(const detail::KeyQuery&) override { return {.key = key_}; }

 private:
  const VerificationKey key_;
};

class GivenKeys final : public VerificationKeys {
 public:
  explicit GivenKeys(detail::KeySet keys) : keys_(std::move(keys)) {}

  detail::KeyAnswer find(const detail::KeyQuery& query) override {
    if (query.kid.empty()) return {.key = {}, .fault = TokenFault::kid_missing};
    const auto* key = detail::find_key(keys_, query.kid);
    if (key == nullptr) return {.key = {}, .fault = TokenFault::kid_unknown};
    return {.key = *key};
  }

 private:
  const detail::KeySet keys_;
};

Error invalid_key(std::string message) {
  auto error = detail::invalid_argument(std::move(message));
  error.code = "verification_key_invalid";
  return error;
}

}  // namespace

VerificationKeys::~VerificationKeys() = default;

Result<std::shared_ptr<VerificationKeys>> keys_from_pem(std::string_view pem) {
  auto key = VerificationKey::from_pem(pem);
  if (!key) {
    return invalid_key(
        "this is not a public key to verify with: it must begin with -----BEGIN PUBLIC KEY-----, "
        "have its line breaks, and be RSA (2048 to 8192 bits), P-256, P-384, P-521 or Ed25519");
  }
  return std::shared_ptr<VerificationKeys>(std::make_shared<OneKey>(*std::move(key)));
}

Result<std::shared_ptr<VerificationKeys>> keys_from_jwks(std::string_view json) {
  const auto value = parse_json(json, {.bytes = detail::kLargestJwks});
  auto keys = value ? detail::parse_key_set(*value) : std::nullopt;
  if (!keys) {
    return invalid_key("this is not a JWK Set with distinct kids and a key to verify with");
  }
  return std::shared_ptr<VerificationKeys>(std::make_shared<GivenKeys>(*std::move(keys)));
}

}  // namespace clerk_backend_api
