#include "wire/claims.hpp"

#include "wire/members.hpp"

namespace tenens::wire {
namespace {

constexpr std::string_view kHandshake = "handshake";

}  // namespace

std::string to_json(const SessionClaims& claims) {
  Writer writer;
  writer.begin_object();
  if (!claims.act_json.empty()) writer.name("act").raw(claims.act_json);
  if (!claims.azp.empty()) writer.member("azp", claims.azp);
  return writer.member("exp", claims.exp)
      .name("fva")
      .begin_array()
      .value(claims.factor_age_minutes)
      .value(-1)
      .end_array()
      .member("iat", claims.iat)
      .member("iss", claims.iss)
      .member("jti", claims.jti)
      .member("nbf", claims.nbf)
      .member("sid", claims.sid)
      .member("sts", "active")
      .member("sub", claims.sub)
      .member("v", 2)
      .end_object()
      .take();
}

std::string to_json(const TicketClaims& claims) {
  return Writer()
      .begin_object()
      .member("eis", claims.eis)
      .member("exp", claims.exp)
      .member("iid", claims.iid)
      .member("sid", claims.sid)
      .member("st", claims.st)
      .end_object()
      .take();
}

std::optional<TicketClaims> parse_ticket_claims(std::string_view json) {
  const auto value = clerk_backend_api::parse_json(json, {.depth = 1, .bytes = 4096});
  if (!value || value->if_object() == nullptr || value->if_object()->size() != 5) {
    return std::nullopt;
  }
  Members members(*value);
  TicketClaims claims{.eis = members.required_integer("eis"),
                      .exp = members.required_integer("exp"),
                      .iid = members.required_string("iid"),
                      .sid = members.required_string("sid"),
                      .st = members.required_string("st")};
  if (!members.complete()) return std::nullopt;
  return claims;
}

std::string to_json(const NonceClaims& claims) {
  return Writer()
      .begin_object()
      .member("db", claims.db)
      .member("dom", claims.dom)
      .member("exp", claims.exp)
      .member("iid", claims.iid)
      .member("org", claims.org)
      .member("sid", claims.sid)
      .member("st", kHandshake)
      .member("uat", claims.uat)
      .end_object()
      .take();
}

std::optional<NonceClaims> parse_nonce_claims(std::string_view json) {
  const auto value = clerk_backend_api::parse_json(json, {.depth = 1, .bytes = 4096});
  if (!value || value->if_object() == nullptr || value->if_object()->size() != 8) {
    return std::nullopt;
  }
  Members members(*value);
  NonceClaims claims{.db = members.required_string("db"),
                     .dom = members.required_string("dom"),
                     .exp = members.required_integer("exp"),
                     .iid = members.required_string("iid"),
                     .org = members.required_string("org"),
                     .sid = members.required_string("sid"),
                     .uat = members.required_integer("uat")};
  const bool ours = members.required_string("st") == kHandshake;
  if (!members.complete() || !ours) return std::nullopt;
  return claims;
}

}  // namespace tenens::wire
