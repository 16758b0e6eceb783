// Holds an audit against its checkpoints, and against those that somebody kept elsewhere.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/audit_checkpoints.hpp"
#include "crypto/verification_key.hpp"

namespace tenens {

/// One that somebody kept, as its JWS tells it.
struct WitnessedCheckpoint {
  InstanceId instance_id;
  std::int64_t size = 0;
  Digest root{};
  std::string jws;
  std::string payload;
};

/// What a kept JWS says; nothing if it is no checkpoint's. Its signature takes the instance's keys:
/// `verify_audit` looks at it.
[[nodiscard]] std::optional<WitnessedCheckpoint> read_checkpoint(std::string_view jws);

/// A key that may have signed.
struct CheckpointKey {
  std::string kid;
  crypto::VerificationKey key;
};

struct AuditVerdict {
  std::int64_t events = 0;
  std::int64_t covered = 0;  // by checkpoints
  std::int64_t checkpoints = 0;
  std::int64_t witnessed = 0;        // of those kept elsewhere, how many agree
  std::int64_t witnessed_up_to = 0;  // the events of the largest of them
  /// The first of each kind: `event 57 is missing`.
  std::vector<std::string> faults = {};
  std::int64_t fault_count = 0;
};

struct AuditVerification {
  InstanceId instance_id;
  std::vector<CheckpointKey> keys = {};  // empty: signatures are not checked
  std::vector<WitnessedCheckpoint> witnessed = {};
  /// Called now and then with the events done so far, of how many.
  std::function<void(std::int64_t, std::int64_t)> on_progress = [](std::int64_t, std::int64_t) {};
};

/// Reads the whole audit and all checkpoints of an instance. An event that was edited is named; of
/// checkpoints that were edited with it, the one whose root or signature does not hold. What no
/// checkpoint covers yet, and what was removed together with its checkpoints, only a witness can
/// tell.
[[nodiscard]] AuditVerdict verify_audit(ReadTx& tx, const AuditVerification& what);

}  // namespace tenens
