#include "core/audit_checkpoints.hpp"

#include <algorithm>
#include <bit>

#include "base/base64url.hpp"
#include "core/audit_events.hpp"
#include "core/transact.hpp"
#include "crypto/jwt.hpp"
#include "wire/json.hpp"

namespace tenens {
namespace {

// Events that are read and hashed in one go, in some 250 µs.
constexpr std::int64_t kAtOnce = 128;
static_assert(AuditCheckpoints::kMostLeaves % kAtOnce == 0);

template <class Kind>
std::optional<std::string_view> text_of(const std::optional<Id<Kind>>& id) {
  return id ? std::optional<std::string_view>(id->text) : std::nullopt;
}

}  // namespace

namespace audit {

// This text is for ever: another one would make every earlier event look edited. A column that
// comes later joins as a member that earlier events do not have.
std::string leaf_text(const AuditEvent& event) {
  wire::Writer writer;
  writer.begin_object().member("action", stored_action(event));
  if (event.actor) {
    writer.member("actor_payload", event.actor->payload.text).member("actor_sub", event.actor->sub);
  }
  return writer.member_if("actor_token_id", text_of(event.actor_token_id))
      .member("address", event.address)
      .member("at", to_unix_ms(event.at))
      .member_if("code", event.code)
      .member("instance_id", event.instance_id.text)
      .member_if("key_id", text_of(event.key_id))
      .member_if("reason", event.reason)
      .member("sequence", event.sequence)
      .member_if("session_id", text_of(event.session_id))
      .member_if("sign_in_token_id", text_of(event.sign_in_token_id))
      .member_if("user_id", text_of(event.user_id))
      .end_object()
      .take();
}

Digest leaf(const AuditEvent& event) {
  return crypto::MerkleTree::leaf(leaf_text(event));
}

std::string checkpoint_payload(const AuditCheckpoint& checkpoint) {
  return wire::Writer()
      .begin_object()
      .member("iat", to_unix_seconds(checkpoint.created_at))
      .member("instance", checkpoint.instance_id.text)
      .member("root", to_base64url(crypto::as_bytes(checkpoint.root)))
      .member("size", checkpoint.size)
      .end_object()
      .take();
}

}  // namespace audit

Result<Listing<AuditCheckpoint>> AuditCheckpoints::list(const Caller& caller, Page page) {
  return read_from(store_, [&](ReadTx& tx) {
    return Listing<AuditCheckpoint>{.items = tx.audit_checkpoints(caller.instance_id, page),
                                    .total = tx.count_audit_checkpoints(caller.instance_id)};
  });
}

/// What becomes the next checkpoint.
class AuditCheckpoints::Growth {
 public:
  /// `covered` begins with the last event that `newest` covers, which has to be there still.
  void begin(const AuditSeal& newest, const std::vector<AuditEvent>& covered) {
    done_.size = newest.checkpoint.size;
    if (!is_sound(newest) || covered.empty() || covered.front().sequence != done_.size ||
        audit::leaf(covered.front()) != newest.leaves.back()) {
      done_.broken_at = done_.size;
      return;
    }
    tree_ = {static_cast<std::uint64_t>(done_.size), newest.peaks};
  }
  /// Those that follow.
  void take(const std::vector<AuditEvent>& events) {
    for (const auto& event : events) {
      if (event.sequence != last() + 1) {
        done_.broken_at = last() + 1;
        return;
      }
      seal_.leaves.push_back(audit::leaf(event));
      tree_.append(seal_.leaves.back());
    }
  }
  /// The last event that it covers.
  [[nodiscard]] std::int64_t last() const { return done_.size + std::ssize(seal_.leaves); }
  [[nodiscard]] bool is_broken() const { return done_.broken_at.has_value(); }
  [[nodiscard]] bool is_empty() const { return seal_.leaves.empty(); }
  [[nodiscard]] bool is_full() const { return std::ssize(seal_.leaves) == kMostLeaves; }

  /// The seal, but for its signature.
  [[nodiscard]] AuditSeal& finish(const InstanceId& instance, Instant now) {
    seal_.peaks = tree_.peaks();
    seal_.checkpoint = {.instance_id = instance,
                        .size = last(),
                        .root = tree_.root(),
                        .jws = {},
                        .created_at = now};
    return seal_;
  }
  /// What has been done when nothing is committed.
  [[nodiscard]] const Advance& nothing() const { return done_; }

 private:
  /// Of a shape that one of ours has.
  [[nodiscard]] static bool is_sound(const AuditSeal& seal) {
    const auto size = static_cast<std::uint64_t>(seal.checkpoint.size);
    return size > 0 && !seal.leaves.empty() &&
           static_cast<std::size_t>(std::popcount(size)) == seal.peaks.size();
  }

  Advance done_;
  crypto::MerkleTree tree_;
  AuditSeal seal_;
};

Done AuditCheckpoints::begin(const InstanceId& instance, Growth& growth) {
  std::optional<AuditSeal> newest;
  std::vector<AuditEvent> covered;
  const auto read = store_.read([&](ReadTx& tx) -> Done {
    newest = tx.newest_audit_seal(instance);
    if (!newest) return {};
    const auto before = std::max<std::int64_t>(0, newest->checkpoint.size - 1);
    tx.audit_events_after(instance, before, 1, covered);
    return {};
  });
  if (read && newest) growth.begin(*newest, covered);
  return read;
}

Result<AuditCheckpoints::Advance> AuditCheckpoints::advance(const InstanceId& instance,
                                                            const std::function<void()>& rest) {
  Growth growth;
  if (const auto begun = begin(instance, growth); !begun) return tl::unexpected(begun.error());
  std::vector<AuditEvent> events;
  for (bool is_more = !growth.is_broken(); is_more && !growth.is_full(); rest()) {
    const auto read = store_.read([&](ReadTx& tx) -> Done {
      tx.audit_events_after(instance, growth.last(), kAtOnce, events);
      return {};
    });
    if (!read) return tl::unexpected(read.error());
    growth.take(events);
    is_more = std::ssize(events) == kAtOnce && !growth.is_broken();
  }
  if (growth.is_broken() || growth.is_empty()) return growth.nothing();

  auto& seal = growth.finish(instance, clock_.now());
  auto& checkpoint = seal.checkpoint;
  const auto signer = keyring_.signer(instance, checkpoint.created_at);
  checkpoint.jws = crypto::sign_audit_checkpoint(signer->key, signer->kid,
                                                 audit::checkpoint_payload(checkpoint));
  const auto committed = store_.write([&](WriteTx& tx) -> Done {
    tx.insert(seal);
    return {};
  });
  if (!committed) return tl::unexpected(committed.error());
  return Advance{.size = checkpoint.size, .leaves = std::ssize(seal.leaves)};
}

}  // namespace tenens
