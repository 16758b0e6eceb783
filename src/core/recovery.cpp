#include "core/recovery.hpp"

#include "core/audit_events.hpp"
#include "core/transact.hpp"

namespace tenens {
namespace {

std::string to_text(const Voided& voided) {
  return std::to_string(voided.actor_tokens) + " actor tokens, " +
         std::to_string(voided.sign_in_tokens) + " sign-in tokens and " +
         std::to_string(voided.sessions) + " sessions are void";
}

}  // namespace

Result<Voided> recover(Store& store, const Clock& clock) {
  const auto now = clock.now();
  return write_to(store, [&](WriteTx& tx) {
    Voided total;
    for (const auto& instance : tx.instances()) {
      const auto voided = tx.void_what_is_open(instance.id, now);
      tx.append(audit::operators(AuditAction::database_recovered, instance.id, now,
                                 "tenensd recover", to_text(voided)));
      total.actor_tokens += voided.actor_tokens;
      total.sign_in_tokens += voided.sign_in_tokens;
      total.sessions += voided.sessions;
    }
    return total;
  });
}

}  // namespace tenens
