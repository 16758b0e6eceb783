// What the domain needs of a database, in the domain's words. Adapters live in store/.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "core/filters.hpp"

namespace tenens {

/// How many of each are no longer open.
struct Voided {
  std::int64_t actor_tokens = 0;
  std::int64_t sign_in_tokens = 0;
  std::int64_t sessions = 0;
};

/// Tables that are emptied of what is over, from their oldest record on; see core/retention.hpp.
enum class Removable { actor_tokens, sign_in_tokens, clients };

/// The records of such a table whose ids come after `after` and not after `last`, and that were
/// over before `over_by`: a token with its ticket and its session, a browser without a session.
struct Stretch {
  Removable what{};
  std::string after = {};
  std::string last = {};
  Instant over_by;
};

/// What was found there.
struct LookedAt {
  std::int64_t over = 0;  // so many are over …
  std::string last = {};  // … among those up to this id; empty: there was none
  bool at_end = false;    // the stretch goes no further
};

/// The view of one committed moment. Members throw StoreError when the database cannot answer;
/// Store turns that into a Failure, so callers write the straight line.
class ReadTx {
 public:
  virtual ~ReadTx() = default;

  virtual std::vector<Instance> instances() = 0;
  virtual std::vector<SecretKey> secret_keys() = 0;
  virtual std::vector<SigningKey> signing_keys() = 0;

  virtual std::optional<User> find_user(const InstanceId&, const UserId&) = 0;
  /// Costs less than find_user. The id may be anybody's, such as an `actor.sub`.
  virtual Standing standing(const InstanceId&, const UserId&) = 0;
  virtual std::vector<User> users(const InstanceId&, const UserFilter&, Page) = 0;
  virtual std::int64_t count_users(const InstanceId&, const UserFilter&) = 0;

  virtual std::optional<ActorToken> find_actor_token(const InstanceId&, const ActorTokenId&) = 0;
  virtual std::vector<ActorToken> actor_tokens(const InstanceId&, const ActorTokenFilter&,
                                               Page) = 0;
  virtual std::int64_t count_actor_tokens(const InstanceId&, const ActorTokenFilter&) = 0;
  /// How many have an id of at least `first`; stops counting at `at_most`.
  virtual std::int64_t count_actor_tokens_since(const InstanceId&, const ActorTokenId& first,
                                                std::int64_t at_most) = 0;

  virtual std::optional<SignInToken> find_sign_in_token(const InstanceId&,
                                                        const SignInTokenId&) = 0;

  virtual std::optional<Session> find_session(const InstanceId&, const SessionId&) = 0;
  virtual std::vector<Session> sessions(const InstanceId&, const SessionFilter&, Page) = 0;
  virtual std::int64_t count_sessions(const InstanceId&, const SessionFilter&) = 0;
  /// Impersonations after that id which have run out at `now`, and of which note_run_outs has told
  /// nobody; looks at no more than `at_most` that are open, of which no more than `over_at_most`
  /// have.
  virtual LookedAt look_for_run_outs(const InstanceId&, const SessionId& after, Instant now,
                                     std::int64_t over_at_most, std::int64_t at_most) = 0;

  virtual std::optional<Client> find_client(const InstanceId&, const ClientId&) = 0;

  /// Newest first, by sequence.
  virtual std::vector<AuditEvent> audit_events(const InstanceId&, const AuditFilter&, Page) = 0;
  virtual std::int64_t count_audit_events(const InstanceId&, const AuditFilter&) = 0;

  /// Oldest first: what follows the event `sequence`, in the place of what `found` has; what covers
  /// more than `size` events.
  virtual void audit_events_after(const InstanceId&, std::int64_t sequence, std::int64_t at_most,
                                  std::vector<AuditEvent>& found) = 0;
  virtual std::vector<AuditSeal> audit_seals_after(const InstanceId&, std::int64_t size,
                                                   std::int64_t at_most) = 0;
  virtual std::optional<AuditSeal> newest_audit_seal(const InstanceId&) = 0;
  /// Newest first.
  virtual std::vector<AuditCheckpoint> audit_checkpoints(const InstanceId&, Page) = 0;
  virtual std::int64_t count_audit_checkpoints(const InstanceId&) = 0;

  virtual std::optional<IdempotencyRecord> find_idempotency(const InstanceId&,
                                                            const Digest& key) = 0;

  /// Looks at the stretch from its beginning: at no more than `at_most`, of which no more than
  /// `over_at_most` are over.
  virtual LookedAt look_at(const InstanceId&, const Stretch&, std::int64_t over_at_most,
                           std::int64_t at_most) = 0;
};

/// Changes that become durable together, or not at all.
class WriteTx : public ReadTx {
 public:
  virtual void insert(const Instance&) = 0;
  /// The two that change how a key is stored, not what it is.
  virtual void update_ticket_key(const Instance&) = 0;
  virtual void update_private_pem(const SigningKey&) = 0;
  virtual void insert(const SecretKey&) = 0;
  virtual void remove_secret_keys(const InstanceId&) = 0;
  virtual void insert(const SigningKey&) = 0;
  virtual void retire_signing_key(const std::string& kid, Instant at) = 0;

  /// False if an identifier (address, username, external id) belongs to another user of the
  /// instance; `taken` then names the parameter.
  virtual bool insert(const User&, std::string& taken) = 0;
  /// As find_user, for one who is going to be updated in the same transaction.
  virtual std::optional<User> find_user_to_update(const InstanceId&, const UserId&) = 0;
  virtual bool update(const User&, std::string& taken) = 0;
  /// The id stays known as removed.
  virtual bool remove_user(const InstanceId&, const UserId&) = 0;

  virtual void insert(const ActorToken&) = 0;
  /// The only reader of "pending" that may lead to a session. True for exactly one caller, ever:
  /// the one who turns the token from pending, and not expired at `now`, into accepted.
  virtual bool accept_if_pending(const InstanceId&, const ActorTokenId&, const SessionId&,
                                 Instant now) = 0;
  /// Its mirror image; expiry does not matter here.
  virtual bool revoke_if_pending(const InstanceId&, const ActorTokenId&, Instant now) = 0;

  virtual void insert(const SignInToken&) = 0;
  /// As for actor tokens.
  virtual bool accept_if_pending(const InstanceId&, const SignInTokenId&, const SessionId&,
                                 Instant now) = 0;
  virtual bool revoke_if_pending(const InstanceId&, const SignInTokenId&, Instant now) = 0;

  virtual void insert(const Session&) = 0;
  /// True if it was active, or `or_from`, had not run out at `now`, and its state is `to` now.
  virtual bool close_if_alive(const InstanceId&, const SessionId&, SessionState to, Instant now,
                              SessionState or_from) = 0;
  /// Its way back, which counts as activity. True if it was replaced and is active now.
  virtual bool reopen_if_replaced(const InstanceId&, const SessionId&, Instant now) = 0;
  /// Records activity; false: the session is not active or has run out at `now`, and it stays as it
  /// is. So `now` is read within the transaction: what came before it may have found it run out.
  /// Between nodes the moment of an UPDATE's way is left.
  virtual bool touch(const InstanceId&, const SessionId&, Instant now) = 0;

  /// Impersonations after the one id and up to the other which have run out at `now`: each is
  /// returned once, ever. What another node holds is left for later.
  virtual std::vector<Session> note_run_outs(const InstanceId&, const SessionId& after,
                                             const SessionId& last, Instant now) = 0;

  /// Revokes every token that is pending and has not expired, and every session that has not run
  /// out.
  virtual Voided void_what_is_open(const InstanceId&, Instant now) = 0;

  virtual void insert(const Client&) = 0;
  virtual void update(const Client&) = 0;

  /// Gives the record the next sequence number, gap-free in commit order.
  virtual void append(const AuditEvent&) = 0;

  /// Does nothing if there is a checkpoint of that size: it says the same.
  virtual void insert(const AuditSeal&) = 0;

  /// Takes the place of an earlier record with the same key.
  virtual void insert(const IdempotencyRecord&) = 0;
  /// Removes a few of the oldest records, if they are older than that.
  virtual void forget_idempotency_before(Instant cutoff) = 0;

  /// Removes what is over in the stretch, a token with the session that it opened; returns how many
  /// tokens or browsers. What another node holds stays.
  virtual std::int64_t remove_over(const InstanceId&, const Stretch&) = 0;
};

/// The database could not answer: full, broken, gone.
class StoreError : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// What a write is going to look at, as far as its caller can tell. A store for which questions are
/// round trips asks for the rows of many writes at once. Being wrong costs time and nothing else.
struct Foresight {
  InstanceId instance_id;
  std::optional<ActorTokenId> actor_token_id = {};  // to redeem it: and its subject and actor
  std::vector<UserId> user_ids = {};                // whose standing it will ask for
};

/// Thread-safe. All calls block.
class Store {
 public:
  virtual ~Store() = default;

  /// Runs `work` in one transaction with others that wait at the same time, and returns once the
  /// commit is durable. `work` may be run again, after what it did was undone, when another node
  /// was first or a neighbour failed: it must not rely on what an earlier run left in its captures,
  /// and that run may have gone on where the last one is told of an error. A Failure that `work`
  /// returns undoes what it did and comes back. Otherwise: `unavailable` means nothing happened,
  /// `outcome_unknown` that the commit may or may not have taken place: treat what it would have
  /// spent as spent.
  virtual Done write(const std::function<Done(WriteTx&)>& work) = 0;
  /// `foresee` is called at once, and only by a store that makes use of it.
  virtual Done write_foreseen(const std::function<Foresight()>& /*foresee*/,
                              const std::function<Done(WriteTx&)>& work) {
    return write(work);
  }

  /// Runs `work` on a committed state.
  virtual Done read(const std::function<Done(ReadTx&)>& work) = 0;

  /// Whether the database answers. Asked on the event loop: waits for nobody.
  virtual Done check() {
    return read([](ReadTx&) -> Done { return {}; });
  }
};

}  // namespace tenens
