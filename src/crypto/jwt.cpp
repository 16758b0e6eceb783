#include "crypto/jwt.hpp"

#include "base/base64url.hpp"
#include "crypto/digest.hpp"

namespace tenens::crypto {
namespace {

constexpr std::string_view kTicketHeader = R"({"alg":"HS256","typ":"JWT"})";
// Longest ticket worth looking at; ours have some 250 characters.
constexpr std::size_t kLongestTicket = 1024;

constexpr std::string_view kAnyJwt = R"(","typ":"JWT"})";
constexpr std::string_view kCheckpoint = R"(","typ":"audit-checkpoint+jwt"})";
constexpr std::string_view kRs256 = R"({"alg":"RS256","kid":")";

std::string signing_input(std::string_view before_kid, std::string_view kid,
                          std::string_view after_kid, std::string_view payload) {
  const auto header = std::string(before_kid).append(kid).append(after_kid);
  return to_base64url(header) + '.' + to_base64url(payload);
}

std::string sign_rs256(const RsaKey& key, std::string input) {
  const auto signature = key.sign(input);
  return input += '.' + to_base64url(signature);
}

}  // namespace

std::string sign_session_jwt(const RsaKey& key, std::string_view kid, std::string_view payload) {
  // `cat` is the constant by which Clerk's SDKs tell session tokens from other tokens.
  constexpr std::string_view before = R"({"alg":"RS256","cat":"cl_B7d4PD111AAA","kid":")";
  return sign_rs256(key, signing_input(before, kid, kAnyJwt, payload));
}

std::string sign_handshake_jwt(const RsaKey& key, std::string_view kid, std::string_view payload) {
  return sign_rs256(key, signing_input(kRs256, kid, kAnyJwt, payload));
}

std::string sign_audit_checkpoint(const RsaKey& key, std::string_view kid,
                                  std::string_view payload) {
  return sign_rs256(key, signing_input(kRs256, kid, kCheckpoint, payload));
}

bool is_audit_checkpoint(std::string_view jws, const RsaKey& key, std::string_view kid,
                         std::string_view payload) {
  const auto input = signing_input(kRs256, kid, kCheckpoint, payload);
  if (!jws.starts_with(input + '.')) return false;
  const auto signature = parse_base64url(jws.substr(input.size() + 1));
  return signature && key.verify(input, *signature);
}

std::string sign_ticket(const Secret& key, std::string_view payload) {
  auto ticket = to_base64url(kTicketHeader) + '.' + to_base64url(payload);
  const auto mac = hmac_sha256(key.expose(), ticket);
  return ticket += '.' + to_base64url(as_bytes(mac));
}

std::optional<std::string> verify_ticket(const Secret& key, std::string_view ticket) {
  if (ticket.size() > kLongestTicket) return std::nullopt;
  static const std::string expected_head = to_base64url(kTicketHeader) + '.';
  if (!ticket.starts_with(expected_head)) return std::nullopt;

  const auto last_dot = ticket.rfind('.');
  if (last_dot < expected_head.size()) return std::nullopt;
  const auto mac = parse_base64url(ticket.substr(last_dot + 1));
  Sha256 claimed;
  if (!mac || mac->size() != claimed.size()) return std::nullopt;
  std::copy(mac->begin(), mac->end(), claimed.begin());
  if (!equal(claimed, hmac_sha256(key.expose(), ticket.substr(0, last_dot)))) return std::nullopt;

  return parse_base64url(ticket.substr(expected_head.size(), last_dot - expected_head.size()));
}

}  // namespace tenens::crypto
