// The SQLite schema, one step a version. A step that has been released is never edited: append one.
#pragma once

#include <array>
#include <string_view>

namespace tenens::store {

// Moments are Unix milliseconds. Every key begins with the instance, so that a tenant's id finds
// nothing in another tenant and its newest rows lie together. actor_tokens, sessions and
// audit_events are hot: they grow at their end only and carry no index on a column whose values
// arrive in random order (user, actor), because each costs as much as two more rows.
inline constexpr std::string_view kSqliteStep1 = R"sql(
CREATE TABLE instances (
  id TEXT PRIMARY KEY,
  production INTEGER NOT NULL,
  ticket_key BLOB NOT NULL,
  created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE secret_keys (
  id TEXT PRIMARY KEY,
  instance_id TEXT NOT NULL,
  digest BLOB NOT NULL UNIQUE,
  created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE signing_keys (
  kid TEXT PRIMARY KEY,
  instance_id TEXT NOT NULL,
  private_pem BLOB NOT NULL,
  active_from INTEGER NOT NULL,
  retired_at INTEGER,
  created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE users (
  instance_id TEXT NOT NULL,
  id TEXT NOT NULL,
  external_id TEXT,
  username TEXT,
  first_name TEXT,
  last_name TEXT,
  primary_email_id TEXT,
  public_metadata TEXT NOT NULL,
  private_metadata TEXT NOT NULL,
  unsafe_metadata TEXT NOT NULL,
  banned INTEGER NOT NULL,
  last_sign_in_at INTEGER,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (instance_id, id),
  UNIQUE (instance_id, username),
  UNIQUE (instance_id, external_id)
) STRICT;

CREATE TABLE user_emails (
  instance_id TEXT NOT NULL,
  user_id TEXT NOT NULL,
  position INTEGER NOT NULL,
  id TEXT NOT NULL,
  address TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (instance_id, user_id, position)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX user_emails_by_address ON user_emails (instance_id, lower(address));

CREATE TABLE actor_tokens (
  instance_id TEXT NOT NULL,
  id TEXT NOT NULL,
  user_id TEXT NOT NULL,
  actor_sub TEXT NOT NULL,
  actor_payload TEXT NOT NULL,
  state TEXT NOT NULL,
  ticket_digest BLOB NOT NULL,
  expires_in_seconds INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  session_max_duration_in_seconds INTEGER NOT NULL,
  session_id TEXT,
  reason TEXT,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (instance_id, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE sessions (
  instance_id TEXT NOT NULL,
  id TEXT NOT NULL,
  user_id TEXT NOT NULL,
  client_id TEXT NOT NULL,
  actor_sub TEXT,
  actor_payload TEXT,
  actor_token_id TEXT,
  state TEXT NOT NULL,
  last_active_at INTEGER NOT NULL,
  expire_at INTEGER NOT NULL,
  idle_limit_in_seconds INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (instance_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX sessions_by_client ON sessions (instance_id, client_id);

CREATE TABLE clients (
  instance_id TEXT NOT NULL,
  id TEXT NOT NULL,
  cookie_digest BLOB NOT NULL,
  last_active_session_id TEXT,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (instance_id, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE audit_events (
  instance_id TEXT NOT NULL,
  sequence INTEGER NOT NULL,
  at INTEGER NOT NULL,
  action TEXT NOT NULL,
  key_id TEXT,
  actor_sub TEXT,
  actor_payload TEXT,
  user_id TEXT,
  actor_token_id TEXT,
  session_id TEXT,
  address TEXT NOT NULL,
  reason TEXT,
  code TEXT,
  PRIMARY KEY (instance_id, sequence)
) STRICT, WITHOUT ROWID;

CREATE TABLE idempotency (
  instance_id TEXT NOT NULL,
  key_digest BLOB NOT NULL,
  body_digest BLOB NOT NULL,
  actor_token_id TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  UNIQUE (instance_id, key_digest)
) STRICT;  -- with rowids: they keep the order of insertion, by which the oldest are forgotten
)sql";

// Sign-in tokens, and the session that an impersonation replaced.
inline constexpr std::string_view kSqliteStep2 = R"sql(
CREATE TABLE sign_in_tokens (
  instance_id TEXT NOT NULL,
  id TEXT NOT NULL,
  user_id TEXT NOT NULL,
  state TEXT NOT NULL,
  ticket_digest BLOB NOT NULL,
  expires_in_seconds INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  session_id TEXT,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (instance_id, id)
) STRICT, WITHOUT ROWID;

ALTER TABLE clients ADD COLUMN restorable_session_id TEXT;
ALTER TABLE audit_events ADD COLUMN sign_in_token_id TEXT;
)sql";

// Which database this is and how far it has come; see store/sqlite/high_water.hpp.
inline constexpr std::string_view kSqliteStep3 = R"sql(
CREATE TABLE lineage (
  id TEXT NOT NULL,
  commits INTEGER NOT NULL,
  time INTEGER NOT NULL
) STRICT;
INSERT INTO lineage VALUES (lower(hex(randomblob(16))), 0, 0);
)sql";

// Who redeemed may ask for the session again.
inline constexpr std::string_view kSqliteStep4 = R"sql(
ALTER TABLE sessions ADD COLUMN redeem_nonce_digest BLOB;
)sql";

// Who acts may have been a user: what they began before must not go on without them.
inline constexpr std::string_view kSqliteStep5 = R"sql(
CREATE TABLE removed_users (
  instance_id TEXT NOT NULL,
  id TEXT NOT NULL,
  PRIMARY KEY (instance_id, id)
) STRICT, WITHOUT ROWID;
)sql";

// The audit as a Merkle tree, and what was signed of it; see core/audit_checkpoints.hpp.
inline constexpr std::string_view kSqliteStep6 = R"sql(
CREATE TABLE audit_checkpoints (
  instance_id TEXT NOT NULL,
  size INTEGER NOT NULL,
  root BLOB NOT NULL,
  jws TEXT NOT NULL,
  leaves BLOB NOT NULL,
  peaks BLOB NOT NULL,
  created_at INTEGER NOT NULL,
  UNIQUE (instance_id, size)
) STRICT;  -- with rowids: the rows are large
)sql";

// When the audit was told that an impersonation had run out. The index holds those of which it has
// not been told: few, and the youngest at its end.
inline constexpr std::string_view kSqliteStep7 = R"sql(
ALTER TABLE sessions ADD COLUMN run_out_noted_at INTEGER;
CREATE INDEX sessions_to_note ON sessions (instance_id, id)
  WHERE state = 'active' AND actor_sub IS NOT NULL AND run_out_noted_at IS NULL;
)sql";

/// Step n brings a database from version n - 1 to n.
inline constexpr std::array kSqliteMigrations = {kSqliteStep1, kSqliteStep2, kSqliteStep3,
                                                 kSqliteStep4, kSqliteStep5, kSqliteStep6,
                                                 kSqliteStep7};

}  // namespace tenens::store
