// The nonce that a redeemer may send along, in order to be known again if the answer is lost. Ours;
// official SDKs never send it.
#pragma once

#include <optional>

#include "base/random.hpp"
#include "base/secret.hpp"
#include "http/message.hpp"

namespace tenens::http {

/// Of the form's field `redeem_nonce`. Failures: param_invalid.
[[nodiscard]] Result<std::optional<Secret>> read_redeem_nonce(const Params& form);

/// For a form of our own.
[[nodiscard]] std::string new_redeem_nonce(Random& random);

}  // namespace tenens::http
