// The domain's view of one transaction on one connection. The members are implemented one file a
// resource: instances.cpp, users.cpp, actor_tokens.cpp, ...
#pragma once

#include <map>
#include <set>
#include <utility>
#include <vector>

#include "store/postgres/connection.hpp"
#include "store/schema/filter.hpp"

namespace tenens::store::postgres {

using Filter = BasicFilter<'$'>;

inline constexpr std::string_view kBeginWrite = "BEGIN ISOLATION LEVEL READ COMMITTED";

/// What the closures of one transaction share.
struct Shared {
  std::vector<AuditEvent> audit = {};     // to be appended, numbered as late as possible
  std::vector<AuditEvent> appended = {};  // sent to the database by now
  /// Found, or not, by this transaction: those found it holds until its end. Every closure's
  /// caller came before it began, so none is told something that was over when he asked.
  std::map<std::pair<InstanceId, UserId>, std::optional<User>> users = {};
  std::map<std::pair<InstanceId, UserId>, Standing> standings = {};
  /// Held for the closures that foresaw them, and as those have left them.
  std::map<std::pair<InstanceId, ActorTokenId>, ActorToken> actor_tokens = {};
  /// To be inserted, those of a table by one statement; before anything looks at the table.
  std::vector<Parameters> new_actor_tokens = {};
  std::vector<Parameters> new_clients = {};
  std::vector<Parameters> new_sessions = {};

  /// Of which one is about to be changed.
  void forget_users() {
    users.clear();
    standings.clear();
  }
};

/// One closure's part of a transaction. Within a write, reads on which a decision rests lock what
/// they found (comments at each say what for); other nodes are kept from changing it until the
/// commit. The isolation level is READ COMMITTED: a statement that waited for a lock goes on with
/// the row as it then is, and the next statement sees everything committed before it.
class PostgresTx final : public WriteTx {
 public:
  enum class Mode {
    read,      // on a snapshot; takes no locks
    together,  // shares its transaction: one failed statement ends that of all
    alone,     // savepoints keep it usable after a failed change
  };
  PostgresTx(Connection& connection, Mode mode, Shared& shared)
      : connection_(connection), mode_(mode), shared_(shared) {}

  [[nodiscard]] bool has_changed() const { return changed_; }
  /// Changed rows: undoing it takes a rollback.
  [[nodiscard]] bool is_dirty() const { return dirty_; }
  /// Holds the instance's counter: whoever else was about to raise it has committed or not.
  void wait_for_audit(const InstanceId& instance);
  /// Reads and holds what closures are going to look at, in two round trips; what others hold it
  /// leaves to them. In company only.
  void look_ahead(const std::vector<const Foresight*>& abouts);
  /// Posts what is to be inserted yet.
  void write_new_rows();
  /// Writes what has been appended. The last thing a batch does, because the lock on an instance's
  /// counter makes every other node wait.
  void write_audit();

  std::vector<Instance> instances() override;
  std::vector<SecretKey> secret_keys() override;
  std::vector<SigningKey> signing_keys() override;
  std::optional<User> find_user(const InstanceId&, const UserId&) override;
  std::optional<User> find_user_to_update(const InstanceId&, const UserId&) override;
  Standing standing(const InstanceId&, const UserId&) override;
  std::vector<User> users(const InstanceId&, const UserFilter&, Page) override;
  std::int64_t count_users(const InstanceId&, const UserFilter&) override;
  std::optional<ActorToken> find_actor_token(const InstanceId&, const ActorTokenId&) override;
  std::vector<ActorToken> actor_tokens(const InstanceId&, const ActorTokenFilter&, Page) override;
  std::int64_t count_actor_tokens(const InstanceId&, const ActorTokenFilter&) override;
  std::int64_t count_actor_tokens_since(const InstanceId&, const ActorTokenId& first,
                                        std::int64_t at_most) override;
  std::optional<SignInToken> find_sign_in_token(const InstanceId&, const SignInTokenId&) override;
  std::optional<Session> find_session(const InstanceId&, const SessionId&) override;
  std::vector<Session> sessions(const InstanceId&, const SessionFilter&, Page) override;
  std::int64_t count_sessions(const InstanceId&, const SessionFilter&) override;
  LookedAt look_for_run_outs(const InstanceId&, const SessionId& after, Instant now,
                             std::int64_t over_at_most, std::int64_t at_most) override;
  std::optional<Client> find_client(const InstanceId&, const ClientId&) override;
  std::vector<AuditEvent> audit_events(const InstanceId&, const AuditFilter&, Page) override;
  std::int64_t count_audit_events(const InstanceId&, const AuditFilter&) override;
  void audit_events_after(const InstanceId&, std::int64_t sequence, std::int64_t at_most,
                          std::vector<AuditEvent>& found) override;
  std::vector<AuditCheckpoint> audit_checkpoints(const InstanceId&, Page) override;
  std::int64_t count_audit_checkpoints(const InstanceId&) override;
  std::optional<AuditSeal> newest_audit_seal(const InstanceId&) override;
  std::vector<AuditSeal> audit_seals_after(const InstanceId&, std::int64_t size,
                                           std::int64_t at_most) override;
  std::optional<IdempotencyRecord> find_idempotency(const InstanceId&, const Digest& key) override;
  LookedAt look_at(const InstanceId&, const Stretch&, std::int64_t over_at_most,
                   std::int64_t at_most) override;

  void insert(const Instance&) override;
  void update_ticket_key(const Instance&) override;
  void update_private_pem(const SigningKey&) override;
  void insert(const SecretKey&) override;
  void remove_secret_keys(const InstanceId&) override;
  void insert(const SigningKey&) override;
  void retire_signing_key(const std::string& kid, Instant at) override;
  bool insert(const User&, std::string& taken) override;
  bool update(const User&, std::string& taken) override;
  bool remove_user(const InstanceId&, const UserId&) override;
  void insert(const ActorToken&) override;
  bool accept_if_pending(const InstanceId&, const ActorTokenId&, const SessionId&,
                         Instant now) override;
  bool revoke_if_pending(const InstanceId&, const ActorTokenId&, Instant now) override;
  void insert(const SignInToken&) override;
  bool accept_if_pending(const InstanceId&, const SignInTokenId&, const SessionId&,
                         Instant now) override;
  bool revoke_if_pending(const InstanceId&, const SignInTokenId&, Instant now) override;
  void insert(const Session&) override;
  bool close_if_alive(const InstanceId&, const SessionId&, SessionState to, Instant now,
                      SessionState or_from) override;
  bool reopen_if_replaced(const InstanceId&, const SessionId&, Instant now) override;
  bool touch(const InstanceId&, const SessionId&, Instant now) override;
  std::vector<Session> note_run_outs(const InstanceId&, const SessionId& after,
                                     const SessionId& last, Instant now) override;
  Voided void_what_is_open(const InstanceId&, Instant now) override;
  void insert(const Client&) override;
  void update(const Client&) override;
  void append(const AuditEvent&) override;
  void insert(const AuditSeal&) override;
  void insert(const IdempotencyRecord&) override;
  void forget_idempotency_before(Instant cutoff) override;
  std::int64_t remove_over(const InstanceId&, const Stretch&) override;

 private:
  /// Runs one changing statement; returns how many rows it changed.
  template <class... Fields>
  std::int64_t change(std::string_view sql, const Fields&... fields) {
    auto query = connection_.query(sql);
    bind(query, fields...);
    return run_change(query);
  }
  std::int64_t run_change(Query& query);
  /// The same where nobody asks how many and nobody's lock can be in the way: new rows. In company
  /// it is posted, and whoever then waited could not be told from his neighbours.
  template <class... Fields>
  void post_change(std::string_view sql, const Fields&... fields) {
    auto query = connection_.query(sql);
    bind(query, fields...);
    run_posted(query);
  }
  void run_posted(Query& query);
  /// A new row for `sql`, which inserts rows given as columns: alone at once, in company it waits
  /// among `rows`.
  template <class... Fields>
  void insert_row(std::vector<Parameters>& rows, std::string_view sql, const Fields&... fields) {
    bind(rows.emplace_back(), fields...);
    if (mode_ == Mode::alone) return change_rows(sql, rows);
    dirty_ = changed_ = true;
  }
  void change_rows(std::string_view sql, std::vector<Parameters>& rows);
  /// Posts `sql`, which inserts all of `rows`, given as columns.
  void post_rows(std::string_view sql, std::vector<Parameters>& rows);
  [[nodiscard]] bool is_write() const { return mode_ != Mode::read; }

  void hold_actor_tokens(const std::set<std::pair<InstanceId, ActorTokenId>>& wanted);
  void hold_users(const std::set<std::pair<InstanceId, UserId>>& wanted);
  void hold_standings(const std::set<std::pair<InstanceId, UserId>>& wanted);
  void write_new_actor_tokens();
  void write_new_clients();
  void write_new_sessions();
  std::optional<User> read_user(const InstanceId&, const UserId&, bool to_update = false);
  void queue_for_user(const InstanceId&, const UserId&);
  Standing read_standing(const InstanceId&, const UserId&);
  void append_all(const InstanceId&, const std::vector<Parameters>& rows);
  /// The first identifier of `user` that another user has; empty if there is none.
  std::string taken_identifier(const User& user);
  bool belongs_to_another(std::string_view sql, const User& user, const std::string& identifier);
  std::vector<Email> emails_of(const InstanceId&, const UserId&);
  template <class Changes>
  auto without_rivals(Changes changes);
  void insert_emails(const User&);
  void remove_emails(const InstanceId&, const UserId&);

  Connection& connection_;
  Mode mode_;
  Shared& shared_;
  bool dirty_ = false;
  bool changed_ = false;
  std::vector<std::pair<InstanceId, Digest>> absent_idempotency_;  // looked for, not found
};

/// A user's addresses, of an instance ($1) and a user's id ($2).
inline constexpr std::string_view kEmails =
    "SELECT id, address, created_at FROM user_emails"
    " WHERE instance_id = $1 AND user_id = $2 ORDER BY position";

/// Runs `work` on one snapshot, in a transaction that has begun. Failures of the database come back
/// as `unavailable`.
Done read_snapshot(Connection& connection, const std::function<Done(ReadTx&)>& work);

}  // namespace tenens::store::postgres
