#include "clerk_backend_api/testing_tokens.hpp"

#include "sdk/caller.hpp"
#include "wire/testing_tokens.hpp"

namespace clerk_backend_api {

Result<TestingToken> TestingTokens::create(const RequestOptions& options) const {
  return caller_->call<TestingToken>(detail::kCreateTestingToken, {}, options,
                                     tenens::wire::parse_testing_token);
}

}  // namespace clerk_backend_api
