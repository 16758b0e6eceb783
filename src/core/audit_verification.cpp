#include "core/audit_verification.hpp"

#include <algorithm>
#include <iterator>
#include <limits>

#include "base/base64url.hpp"
#include "crypto/jwt.hpp"
#include "wire/members.hpp"

namespace tenens {
namespace {

constexpr std::int64_t kEventsAtOnce = 1000;
constexpr std::int64_t kSealsAtOnce = 4;
constexpr std::size_t kMostNamed = 10;

/// The events one by one, read many at a time.
class Events {
 public:
  Events(ReadTx& tx, InstanceId instance) : tx_(tx), instance_(std::move(instance)) {}

  /// The next one, which stays the next until it is taken; null: there are no more.
  const AuditEvent* next() {
    if (at_ == read_.size()) {
      tx_.audit_events_after(instance_, last_, kEventsAtOnce, read_);
      at_ = 0;
      if (read_.empty()) return nullptr;
      last_ = read_.back().sequence;
    }
    return &read_[at_];
  }
  void take() { ++at_; }

 private:
  ReadTx& tx_;
  InstanceId instance_;
  std::vector<AuditEvent> read_;
  std::size_t at_ = 0;
  std::int64_t last_ = std::numeric_limits<std::int64_t>::min();  // what is none of ours, too
};

class Verifier {
 public:
  Verifier(ReadTx& tx, const AuditVerification& what)
      : tx_(tx),
        what_(what),
        events_(tx, what.instance_id),
        of_(tx.count_audit_events(what.instance_id, {})) {
    std::copy_if(what.witnessed.begin(), what.witnessed.end(), std::back_inserter(witnessed_),
                 [&](const auto& witnessed) { return witnessed.instance_id == what.instance_id; });
    std::stable_sort(witnessed_.begin(), witnessed_.end(),
                     [](const auto& a, const auto& b) { return a.size < b.size; });
  }

  AuditVerdict run() {
    std::int64_t last = 0;
    for (auto seals = read_seals(last); !seals.empty(); seals = read_seals(last)) {
      for (const auto& seal : seals) check(seal);
      last = seals.back().checkpoint.size;
    }
    verdict_.covered = size();
    pass_uncovered(std::numeric_limits<std::int64_t>::max());
    if (const auto* event = events_.next(); event != nullptr) {
      fault("event " + std::to_string(size() + 1) + " is missing before event " +
            std::to_string(event->sequence));
    }
    if (verdict_.fault_count == 0 && verdict_.events != of_) {
      fault("there are " + std::to_string(of_) + " events, of which " +
            std::to_string(verdict_.events) + " have a number");
    }
    for (; looked_at_ < witnessed_.size(); ++looked_at_) {
      const auto& witnessed = witnessed_[looked_at_];
      if (is_untouched(witnessed)) {
        fault("the witness has seen " + std::to_string(witnessed.size) + " events, of which " +
              std::to_string(size()) + " are here" + of_a_restore());
      }
    }
    return std::move(verdict_);
  }

 private:
  std::vector<AuditSeal> read_seals(std::int64_t after) {
    return tx_.audit_seals_after(what_.instance_id, after, kSealsAtOnce);
  }
  [[nodiscard]] std::int64_t size() const { return static_cast<std::int64_t>(tree_.size()); }

  void fault(std::string text) {
    ++verdict_.fault_count;
    if (verdict_.faults.size() < kMostNamed) verdict_.faults.push_back(std::move(text));
  }

  void check(const AuditSeal& seal) {
    const auto& checkpoint = seal.checkpoint;
    const auto name = "the checkpoint of " + std::to_string(checkpoint.size) + " events";
    ++verdict_.checkpoints;
    const auto count = static_cast<std::int64_t>(seal.leaves.size());
    const auto before = checkpoint.size - count;
    if (count == 0 || before < 0) return fault(name + " is damaged");
    if (before > size()) {
      fault("the checkpoints of the events " + std::to_string(size() + 1) + " to " +
            std::to_string(before) + " are missing");
      pass_uncovered(before);
      if (size() < before) return;
    }
    while (size() < checkpoint.size) {
      pass_covered(seal.leaves[static_cast<std::size_t>(size() - before)]);
    }
    check_root(checkpoint, name);
    if (!is_signed(checkpoint.jws, audit::checkpoint_payload(checkpoint))) {
      fault(name + " is not signed by this server");
    }
  }

  void check_root(const AuditCheckpoint& checkpoint, const std::string& name) {
    // Two servers may have made checkpoints at once, of which one then lies behind.
    if (checkpoint.size < size() || root_is_wrong_) return;
    root_is_wrong_ = tree_.root() != checkpoint.root;
    if (root_is_wrong_) fault(name + " has another root than its leaves");
  }

  /// Or nobody can tell, for want of keys.
  [[nodiscard]] bool is_signed(std::string_view jws, std::string_view payload) const {
    return what_.keys.empty() ||
           std::any_of(what_.keys.begin(), what_.keys.end(), [&](const CheckpointKey& signer) {
             return crypto::is_audit_checkpoint(jws, signer.key, signer.kid, payload);
           });
  }

  /// The event that the tree's next leaf is of; null if it is missing.
  const AuditEvent* next_event() {
    const auto* event = events_.next();
    for (; event != nullptr && event->sequence < 1; event = events_.next()) {
      fault("event " + std::to_string(event->sequence) + " was not recorded: numbers begin at 1");
      take_event();
    }
    return event != nullptr && event->sequence == size() + 1 ? event : nullptr;
  }

  /// The next event, which `leaf` stands for in a checkpoint: the tree is the one that was signed.
  void pass_covered(const Digest& leaf) {
    const auto* event = next_event();
    const auto name = "event " + std::to_string(size() + 1);
    if (event == nullptr) {
      fault(name + " is missing");
    } else {
      if (audit::leaf(*event) != leaf) fault(name + " is not the one that was recorded");
      take_event();
    }
    grow(leaf);
  }

  /// Events without a leaf of theirs, up to the first that is missing.
  void pass_uncovered(std::int64_t up_to) {
    while (size() < up_to) {
      const auto* event = next_event();
      if (event == nullptr) return;
      const auto leaf = audit::leaf(*event);
      take_event();
      grow(leaf);
    }
  }

  void take_event() {
    if (events_.next()->action == AuditAction::database_recovered) recovered_ = size() + 1;
    events_.take();
    ++verdict_.events;
  }

  void grow(const Digest& leaf) {
    tree_.append(leaf);
    check_witnesses();
    if (size() % kEventsAtOnce == 0) what_.on_progress(size(), of_);
  }

  bool is_untouched(const WitnessedCheckpoint& witnessed) {
    if (is_signed(witnessed.jws, witnessed.payload)) return true;
    fault("the witness's checkpoint of " + std::to_string(witnessed.size) +
          " events is not signed by this server: it was changed where it was kept");
    return false;
  }

  /// What explains a witness that knows more, or other things.
  [[nodiscard]] std::string of_a_restore() const {
    if (recovered_ == 0) return {};
    return "; event " + std::to_string(recovered_) + " says that a backup was restored here";
  }

  void check_witnesses() {
    // Asked after each event, of which there may be millions, as there may be many witnesses.
    for (; looked_at_ < witnessed_.size() && witnessed_[looked_at_].size == size(); ++looked_at_) {
      const auto& witnessed = witnessed_[looked_at_];
      if (!is_untouched(witnessed)) continue;
      if (tree_.root() == witnessed.root) {
        ++verdict_.witnessed;
        verdict_.witnessed_up_to = witnessed.size;
      } else {
        fault("the witness has seen other events up to " + std::to_string(witnessed.size) +
              of_a_restore());
      }
    }
  }

  ReadTx& tx_;
  const AuditVerification& what_;
  Events events_;
  const std::int64_t of_;
  crypto::MerkleTree tree_;
  std::vector<WitnessedCheckpoint> witnessed_;  // of this instance, smallest first
  std::size_t looked_at_ = 0;                   // of those
  std::int64_t recovered_ = 0;                  // the last event that says so; 0: none
  bool root_is_wrong_ = false;
  AuditVerdict verdict_;
};

}  // namespace

std::optional<WitnessedCheckpoint> read_checkpoint(std::string_view jws) {
  const auto first = jws.find('.');
  const auto second = first == jws.npos ? jws.npos : jws.find('.', first + 1);
  if (second == jws.npos) return std::nullopt;
  const auto payload = parse_base64url(jws.substr(first + 1, second - first - 1));
  const auto value = payload ? clerk_backend_api::parse_json(*payload) : std::nullopt;
  if (!value) return std::nullopt;
  wire::Members members(*value);
  WitnessedCheckpoint read;
  read.instance_id.text = members.required_string("instance");
  read.size = members.required_integer("size");
  const auto root = parse_base64url(members.required_string("root"));
  if (!members.complete() || read.size < 1 || !root || root->size() != read.root.size()) {
    return std::nullopt;
  }
  std::copy(root->begin(), root->end(), read.root.begin());
  read.jws = jws;
  read.payload = *payload;
  return read;
}

AuditVerdict verify_audit(ReadTx& tx, const AuditVerification& what) {
  return Verifier(tx, what).run();
}

}  // namespace tenens
