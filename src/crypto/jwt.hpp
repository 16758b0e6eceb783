// JSON Web Tokens in compact form: what we sign, and the one kind we read back.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/secret.hpp"
#include "crypto/private_key.hpp"
#include "crypto/verification_key.hpp"

namespace tenens::crypto {

/// A session JWT of the key's algorithm. `payload` is JSON text, `kid` needs no escaping
/// (base64url).
[[nodiscard]] std::string sign_session_jwt(const PrivateKey& key, std::string_view kid,
                                           std::string_view payload);

/// What a handshake brings back. Not of the category of session tokens: it must not pass for one.
[[nodiscard]] std::string sign_handshake_jwt(const PrivateKey& key, std::string_view kid,
                                             std::string_view payload);

/// A checkpoint of the audit (core/audit_checkpoints.hpp), of a type of its own.
[[nodiscard]] std::string sign_audit_checkpoint(const PrivateKey& key, std::string_view kid,
                                                std::string_view payload);
/// Whether this key, under this id, signed that payload; and no other text.
[[nodiscard]] bool is_audit_checkpoint(std::string_view jws, const VerificationKey& key,
                                       std::string_view kid, std::string_view payload);

/// A ticket, HS256: only this server reads it, so it needs no signature that others can check.
[[nodiscard]] std::string sign_ticket(const Secret& key, std::string_view payload);

/// The payload of a ticket that `key` signed. There is one header that our tickets have; any other,
/// and with it every other algorithm, is refused before anything is computed.
[[nodiscard]] std::optional<std::string> verify_ticket(const Secret& key, std::string_view ticket);

}  // namespace tenens::crypto
