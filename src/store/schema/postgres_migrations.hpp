// The PostgreSQL schema, one step a version. A step that has been released is never edited: append
// one.
//
// Servers of two versions run side by side while the operator replaces one after the other, so the
// schema grows first and shrinks later (docs/adr/0008). A step that `expands` adds what the version
// before can ignore: a table, an index, a column that may be null or has a default. Nothing that it
// reads or writes gets another name, type or meaning. Servers of the version before then start and
// go on. What is needed no more goes in a step that contracts, one release later at the earliest,
// when no server of the version that used it is left; servers of the version before refuse it.
#pragma once

#include <array>
#include <string_view>

namespace tenens::store {

// Moments are Unix milliseconds. Texts are compared byte by byte (COLLATE "C"): ids are ordered by
// time in that order only, and case folds as in SQLite, for ASCII alone. JSON is kept as text,
// because a payload must come back as it was given. What is hot carries as few indexes as in
// sqlite_migrations.hpp.
inline constexpr std::string_view kPostgresStep1 = R"sql(
CREATE TABLE instances (
  id TEXT COLLATE "C" PRIMARY KEY,
  production BOOLEAN NOT NULL,
  ticket_key BYTEA NOT NULL,
  created_at BIGINT NOT NULL
);

CREATE TABLE secret_keys (
  id TEXT COLLATE "C" PRIMARY KEY,
  instance_id TEXT COLLATE "C" NOT NULL,
  digest BYTEA NOT NULL UNIQUE,
  created_at BIGINT NOT NULL
);

CREATE TABLE signing_keys (
  kid TEXT COLLATE "C" PRIMARY KEY,
  instance_id TEXT COLLATE "C" NOT NULL,
  private_pem BYTEA NOT NULL,
  active_from BIGINT NOT NULL,
  retired_at BIGINT,
  created_at BIGINT NOT NULL
);

CREATE TABLE users (
  instance_id TEXT COLLATE "C" NOT NULL,
  id TEXT COLLATE "C" NOT NULL,
  external_id TEXT COLLATE "C",
  username TEXT COLLATE "C",
  first_name TEXT COLLATE "C",
  last_name TEXT COLLATE "C",
  primary_email_id TEXT COLLATE "C",
  public_metadata TEXT NOT NULL,
  private_metadata TEXT NOT NULL,
  unsafe_metadata TEXT NOT NULL,
  banned BOOLEAN NOT NULL,
  last_sign_in_at BIGINT,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (instance_id, id),
  UNIQUE (instance_id, username),
  UNIQUE (instance_id, external_id)
);

CREATE TABLE user_emails (
  instance_id TEXT COLLATE "C" NOT NULL,
  user_id TEXT COLLATE "C" NOT NULL,
  position BIGINT NOT NULL,
  id TEXT COLLATE "C" NOT NULL,
  address TEXT COLLATE "C" NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (instance_id, user_id, position)
);
CREATE UNIQUE INDEX user_emails_by_address ON user_emails (instance_id, lower(address));

CREATE TABLE actor_tokens (
  instance_id TEXT COLLATE "C" NOT NULL,
  id TEXT COLLATE "C" NOT NULL,
  user_id TEXT COLLATE "C" NOT NULL,
  actor_sub TEXT COLLATE "C" NOT NULL,
  actor_payload TEXT NOT NULL,
  state TEXT COLLATE "C" NOT NULL,
  ticket_digest BYTEA NOT NULL,
  expires_in_seconds BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  session_max_duration_in_seconds BIGINT NOT NULL,
  session_id TEXT COLLATE "C",
  reason TEXT,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (instance_id, id)
);

CREATE TABLE sign_in_tokens (
  instance_id TEXT COLLATE "C" NOT NULL,
  id TEXT COLLATE "C" NOT NULL,
  user_id TEXT COLLATE "C" NOT NULL,
  state TEXT COLLATE "C" NOT NULL,
  ticket_digest BYTEA NOT NULL,
  expires_in_seconds BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  session_id TEXT COLLATE "C",
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (instance_id, id)
);

CREATE TABLE sessions (
  instance_id TEXT COLLATE "C" NOT NULL,
  id TEXT COLLATE "C" NOT NULL,
  user_id TEXT COLLATE "C" NOT NULL,
  client_id TEXT COLLATE "C" NOT NULL,
  actor_sub TEXT COLLATE "C",
  actor_payload TEXT,
  actor_token_id TEXT COLLATE "C",
  state TEXT COLLATE "C" NOT NULL,
  last_active_at BIGINT NOT NULL,
  expire_at BIGINT NOT NULL,
  idle_limit_in_seconds BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (instance_id, id)
);
CREATE INDEX sessions_by_client ON sessions (instance_id, client_id);

CREATE TABLE clients (
  instance_id TEXT COLLATE "C" NOT NULL,
  id TEXT COLLATE "C" NOT NULL,
  cookie_digest BYTEA NOT NULL,
  last_active_session_id TEXT COLLATE "C",
  restorable_session_id TEXT COLLATE "C",
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (instance_id, id)
);

CREATE TABLE audit_events (
  instance_id TEXT COLLATE "C" NOT NULL,
  sequence BIGINT NOT NULL,
  at BIGINT NOT NULL,
  action TEXT COLLATE "C" NOT NULL,
  key_id TEXT COLLATE "C",
  actor_sub TEXT COLLATE "C",
  actor_payload TEXT,
  user_id TEXT COLLATE "C",
  actor_token_id TEXT COLLATE "C",
  sign_in_token_id TEXT COLLATE "C",
  session_id TEXT COLLATE "C",
  address TEXT NOT NULL,
  reason TEXT,
  code TEXT,
  PRIMARY KEY (instance_id, sequence)
);

-- The last number given; its row lock is what makes numbers follow the order of commits.
CREATE TABLE audit_counters (
  instance_id TEXT COLLATE "C" PRIMARY KEY,
  last_sequence BIGINT NOT NULL
) WITH (fillfactor = 50);

CREATE TABLE idempotency (
  instance_id TEXT COLLATE "C" NOT NULL,
  key_digest BYTEA NOT NULL,
  body_digest BYTEA NOT NULL,
  actor_token_id TEXT COLLATE "C" NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (instance_id, key_digest)
);
CREATE INDEX idempotency_by_age ON idempotency (created_at);
)sql";

// Who redeemed may ask for the session again.
inline constexpr std::string_view kPostgresStep2 = R"sql(
ALTER TABLE sessions ADD COLUMN redeem_nonce_digest BYTEA;
)sql";

// Who acts may have been a user: what they began before must not go on without them.
inline constexpr std::string_view kPostgresStep3 = R"sql(
CREATE TABLE removed_users (
  instance_id TEXT COLLATE "C" NOT NULL,
  id TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (instance_id, id)
);
)sql";

// The audit as a Merkle tree, and what was signed of it; see core/audit_checkpoints.hpp.
inline constexpr std::string_view kPostgresStep4 = R"sql(
CREATE TABLE audit_checkpoints (
  instance_id TEXT COLLATE "C" NOT NULL,
  size BIGINT NOT NULL,
  root BYTEA NOT NULL,
  jws TEXT COLLATE "C" NOT NULL,
  leaves BYTEA NOT NULL,
  peaks BYTEA NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (instance_id, size)
);
)sql";

// When the audit was told that an impersonation had run out. The index holds those of which it has
// not been told: few, and the youngest at its end.
inline constexpr std::string_view kPostgresStep5 = R"sql(
ALTER TABLE sessions ADD COLUMN run_out_noted_at BIGINT;
CREATE INDEX sessions_to_note ON sessions (instance_id, id)
  WHERE state = 'active' AND actor_sub IS NOT NULL AND run_out_noted_at IS NULL;
)sql";

struct Migration {
  std::string_view sql;
  bool expands = false;
};

/// Step n brings a database from version n - 1 to n.
inline constexpr std::array kPostgresMigrations = {
    Migration{kPostgresStep1}, Migration{kPostgresStep2, true}, Migration{kPostgresStep3, true},
    Migration{kPostgresStep4, true}, Migration{kPostgresStep5, true}};

}  // namespace tenens::store
