#include "clerk_backend_api/sign_in_tokens.hpp"

#include "sdk/caller.hpp"
#include "wire/sign_in_tokens.hpp"

namespace clerk_backend_api {

using tenens::wire::parse_sign_in_token;

Result<SignInToken> SignInTokens::create_sign_in_token(const CreateSignInTokenRequestBody& request,
                                                       const RequestOptions& options) const {
  return caller_->call<SignInToken>(detail::kCreateSignInToken,
                                    {.body = tenens::wire::to_json(request)}, options,
                                    parse_sign_in_token);
}

Result<SignInToken> SignInTokens::revoke_sign_in_token(std::string_view sign_in_token_id,
                                                       const RequestOptions& options) const {
  return caller_->call<SignInToken>(detail::kRevokeSignInToken, {.id = sign_in_token_id}, options,
                                    parse_sign_in_token);
}

}  // namespace clerk_backend_api
