// The domain's view of one transaction on one connection. The members are implemented one file a
// resource: instances.cpp, users.cpp, actor_tokens.cpp, ...
#pragma once

#include <algorithm>
#include <functional>
#include <map>
#include <tuple>

#include "store/schema/filter.hpp"
#include "store/sqlite/sqlite_db.hpp"

namespace tenens::store {

using Filter = BasicFilter<'?'>;

/// A text of store/schema, with its parameters as SQLite writes them: `?1` for `$1`.
[[nodiscard]] inline std::string with_question_marks(std::string sql) {
  std::replace(sql.begin(), sql.end(), '$', '?');
  return sql;
}

/// What the closures of one transaction share.
struct Shared {
  /// As found by this transaction, or as one of its closures left them.
  std::map<std::tuple<InstanceId, UserId>, Standing, std::less<>> standings = {};
  std::map<InstanceId, std::int64_t> last_sequences = {};  // of the audit

  /// Some of it has been undone.
  void forget() { *this = {}; }
};

/// One closure's part of a transaction that others share.
class SqliteTx final : public WriteTx {
 public:
  enum class Undo {
    with_all,  // what it has changed goes with the whole transaction
    alone      // its first change opens a savepoint; `keep` or `undo` closes it
  };
  SqliteTx(Db& db, Shared& shared, Undo mode = Undo::with_all)
      : db_(db), shared_(shared), mode_(mode) {}

  /// Both throw SqliteError, after which the whole transaction has to be abandoned.
  void keep();
  /// False if that takes the whole transaction.
  [[nodiscard]] bool undo();
  [[nodiscard]] bool has_changed() const { return changed_; }

  std::vector<Instance> instances() override;
  std::vector<SecretKey> secret_keys() override;
  std::vector<SigningKey> signing_keys() override;
  std::optional<User> find_user(const InstanceId&, const UserId&) override;
  std::optional<User> find_user_to_update(const InstanceId& instance, const UserId& id) override {
    return find_user(instance, id);
  }
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
    begin_change();
    auto query = db_.query(sql);
    bind(query, fields...);
    return query.run();
  }
  void begin_change();

  /// The first identifier of `user` that another user has; empty if there is none.
  std::string taken_identifier(const User& user);
  bool belongs_to_another(std::string_view sql, const User& user, const std::string& identifier);
  std::vector<Email> emails_of(const InstanceId&, const UserId&);
  void insert_emails(const User&);
  void remove_emails(const InstanceId&, const UserId&);
  Standing read_standing(const InstanceId&, const UserId&);
  std::int64_t& last_sequence(const InstanceId&);

  Db& db_;
  Shared& shared_;
  const Undo mode_;
  bool savepoint_open_ = false;
  bool changed_ = false;
};

/// One committed state, from the first look at it on, for as long as this lives.
class Snapshot {
 public:
  /// Throws StoreError.
  explicit Snapshot(Db& db);
  ~Snapshot();
  Snapshot(const Snapshot&) = delete;
  Snapshot& operator=(const Snapshot&) = delete;

  /// Failures of the database come back as `unavailable`.
  Done read(const std::function<Done(ReadTx&)>& work);

 private:
  Db& db_;
  Shared shared_;
};

/// Runs `work` on a snapshot of its own. Failures of the database come back as `unavailable`.
Done read_snapshot(Db& db, const std::function<Done(ReadTx&)>& work);

}  // namespace tenens::store
