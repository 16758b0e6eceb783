// The order is the design: prove the ticket, judge the record, claim it, open the session.
// Nothing here logs or retries, or knows which database or protocol it serves.
#include "core/sign_ins.hpp"

#include <algorithm>

#include "core/audit_events.hpp"
#include "core/policy.hpp"
#include "core/session_rules.hpp"
#include "crypto/digest.hpp"

namespace tenens {
namespace {

// Anybody can send a forged ticket. So many a second leave an audit row each; the rest would only
// fill the disk.
constexpr std::int64_t kUnprovenNotedASecond = 10;

/// What policy says of a pair, in the words of one who holds a ticket.
Failure for_ticket_holder(Failure failure) {
  switch (failure.code) {
    case Code::user_not_found: return {Code::ticket_subject_gone, {}, {}};
    case Code::impersonation_disabled: return {Code::ticket_unusable, {}, {}};
    default: return failure;
  }
}

Done refuse_as_holder(const Done& verdict) {
  return tl::unexpected(for_ticket_holder(verdict.error()));
}

Done state_allows(const ActorToken& token, Instant now) {
  switch (token.state) {
    case TokenState::accepted: return refuse(Code::ticket_used);
    case TokenState::revoked: return refuse(Code::ticket_revoked);
    case TokenState::pending: break;
  }
  if (now >= token.expires_at) return refuse(Code::ticket_expired);
  return {};
}

}  // namespace

/// Everything one redemption knows; filled as it goes.
struct SignIns::Attempt {
  const Visitor& visitor;
  Instant now;
  Digest ticket_digest;
  ActorTokenId token_id;

  std::optional<ActorToken> token = {};
  std::optional<User> subject = {};
  std::optional<User> acting_user = {};
  std::optional<Client> client = {};         // as the cookie proves it
  std::vector<Session> other_sessions = {};  // alive in the same browser
  std::optional<SignedIn> signed_in = {};

  void load(ReadTx& tx) {
    other_sessions.clear();  // of an earlier run
    token = tx.find_actor_token(visitor.instance_id, token_id);
    if (!token) return;
    subject = tx.find_user(visitor.instance_id, token->user_id);
    acting_user = tx.find_user(visitor.instance_id, UserId{token->actor.sub});
    client = find_client(tx, visitor);
    if (client) {
      const SessionFilter alive{.client_id = client->id, .alive_at = now};
      other_sessions = tx.sessions(visitor.instance_id, alive, Page{.limit = 100});
    }
  }
};

Done SignIns::judge(const Attempt& attempt) const {
  const auto& token = attempt.token;
  if (!token || !crypto::equal(token->ticket_digest, attempt.ticket_digest)) {
    return refuse(Code::ticket_invalid);
  }
  if (const auto verdict = state_allows(*token, attempt.now); !verdict) return verdict;

  const auto verdict =
      may_impersonate({.subject = attempt.subject ? &*attempt.subject : nullptr,
                       .subject_id = token->user_id,
                       .actor = token->actor,
                       .acting_user = attempt.acting_user ? &*attempt.acting_user : nullptr},
                      settings_);
  if (!verdict) return refuse_as_holder(verdict);

  // Who acts as A must not go on to act as B: the chain would hide the first human.
  for (const auto& session : attempt.other_sessions) {
    if (session.actor) return refuse(Code::impersonating_already);
  }
  return {};
}

Done SignIns::open(WriteTx& tx, Attempt& attempt) {
  const auto now = attempt.now;
  const auto& visitor = attempt.visitor;
  const auto session_id = ids_.make<SessionId>();

  // Two redeems of one ticket can both reach this line; the conditional update picks one.
  if (!tx.accept_if_pending(visitor.instance_id, attempt.token_id, session_id, now)) {
    return refuse(Code::ticket_used);
  }
  attempt.token->session_id = session_id;

  for (const auto& other : attempt.other_sessions) {
    if (tx.close_if_active(visitor.instance_id, other.id, SessionState::replaced, now)) {
      tx.append(audit::event(AuditAction::session_replaced, other, now, visitor));
    }
  }

  const bool new_browser = !attempt.client;
  Client client = new_browser ? Client{.id = ids_.make<ClientId>(),
                                       .instance_id = visitor.instance_id,
                                       .last_active_session_id = {},
                                       .created_at = now,
                                       .updated_at = now}
                              : *attempt.client;
  // A new cookie at every sign-in: one that was planted or overheard before is worth nothing after.
  auto cookie = ClientCookie::mint(client.id, random_);
  client.cookie_digest = ClientCookie::digest(cookie);
  client.last_active_session_id = session_id;
  client.updated_at = now;
  if (new_browser) {
    tx.insert(client);
  } else {
    tx.update(client);
  }

  const Session session{.id = session_id,
                        .instance_id = visitor.instance_id,
                        .user_id = attempt.token->user_id,
                        .client_id = client.id,
                        .actor = attempt.token->actor,
                        .actor_token_id = attempt.token_id,
                        .last_active_at = now,
                        .expire_at = now + attempt.token->session_max_duration,
                        .idle_limit = settings_.idle_limit,
                        .created_at = now,
                        .updated_at = now};
  tx.insert(session);
  tx.append(audit::event(AuditAction::actor_token_redeemed, *attempt.token, now, visitor));

  attempt.signed_in = SignedIn{.attempt_id = ids_.make<SignInAttemptId>(),
                               .session = session,
                               .client_cookie = std::move(cookie),
                               .view = {client, {{session, *attempt.subject}}}};
  return {};
}

Result<SignedIn> SignIns::redeem(const Visitor& visitor, const Secret& ticket) {
  const auto now = clock_.now();  // read once, so that every check sees the same moment

  const auto reference = tickets_.verify(ticket, visitor.instance_id, now);
  if (!reference) {
    note_unproven(visitor, reference.error(), now);
    return tl::unexpected(reference.error());
  }

  Attempt attempt{visitor, now, reference->digest, reference->actor_token_id};
  std::optional<Failure> refusal;
  const auto committed = store_.write([&](WriteTx& tx) -> Done {
    refusal.reset();
    attempt.load(tx);
    auto verdict = judge(attempt);
    if (verdict) verdict = open(tx, attempt);
    if (verdict) return {};
    // A refusal leaves its mark in the audit, so this transaction commits.
    refusal = verdict.error();
    if (attempt.token) {
      auto event =
          audit::event(AuditAction::actor_token_redeem_refused, *attempt.token, now, visitor);
      event.code = std::string(code_word(refusal->code));
      tx.append(event);
    }
    return {};
  });
  if (!committed) return tl::unexpected(committed.error());
  if (refusal) return tl::unexpected(*refusal);
  return *std::move(attempt.signed_in);
}

Result<TicketPreview> SignIns::preview(const Visitor& visitor, const Secret& ticket) {
  const auto now = clock_.now();
  const auto reference = tickets_.verify(ticket, visitor.instance_id, now);
  if (!reference) return tl::unexpected(reference.error());

  Attempt attempt{visitor, now, reference->digest, reference->actor_token_id};
  const auto read = store_.read([&](ReadTx& tx) -> Done {
    attempt.load(tx);
    return judge(attempt);
  });
  if (!read) return tl::unexpected(read.error());
  return TicketPreview{*std::move(attempt.token), *std::move(attempt.subject),
                       std::move(attempt.acting_user)};
}

void SignIns::note_unproven(const Visitor& visitor, const Failure& failure, Instant now) {
  // One number holds the second and how many it has seen.
  const auto floor = to_unix_seconds(now) * kUnprovenNotedASecond;
  auto noted = unproven_noted_.load();
  std::int64_t next = 0;
  do {
    next = std::max(noted, floor) + 1;
    if (next > floor + kUnprovenNotedASecond) return;
  } while (!unproven_noted_.compare_exchange_weak(noted, next));

  AuditEvent event;
  event.instance_id = visitor.instance_id;
  event.at = now;
  event.action = AuditAction::actor_token_redeem_refused;
  event.address = visitor.address;
  event.code = std::string(code_word(failure.code));
  // The caller is refused whether or not this row could be written.
  [[maybe_unused]] const auto written = store_.write([&](WriteTx& tx) -> Done {
    if (failure.code == Code::ticket_expired) {
      // Expired, but ours: the record says whose it was.
      if (const auto token =
              tx.find_actor_token(visitor.instance_id, ActorTokenId{failure.param})) {
        auto known = audit::event(event.action, *token, now, visitor);
        known.code = event.code;
        tx.append(known);
        return {};
      }
    }
    tx.append(event);
    return {};
  });
}

}  // namespace tenens
