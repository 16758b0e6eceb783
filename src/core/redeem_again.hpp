// The answer to a redemption was lost: whoever redeemed gets the session once more, nobody a second
// one.
#pragma once

#include "core/clients.hpp"

namespace tenens {

/// What a redeemer chose and sent along, in order to be known again. The store has only this digest
/// of it, which the ticket is part of.
[[nodiscard]] Digest redeem_nonce_digest(const Secret& nonce, const Secret& ticket);

struct HandedOutAgain {
  Session session;
  Secret client_cookie;  // new: the one of the lost answer is worth nothing from here on
  ClientView view;       // the session comes first
};

/// The session `id`, if it was opened with that nonce and not long ago, may still go on, and the
/// visitor is not already another client. Nothing otherwise.
[[nodiscard]] std::optional<HandedOutAgain> hand_out_again(WriteTx& tx, const Visitor& visitor,
                                                           const SessionId& id,
                                                           const Digest& nonce_digest,
                                                           Random& random, const Settings& settings,
                                                           Instant now);

}  // namespace tenens
