#include "core/audit_checkpoints.hpp"

#include <algorithm>
#include <bit>
#include <iterator>

#include "base/base64url.hpp"
#include "core/audit_events.hpp"
#include "crypto/jwt.hpp"
#include "wire/json.hpp"

namespace tenens {
namespace {

/// As the databases store it, whatever version of this program reads it.
std::string stored_action(const AuditEvent& event) {
  std::string text(action_text(event));
  std::replace(text.begin(), text.end(), '.', '_');
  return text;
}

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
  Listing<AuditCheckpoint> listing;
  const auto read = store_.read([&](ReadTx& tx) -> Done {
    listing.items = tx.audit_checkpoints(caller.instance_id, page);
    listing.total = tx.count_audit_checkpoints(caller.instance_id);
    return {};
  });
  if (!read) return tl::unexpected(read.error());
  return listing;
}

struct AuditCheckpoints::State {
  std::optional<AuditSeal> newest;
  std::vector<AuditEvent> events;  // from the last one that it covers on

  [[nodiscard]] std::int64_t size() const { return newest ? newest->checkpoint.size : 0; }
  /// How many of `events` it covers.
  [[nodiscard]] std::int64_t covered() const { return newest ? 1 : 0; }

  /// Of a shape that one of ours has.
  [[nodiscard]] static bool is_sound(const AuditSeal& seal) {
    const auto size = static_cast<std::uint64_t>(seal.checkpoint.size);
    return size > 0 && !seal.leaves.empty() &&
           static_cast<std::size_t>(std::popcount(size)) == seal.peaks.size();
  }
  /// The first event that is not what it should be.
  [[nodiscard]] std::optional<std::int64_t> broken_at() const {
    auto expected = size();
    if (newest) {
      if (!is_sound(*newest) || events.empty() || events.front().sequence != expected ||
          audit::leaf(events.front()) != newest->leaves.back()) {
        return expected;
      }
    } else {
      ++expected;
    }
    for (const auto& event : events) {
      if (event.sequence != expected) return expected;
      ++expected;
    }
    return std::nullopt;
  }
};

AuditSeal AuditCheckpoints::grow(const InstanceId& instance, const State& state) const {
  AuditSeal seal;
  crypto::MerkleTree tree;
  if (state.newest) {
    tree = {static_cast<std::uint64_t>(state.size()), state.newest->peaks};
  }
  const auto first_new = state.events.begin() + state.covered();
  std::transform(first_new, state.events.end(), std::back_inserter(seal.leaves), &audit::leaf);
  for (const auto& leaf : seal.leaves) tree.append(leaf);
  seal.peaks = tree.peaks();
  seal.checkpoint = {.instance_id = instance,
                     .size = static_cast<std::int64_t>(tree.size()),
                     .root = tree.root(),
                     .jws = {},
                     .created_at = clock_.now()};
  return seal;
}

Result<AuditCheckpoints::Advance> AuditCheckpoints::advance(const InstanceId& instance) {
  State state;
  const auto read = store_.read([&](ReadTx& tx) -> Done {
    state.newest = tx.newest_audit_seal(instance);
    // From the last one that is covered on: it has to be there still.
    state.events = tx.audit_events_after(instance, std::max<std::int64_t>(0, state.size() - 1),
                                         kMostLeaves + state.covered());
    return {};
  });
  if (!read) return tl::unexpected(read.error());
  Advance done{.size = state.size()};
  done.broken_at = state.broken_at();
  if (done.broken_at || std::ssize(state.events) <= state.covered()) return done;

  auto seal = grow(instance, state);
  auto& checkpoint = seal.checkpoint;
  const auto signer = keyring_.signer(instance, checkpoint.created_at);
  checkpoint.jws = crypto::sign_audit_checkpoint(signer->key, signer->kid,
                                                 audit::checkpoint_payload(checkpoint));
  const auto committed = store_.write([&](WriteTx& tx) -> Done {
    tx.insert(seal);
    return {};
  });
  if (!committed) return tl::unexpected(committed.error());
  done.size = checkpoint.size;
  done.leaves = static_cast<std::int64_t>(seal.leaves.size());
  return done;
}

}  // namespace tenens
