#include "crypto/jwt.hpp"

#include "base/base64url.hpp"
#include "crypto/digest.hpp"

namespace tenens::crypto {
namespace {

constexpr std::string_view kTicketHeader = R"({"alg":"HS256","typ":"JWT"})";
// Longest ticket worth looking at; ours have some 250 characters.
constexpr std::size_t kLongestTicket = 1024;

constexpr std::string_view kAnyJwt = "JWT";
constexpr std::string_view kCheckpoint = "audit-checkpoint+jwt";

/// Of every ticket, encoded.
const std::string& ticket_head() {
  static const std::string head = to_base64url(kTicketHeader) + '.';
  return head;
}

// An RSA-2048 signature's, the longest.
constexpr std::size_t kUsualSignature = 256;

/// `members` stand between `alg` and `kid`.
std::string signing_input(SignatureAlgorithm algorithm, std::string_view members,
                          std::string_view kid, std::string_view type, std::string_view payload) {
  std::string header = R"({"alg":")";
  header.append(to_string(algorithm)).append("\",").append(members);
  header.append(R"("kid":")").append(kid).append(R"(","typ":")").append(type).append(R"("})");
  std::string input;
  input.reserve(base64url_size(header.size()) + base64url_size(payload.size()) +
                base64url_size(kUsualSignature) + 2);
  append_base64url(input, header);
  input += '.';
  append_base64url(input, payload);
  return input;
}

std::string sign(const PrivateKey& key, std::string input) {
  const auto signature = key.sign(input);
  input += '.';
  append_base64url(input, signature);
  return input;
}

}  // namespace

std::string sign_session_jwt(const PrivateKey& key, std::string_view kid,
                             std::string_view payload) {
  // `cat` is the constant by which Clerk's SDKs tell session tokens from other tokens.
  constexpr std::string_view category = R"("cat":"cl_B7d4PD111AAA",)";
  return sign(key, signing_input(key.algorithm(), category, kid, kAnyJwt, payload));
}

std::string sign_handshake_jwt(const PrivateKey& key, std::string_view kid,
                               std::string_view payload) {
  return sign(key, signing_input(key.algorithm(), "", kid, kAnyJwt, payload));
}

std::string sign_audit_checkpoint(const PrivateKey& key, std::string_view kid,
                                  std::string_view payload) {
  return sign(key, signing_input(key.algorithm(), "", kid, kCheckpoint, payload));
}

bool is_audit_checkpoint(std::string_view jws, const VerificationKey& key, std::string_view kid,
                         std::string_view payload) {
  const auto input = signing_input(key.algorithm(), "", kid, kCheckpoint, payload);
  if (!jws.starts_with(input + '.')) return false;
  const auto signature = parse_base64url(jws.substr(input.size() + 1));
  return signature && key.verify(input, *signature);
}

std::string sign_ticket(const Secret& key, std::string_view payload) {
  const auto& head = ticket_head();
  std::string ticket;
  ticket.reserve(head.size() + base64url_size(payload.size()) + 1 +
                 base64url_size(std::tuple_size_v<Sha256>));
  append_base64url(ticket.append(head), payload);
  const auto mac = hmac_sha256(key.expose(), ticket);
  append_base64url(ticket.append("."), as_bytes(mac));
  return ticket;
}

std::optional<std::string> verify_ticket(const Secret& key, std::string_view ticket) {
  if (ticket.size() > kLongestTicket) return std::nullopt;
  const auto& expected_head = ticket_head();
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
