#include "core/run_outs.hpp"

#include "core/audit_events.hpp"
#include "core/session_rules.hpp"
#include "core/transact.hpp"

namespace tenens {
namespace {

// Who read the clock before a session's end, and found it alive, has by then done what he was about
// to do with it.
constexpr seconds kUnderWay{10};

AuditEvent event_of(const Session& session, Instant now) {
  const auto action = status_at(session, now) == SessionStatus::abandoned
                          ? AuditAction::session_abandoned
                          : AuditAction::session_expired;
  return audit::run_out(action, session, abandon_at(session));
}

}  // namespace

Done RunOuts::begin_sweep() {
  return store_.read([&](ReadTx& tx) -> Done {
    rest_.clear();
    for (auto& instance : tx.instances()) rest_.push_back({std::move(instance.id), {}});
    return {};
  });
}

Result<RunOuts::Step> RunOuts::step() {
  if (rest_.empty()) {
    if (const auto begun = begin_sweep(); !begun) return tl::unexpected(begun.error());
    if (rest_.empty()) return Step{.sweep_ended = true};
  }
  const auto now = clock_.now() - kUnderWay;
  auto& [instance_id, after] = rest_.front();
  const auto found = read_from(store_, [&](ReadTx& tx) {
    return tx.look_for_run_outs(instance_id, after, now, kMostNoted, kMostLookedAt);
  });
  if (!found) return tl::unexpected(found.error());

  Step step;
  const SessionId last{found->last};
  if (found->over > 0) {
    const auto noted = write_to(store_, [&](WriteTx& tx) {
      const auto sessions = tx.note_run_outs(instance_id, after, last, now);
      for (const auto& session : sessions) tx.append(event_of(session, now));
      return std::ssize(sessions);
    });
    if (!noted) return tl::unexpected(noted.error());
    step.noted = *noted;
  }
  if (found->at_end) {
    rest_.pop_front();
  } else {
    after = last;
  }
  step.sweep_ended = rest_.empty();
  return step;
}

}  // namespace tenens
