// A real session JWT, minted by a running tenensd for somebody who acts for somebody else, verified
// in each of the ways the library has.
#include <gtest/gtest.h>
#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>

#include <memory>

#include "base/base64url.hpp"
#include "clerk_backend_api/authenticate_request.hpp"
#include "clerk_backend_api/clerk.hpp"
#include "conformance/running_tenensd.hpp"
#include "sdk/transport_curl.hpp"

namespace clerk_backend_api {
namespace {

using tenens::test::kSecretKey;
using tenens::test::RunningTenensd;

constexpr const char* kOrigin = "http://localhost:3000";
// The publishable key of `tenensd --dev`: the host is `clerk.localhost`.
constexpr const char* kPublishableKey = "pk_test_Y2xlcmsubG9jYWxob3N0JA";

using KeyPtr = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using Bignum = std::unique_ptr<BIGNUM, decltype(&BN_free)>;

std::string bytes_of(const Object& jwk, const char* name) {
  return tenens::parse_base64url(*jwk.find(name)->if_string()).value();
}

KeyPtr to_key(const char* type, OSSL_PARAM_BLD* builder) {
  auto* params = OSSL_PARAM_BLD_to_param(builder);
  auto* context = EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr);
  EVP_PKEY* key = nullptr;
  EVP_PKEY_fromdata_init(context);
  EVP_PKEY_fromdata(context, &key, EVP_PKEY_PUBLIC_KEY, params);
  EVP_PKEY_CTX_free(context);
  OSSL_PARAM_free(params);
  OSSL_PARAM_BLD_free(builder);
  return {key, EVP_PKEY_free};
}

KeyPtr to_rsa(const Object& jwk) {
  const auto number = [&](const char* name) {
    const auto bytes = bytes_of(jwk, name);
    return Bignum(BN_bin2bn(reinterpret_cast<const unsigned char*>(bytes.data()),
                            static_cast<int>(bytes.size()), nullptr),
                  BN_free);
  };
  const auto n = number("n");
  const auto e = number("e");
  auto* builder = OSSL_PARAM_BLD_new();
  OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_N, n.get());
  OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_E, e.get());
  return to_key("RSA", builder);
}

KeyPtr to_p256(const Object& jwk) {
  const auto point = "\x04" + bytes_of(jwk, "x") + bytes_of(jwk, "y");
  auto* builder = OSSL_PARAM_BLD_new();
  OSSL_PARAM_BLD_push_utf8_string(builder, OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1", 0);
  OSSL_PARAM_BLD_push_octet_string(builder, OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size());
  return to_key("EC", builder);
}

/// What a person who does not use JWKS would paste: the key as a PEM.
std::string to_pem(const Object& jwk) {
  const auto key = *jwk.find("kty")->if_string() == "EC" ? to_p256(jwk) : to_rsa(jwk);
  const std::unique_ptr<BIO, decltype(&BIO_free_all)> bio(BIO_new(BIO_s_mem()), BIO_free_all);
  PEM_write_bio_PUBKEY(bio.get(), key.get());
  char* data = nullptr;
  const auto length = BIO_get_mem_data(bio.get(), &data);
  return {data, static_cast<std::size_t>(length)};
}

/// By the algorithm of the key that signs.
class VerifySession : public ::testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    user_id_ = s_.users.create({.first_name = "Carla"}).value().id;
    const auto token = s_.actor_tokens
                           .create_actor_token({.user_id = user_id_,
                                                .actor = {{"sub", "user_support"},
                                                          {"act", Object{{"sub", "agent_1"}}},
                                                          {"level", 3}}})
                           .value();
    session_id_ = redeem(*token.token);
    jwt_ = s_.sessions.create_token(session_id_).value().jwt.expose();
  }

  /// As a browser does it; gives the session.
  std::string redeem(const Secret& ticket) {
    const auto browser = detail::make_curl_transport("");
    HttpRequest request;
    request.method = "POST";
    request.url = tenensd_.server_url() + "/client/sign_ins";
    request.headers = {{"Origin", kOrigin}, {"Content-Type", "application/x-www-form-urlencoded"}};
    request.timeout = std::chrono::seconds(10);
    request.max_response_bytes = 1024 * 1024;
    request.body = "strategy=ticket&ticket=" + std::string(ticket.expose());
    const auto body = std::get<HttpResponse>(browser->send(request)).body;
    const auto answer = parse_json(body).value();
    const auto* response = answer.if_object()->find("response");
    // Not a null pointer: a test that crashes would leave its server behind.
    if (response == nullptr || response->is_null()) throw std::runtime_error(body);
    return *response->if_object()->find("created_session_id")->if_string();
  }

  std::string jwks_url() const {
    return "http://127.0.0.1:" + std::to_string(tenensd_.port()) + "/.well-known/jwks.json";
  }

  void expect_sound(const std::shared_ptr<VerificationKeys>& keys) {
    const auto verdict =
        verify_token(jwt_, {.keys = keys, .issuers = {{"https://clerk.localhost"}}});
    ASSERT_TRUE(verdict) << to_string(verdict.fault());
    EXPECT_EQ(verdict->sub(), user_id_);
    EXPECT_EQ(verdict->sid(), session_id_);
    EXPECT_TRUE(verdict->is_impersonated());
    EXPECT_EQ(verdict->actor_sub(), "user_support");
    EXPECT_EQ(to_json(*verdict->actor()),
              R"({"sub":"user_support","act":{"sub":"agent_1"},"level":3})");
    EXPECT_EQ(verdict->actor_chain().size(), 2U);
  }

  RunningTenensd tenensd_{{"--jwt-algorithm", GetParam()}};
  Clerk s_{{.bearer_auth = kSecretKey, .server_url = tenensd_.server_url()}};
  std::string user_id_;
  std::string session_id_;
  std::string jwt_;
};

TEST_P(VerifySession, WithTheKeysFetchedFromTheBackendApi) {
  expect_sound(JwksCache::from_clerk(s_));
}

TEST_P(VerifySession, WithTheKeysFetchedFromTheirPublicAddress) {
  expect_sound(JwksCache::from_url(jwks_url()));
}

TEST_P(VerifySession, WithoutTheNetwork) {
  const auto jwks = s_.jwks.get().value();
  expect_sound(keys_from_jwks(to_json(jwks)).value());
  const auto& keys = *jwks.if_object()->find("keys")->if_array();
  expect_sound(keys_from_pem(to_pem(*keys.front().if_object())).value());
}

TEST_P(VerifySession, AWrongSecretKeyMeansNoKeysAndNotAnOpenDoor) {
  const auto keys = JwksCache::from_clerk(
      Clerk{{.bearer_auth = "sk_test_wrong", .server_url = tenensd_.server_url()}});
  EXPECT_EQ(verify_token(jwt_, {.keys = keys}).fault(), TokenFault::keys_unavailable);
}

TEST_P(VerifySession, AnotherInstancesTokenIsRefused) {
  RunningTenensd other;
  const auto keys =
      JwksCache::from_clerk(Clerk{{.bearer_auth = kSecretKey, .server_url = other.server_url()}});
  EXPECT_EQ(verify_token(jwt_, {.keys = keys}).fault(), TokenFault::kid_unknown);
}

TEST_P(VerifySession, AuthenticatesARequestByHeaderAndByCookies) {
  AuthenticateRequestOptions options;
  options.verify_token.keys = JwksCache::from_clerk(s_);
  options.publishable_key = kPublishableKey;
  const auto header = authenticate_request({.authorization = "Bearer " + jwt_}, options);
  ASSERT_TRUE(header.is_signed_in()) << header.reason;
  EXPECT_EQ(header.claims->actor_sub(), "user_support");

  const auto cookie = "__session=" + jwt_ + "; __client_uat=1; __clerk_db_jwt=dvb_1";
  const auto cookies = authenticate_request({.cookie = cookie}, options);
  EXPECT_TRUE(cookies.is_signed_in()) << cookies.reason;
}

TEST_P(VerifySession, TheTicketIsNotASession) {
  const auto token =
      s_.actor_tokens.create_actor_token({.user_id = user_id_, .actor = {{"sub", "a"}}}).value();
  const auto ticket = token.token->expose();
  EXPECT_FALSE(verify_token(ticket, {.keys = JwksCache::from_clerk(s_)}));
}

INSTANTIATE_TEST_SUITE_P(, VerifySession, ::testing::Values("RS256", "ES256"),
                         [](const auto& tested) { return std::string(tested.param); });

}  // namespace
}  // namespace clerk_backend_api
