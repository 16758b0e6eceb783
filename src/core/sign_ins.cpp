// The order is the design: prove the ticket, judge the record, claim it, open the session.
// Nothing here logs or retries, or knows which database or protocol it serves.
#include "core/sign_ins.hpp"

#include <algorithm>

#include "core/policy.hpp"
#include "core/redeem_again.hpp"
#include "core/restore_session.hpp"
#include "core/session_rules.hpp"
#include "core/transact.hpp"
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
    case Code::actor_removed:
    case Code::impersonation_disabled: return {Code::ticket_unusable, {}, {}};
    default: return failure;
  }
}

Done refuse_as_holder(const Done& verdict) {
  return tl::unexpected(for_ticket_holder(verdict.error()));
}

/// The token that an expired ticket of ours names.
TicketSource source_named(const std::string& id) {
  if (id.starts_with(kind::SignInToken::prefix)) return SignInTokenId{id};
  return ActorTokenId{id};
}

/// Of the sessions in a browser, newest first, the one that it shows.
const Session* in_front(const std::vector<Session>& sessions, const std::optional<Client>& client) {
  if (sessions.empty() || !client) return nullptr;
  const auto shown = std::find_if(sessions.begin(), sessions.end(), [&](const Session& session) {
    return session.id == client->last_active_session_id;
  });
  return shown == sessions.end() ? &sessions.front() : &*shown;
}

}  // namespace

/// Everything one redemption knows; filled as it goes.
struct SignIns::Attempt {
  const Visitor& visitor;
  Instant now;
  TicketReference ticket;
  std::optional<Digest> nonce_digest = {};

  std::optional<Grant> grant = {};
  std::optional<User> subject = {};
  Standing acting_user = Standing::unknown;
  std::optional<Client> client = {};         // as the cookie proves it
  std::vector<Session> other_sessions = {};  // in the same browser, newest first
  std::vector<Session> cut_off = {};  // likewise, but they may not go on and nobody sees them

  [[nodiscard]] Session session(const SessionId& id, const ClientId& client_id) const {
    const auto* actor_token = std::get_if<ActorToken>(&grant->token);
    return {.id = id,
            .instance_id = visitor.instance_id,
            .user_id = grant->user_id,
            .client_id = client_id,
            .actor = grant->actor,
            .actor_token_id = actor_token ? std::optional(actor_token->id) : std::nullopt,
            .last_active_at = now,
            .expire_at = now + grant->session_life,
            .idle_limit = grant->idle_limit,
            .redeem_nonce_digest = nonce_digest,
            .created_at = now,
            .updated_at = now};
  }
};

void SignIns::load(ReadTx& tx, Attempt& attempt) const {
  const auto& instance_id = attempt.visitor.instance_id;
  auto& grant = attempt.grant = find_grant(tx, instance_id, attempt.ticket.source, settings_);
  attempt.acting_user = Standing::unknown;  // of an earlier look, as the next
  attempt.other_sessions.clear();
  attempt.cut_off.clear();
  if (!grant) return;
  attempt.subject = tx.find_user(instance_id, grant->user_id);
  if (grant->actor) {
    attempt.acting_user = tx.standing(instance_id, UserId{grant->actor->sub});
  }
  attempt.client = find_client(tx, attempt.visitor);
  if (!attempt.client) return;
  for (auto& session : sessions_in(tx, *attempt.client, attempt.now)) {
    auto& where = may_go_on(tx, session, settings_) ? attempt.other_sessions : attempt.cut_off;
    where.push_back(std::move(session));
  }
}

Done SignIns::judge(const Attempt& attempt) const {
  const auto& grant = attempt.grant;
  if (!grant || !crypto::equal(grant->ticket_digest, attempt.ticket.digest)) {
    return refuse(Code::ticket_invalid);
  }
  if (const auto verdict = state_allows(*grant, attempt.now); !verdict) return verdict;
  const auto verdict = grant->actor ? judge_impersonation(attempt) : judge_sign_in(attempt);
  if (!verdict) return verdict;

  // Who acts as A must not go on to act as B, nor be B: the chain would hide the first human.
  for (const auto& session : attempt.other_sessions) {
    if (session.actor) return refuse(Code::impersonating_already);
  }
  return {};
}

Done SignIns::judge_impersonation(const Attempt& attempt) const {
  const auto& subject = attempt.subject;
  const auto& grant = *attempt.grant;
  const auto verdict =
      may_impersonate({.subject = subject ? standing_of(*subject) : Standing::unknown,
                       .subject_id = grant.user_id,
                       .acting_user = attempt.acting_user,
                       .actor = *grant.actor},
                      settings_);
  return verdict ? verdict : refuse_as_holder(verdict);
}

Done SignIns::judge_sign_in(const Attempt& attempt) const {
  if (!attempt.subject) return refuse(Code::sign_in_token_subject_gone);
  if (attempt.subject->banned) return refuse(Code::user_banned, attempt.subject->id.text);
  for (const auto& session : attempt.other_sessions) {
    if (session.actor) continue;  // that one has a refusal of its own
    if (settings_.single_session || session.user_id == attempt.subject->id) {
      return refuse(Code::session_exists, session.id.text);
    }
  }
  return {};
}

/// What the token has become meanwhile, on another node: redeemed by somebody else, or revoked.
tl::unexpected<Failure> SignIns::refuse_as_loser(ReadTx& tx, const Attempt& attempt) const {
  const auto found = find_grant(tx, attempt.visitor.instance_id, attempt.ticket.source, settings_);
  if (!found) return refuse(Code::ticket_invalid);
  const auto verdict = state_allows(*found, attempt.now);
  return verdict ? refuse(code_of_used(*found)) : tl::unexpected(verdict.error());
}

/// An impersonation ends whatever else the browser was signed in to, as Clerk does. The session
/// that was in front is remembered, if the operator wants it back afterwards.
void SignIns::close_others(WriteTx& tx, Attempt& attempt, Client& client) {
  replace_sessions(tx, attempt.other_sessions, attempt.visitor, attempt.now);
  if (!settings_.restore_session) return;
  if (const auto* own = in_front(attempt.other_sessions, client)) {
    client.restorable_session_id = own->id;
  }
}

Result<SignedIn> SignIns::open(WriteTx& tx, Attempt& attempt) {
  const auto now = attempt.now;
  const auto& visitor = attempt.visitor;
  auto& grant = *attempt.grant;
  const auto session_id = ids_.make<SessionId>();

  // Two redeems of one ticket can both reach this line; the conditional update picks one.
  const bool won = std::visit(
      [&](const auto& id) {
        return tx.accept_if_pending(visitor.instance_id, id, session_id, now);
      },
      attempt.ticket.source);
  if (!won) return refuse_as_loser(tx, attempt);
  std::visit([&](auto& token) { token.session_id = session_id; }, grant.token);

  const bool new_browser = !attempt.client;
  Client client = new_browser ? Client{.id = ids_.make<ClientId>(),
                                       .instance_id = visitor.instance_id,
                                       .created_at = now,
                                       .updated_at = now}
                              : *attempt.client;
  ClientView view;
  // Nobody sees them; but they could come back, when an impersonation is no longer alone.
  replace_sessions(tx, attempt.cut_off, visitor, now);
  if (grant.actor) {
    close_others(tx, attempt, client);
  } else {
    client.restorable_session_id.reset();
    view = view_of(tx, client, settings_, now);
  }
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

  auto session = attempt.session(session_id, client.id);
  tx.insert(session);
  tx.append(audit::redeemed(grant, now, visitor));

  view.client = std::move(client);
  view.sessions.insert(view.sessions.begin(), {session, *attempt.subject});
  return SignedIn{.attempt_id = ids_.make<SignInAttemptId>(),
                  .session = std::move(session),
                  .client_cookie = std::move(cookie),
                  .view = std::move(view)};
}

/// For one who redeemed the ticket and did not hear of it. Nothing: he is to be refused.
std::optional<SignedIn> SignIns::open_again(WriteTx& tx, Attempt& attempt) {
  if (!attempt.nonce_digest) return std::nullopt;
  // As it is now: who lost a race to himself lost it after he had judged.
  load(tx, attempt);
  const auto& grant = attempt.grant;
  if (!grant || !crypto::equal(grant->ticket_digest, attempt.ticket.digest)) {
    return std::nullopt;
  }
  const auto session_id =
      std::visit([](const auto& token) { return token.session_id; }, grant->token);
  if (!session_id) return std::nullopt;
  auto again = hand_out_again(tx, attempt.visitor, *session_id, *attempt.nonce_digest, random_,
                              settings_, attempt.now);
  if (!again) return std::nullopt;
  tx.append(audit::redeem_repeated(*grant, attempt.now, attempt.visitor));
  return SignedIn{.attempt_id = ids_.make<SignInAttemptId>(),
                  .session = std::move(again->session),
                  .client_cookie = std::move(again->client_cookie),
                  .view = std::move(again->view)};
}

Result<SignedIn> SignIns::redeem(const Visitor& visitor, const Secret& ticket,
                                 const std::optional<Secret>& nonce) {
  const auto now = clock_.now();  // read once, so that every check sees the same moment

  const auto reference = tickets_.verify(ticket, visitor.instance_id, now);
  if (!reference) {
    note_unproven(visitor, reference.error(), now);
    return tl::unexpected(reference.error());
  }

  std::optional<Digest> nonce_digest;
  if (nonce) nonce_digest = redeem_nonce_digest(*nonce, ticket);
  const auto foresee = [&] {
    Foresight about{.instance_id = visitor.instance_id};
    if (const auto* id = std::get_if<ActorTokenId>(&reference->source)) about.actor_token_id = *id;
    return about;
  };
  // A refusal leaves its mark in the audit, so it is a value: its transaction commits.
  using Outcome = Result<SignedIn>;
  auto committed = write_foreseen(store_, foresee, [&](WriteTx& tx) -> Result<Outcome> {
    Attempt attempt{visitor, now, *reference, nonce_digest};
    load(tx, attempt);
    const auto verdict = judge(attempt);
    auto outcome = verdict ? open(tx, attempt) : tl::unexpected(verdict.error());
    if (outcome) return outcome;
    if (auto again = open_again(tx, attempt)) return *std::move(again);
    if (attempt.grant) {
      tx.append(audit::redeem_refused(*attempt.grant, outcome.error().code, now, visitor));
    }
    return outcome;
  });
  if (!committed) return tl::unexpected(committed.error());
  return *std::move(committed);
}

Result<TicketPreview> SignIns::preview(const Visitor& visitor, const Secret& ticket) {
  const auto now = clock_.now();
  const auto reference = tickets_.verify(ticket, visitor.instance_id, now);
  if (!reference) return tl::unexpected(reference.error());

  return read_from(store_, [&](ReadTx& tx) -> Result<TicketPreview> {
    Attempt attempt{visitor, now, *reference};
    load(tx, attempt);
    if (const auto verdict = judge(attempt); !verdict) return tl::unexpected(verdict.error());
    TicketPreview seen{.grant = *std::move(attempt.grant), .subject = *std::move(attempt.subject)};
    if (!seen.grant.actor) return seen;
    seen.acting_user = tx.find_user(visitor.instance_id, UserId{seen.grant.actor->sub});
    if (const auto* own = in_front(attempt.other_sessions, attempt.client)) {
      seen.own_user = tx.find_user(visitor.instance_id, own->user_id);
    }
    return seen;
  });
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
      if (const auto grant =
              find_grant(tx, visitor.instance_id, source_named(failure.param), settings_)) {
        tx.append(audit::redeem_refused(*grant, failure.code, now, visitor));
        return {};
      }
    }
    tx.append(event);
    return {};
  });
}

}  // namespace tenens
