// Records with every field set, and ids whose order is that of their numbers.
#pragma once

#include <cstdio>
#include <string>

#include "core/records.hpp"

namespace tenens::test {

template <class Kind>
void number_id(Id<Kind>& id, int number) {
  char digits[kIdBodyLength + 1];
  std::snprintf(digits, sizeof digits, "%027d", number);
  id.text = std::string(Kind::prefix) + digits;
}

template <class AnyId>
AnyId id(int number) {
  AnyId made;
  number_id(made, number);
  return made;
}

inline Instant at(std::int64_t ms) {
  return from_unix_ms(1'800'000'000'000 + ms);
}

inline Digest digest(int number) {
  Digest made{};
  made[0] = static_cast<std::uint8_t>(number);
  made[1] = static_cast<std::uint8_t>(number >> 8);
  made[31] = 0xff;
  return made;
}

inline const InstanceId kHere = id<InstanceId>(1);
inline const InstanceId kElsewhere = id<InstanceId>(2);

inline Actor actor(const std::string& sub) {
  return {sub, {R"({"sub":")" + sub + R"(","level":3})"}};
}

inline Email email(int number, const std::string& address) {
  return {id<IdentificationId>(number), address, at(number)};
}

/// Nothing that another user could have.
inline User plain_user(int number) {
  User user;
  user.id = id<UserId>(number);
  user.instance_id = kHere;
  user.created_at = user.updated_at = at(number);
  return user;
}

inline User full_user(int number) {
  const auto n = std::to_string(number);
  User user = plain_user(number);
  user.external_id = "external-" + n;
  user.username = "user" + n;
  user.first_name = "Ada";
  user.last_name = "Lovelace";
  // Not in the order of their ids: the order is what was given.
  user.emails = {email(number * 10 + 2, "second" + n + "@example.com"),
                 email(number * 10 + 1, "First" + n + "@Example.com")};
  user.primary_email_id = user.emails[1].id;
  user.public_metadata = {R"({"plan":"pro"})"};
  user.private_metadata = {R"({"note":"é"})"};
  user.unsafe_metadata = {R"({"x":[1,2]})"};
  user.banned = true;
  user.last_sign_in_at = at(3);
  user.updated_at = at(number + 1);
  return user;
}

/// Pending, of user 1, until at(1000).
inline ActorToken pending_token(int number) {
  ActorToken token;
  token.id = id<ActorTokenId>(number);
  token.instance_id = kHere;
  token.user_id = id<UserId>(1);
  token.actor = actor("admin");
  token.ticket_digest = digest(number);
  token.expires_in = seconds(1);
  token.expires_at = at(1000);
  token.session_max_duration = seconds(1800);
  token.created_at = token.updated_at = at(0);
  return token;
}

/// Active, of user 1 in client 1, opened by token `number`; idle from at(10'000), over at
/// at(20'000).
inline Session active_session(int number) {
  Session session;
  session.id = id<SessionId>(number);
  session.instance_id = kHere;
  session.user_id = id<UserId>(1);
  session.client_id = id<ClientId>(1);
  session.actor = actor("admin");
  session.actor_token_id = id<ActorTokenId>(number);
  session.last_active_at = at(0);
  session.expire_at = at(20'000);
  session.idle_limit = seconds(10);
  session.redeem_nonce_digest = digest(number);
  session.created_at = session.updated_at = at(0);
  return session;
}

inline Client client(int number) {
  return {.id = id<ClientId>(number),
          .instance_id = kHere,
          .cookie_digest = digest(number),
          .last_active_session_id = id<SessionId>(7),
          .created_at = at(1),
          .updated_at = at(2)};
}

inline AuditEvent event(AuditAction action) {
  AuditEvent made;
  made.instance_id = kHere;
  made.at = at(5);
  made.action = action;
  return made;
}

/// The record of redeeming `token`.
inline AuditEvent redeemed_event(const ActorToken& token, const SessionId& session) {
  auto made = event(AuditAction::actor_token_redeemed);
  made.actor = token.actor;
  made.user_id = token.user_id;
  made.actor_token_id = token.id;
  made.session_id = session;
  return made;
}

}  // namespace tenens::test
