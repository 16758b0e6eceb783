// Evidence that nobody has edited, removed or reordered the audit. Its events are the leaves of a
// Merkle tree (RFC 6962), and again and again the server signs the tree's size and root: a
// checkpoint. Whoever keeps one elsewhere can hold the audit against it later
// (core/audit_verification.hpp).
#pragma once

#include <functional>

#include "core/caller.hpp"
#include "core/keyring.hpp"
#include "crypto/merkle_tree.hpp"

namespace tenens {

namespace audit {

/// What a leaf is of: the event's row as a JSON object, as RFC 8785 would write it. The members are
/// the columns, those that are null left out. `actor_payload` is a string: the text as it is
/// stored.
[[nodiscard]] std::string leaf_text(const AuditEvent& event);
[[nodiscard]] Digest leaf(const AuditEvent& event);

/// What a checkpoint's JWS is of: `{"iat":…,"instance":"ins_…","root":"<base64url>","size":…}`.
[[nodiscard]] std::string checkpoint_payload(const AuditCheckpoint& checkpoint);

}  // namespace audit

/// Thread-safe; servers that share a database may do the same at the same time.
class AuditCheckpoints {
 public:
  /// So many events at most become leaves in one commit.
  static constexpr std::int64_t kMostLeaves = 4096;

  AuditCheckpoints(Store& store, const Clock& clock, const Keyring& keyring)
      : store_(store), clock_(clock), keyring_(keyring) {}

  [[nodiscard]] Result<Listing<AuditCheckpoint>> list(const Caller& caller, Page page);

  struct Advance {
    std::int64_t size = 0;    // the newest checkpoint's; 0: there is none
    std::int64_t leaves = 0;  // that are new
    /// This event is not the one that was covered, or is not there: nothing was signed.
    std::optional<std::int64_t> broken_at = {};
  };
  /// Makes a checkpoint, if there are events that none covers. Never of an audit that no longer has
  /// the last event of the newest one. `rest` is called wherever a stretch of a few tenths of a
  /// millisecond's work is over. Failures: the store's.
  [[nodiscard]] Result<Advance> advance(
      const InstanceId& instance, const std::function<void()>& rest = [] {});

 private:
  class Growth;
  [[nodiscard]] Done begin(const InstanceId& instance, Growth& growth);

  Store& store_;
  const Clock& clock_;
  const Keyring& keyring_;
};

}  // namespace tenens
