#include "core/audit_events.hpp"

#include <algorithm>
#include <array>

#include "core/transact.hpp"

namespace tenens {
namespace {

constexpr std::size_t kLongestName = 32;
constexpr auto kLetters = [] {
  std::array<std::array<char, kLongestName>, kAuditActionNames.size()> letters{};
  for (std::size_t i = 0; i < letters.size(); ++i) {
    std::size_t end = 0;
    for (const char c : kAuditActionNames[i].second) letters[i][end++] = c == '.' ? '_' : c;
  }
  return letters;
}();
constexpr auto kWords = [] {
  std::array<std::string_view, kLetters.size()> words;
  for (std::size_t i = 0; i < words.size(); ++i) {
    words[i] = {kLetters[i].data(), kAuditActionNames[i].second.size()};
  }
  return words;
}();

AuditEvent about(AuditAction action, const ActorToken& token, Instant now) {
  AuditEvent event;
  event.instance_id = token.instance_id;
  event.at = now;
  event.action = action;
  event.actor = token.actor;
  event.user_id = token.user_id;
  event.actor_token_id = token.id;
  event.session_id = token.session_id;
  event.reason = token.reason;
  return event;
}

AuditEvent about(AuditAction action, const SignInToken& token, Instant now) {
  AuditEvent event;
  event.instance_id = token.instance_id;
  event.at = now;
  event.action = action;
  event.user_id = token.user_id;
  event.sign_in_token_id = token.id;
  event.session_id = token.session_id;
  return event;
}

AuditEvent about(AuditAction action, const Session& session, Instant now) {
  AuditEvent event;
  event.instance_id = session.instance_id;
  event.at = now;
  event.action = action;
  event.actor = session.actor;
  event.user_id = session.user_id;
  event.actor_token_id = session.actor_token_id;
  event.session_id = session.id;
  return event;
}

AuditEvent signed_by(AuditEvent event, const Caller& caller) {
  event.key_id = caller.key_id;
  event.address = caller.address;
  return event;
}

AuditEvent signed_by(AuditEvent event, const Visitor& visitor) {
  event.address = visitor.address;
  return event;
}

}  // namespace

std::string_view to_text(AuditAction action) {
  return kAuditActionNames.at(static_cast<std::size_t>(action)).second;
}

std::string_view to_word(AuditAction action) {
  if (action == AuditAction::unknown) throw StoreError("an act that has no name is not recorded");
  return kWords.at(static_cast<std::size_t>(action));
}

std::string_view stored_action(const AuditEvent& event) {
  return event.action == AuditAction::unknown ? event.unknown_action : to_word(event.action);
}

void set_stored_action(AuditEvent& event, std::string_view word) {
  const auto* const found = std::find(kWords.begin(), kWords.end(), word);
  event.action = AuditAction{static_cast<int>(found - kWords.begin())};  // the end is `unknown`
  event.unknown_action = found == kWords.end() ? word : "";
}

std::string_view action_text(const AuditEvent& event) {
  return event.action == AuditAction::unknown ? event.unknown_action : to_text(event.action);
}

namespace audit {

AuditEvent event(AuditAction action, const ActorToken& token, Instant now, const Caller& by) {
  return signed_by(about(action, token, now), by);
}
AuditEvent event(AuditAction action, const ActorToken& token, Instant now, const Visitor& by) {
  return signed_by(about(action, token, now), by);
}
AuditEvent event(AuditAction action, const SignInToken& token, Instant now, const Caller& by) {
  return signed_by(about(action, token, now), by);
}
AuditEvent event(AuditAction action, const SignInToken& token, Instant now, const Visitor& by) {
  return signed_by(about(action, token, now), by);
}
AuditEvent event(AuditAction action, const Session& session, Instant now, const Caller& by) {
  return signed_by(about(action, session, now), by);
}
AuditEvent event(AuditAction action, const Session& session, Instant now, const Visitor& by) {
  return signed_by(about(action, session, now), by);
}

AuditEvent run_out(AuditAction action, const Session& session, Instant at) {
  return about(action, session, at);
}

AuditEvent event(AuditAction action, const UserId& user, Instant now, const Caller& by) {
  AuditEvent event;
  event.instance_id = by.instance_id;
  event.at = now;
  event.action = action;
  event.user_id = user;
  return signed_by(std::move(event), by);
}

AuditEvent operators(AuditAction action, const InstanceId& instance, Instant now,
                     std::string command, std::optional<std::string> what) {
  AuditEvent event;
  event.instance_id = instance;
  event.at = now;
  event.action = action;
  event.address = std::move(command);
  event.reason = std::move(what);
  return event;
}

AuditEvent outcome(AuditEvent act, bool committed, Instant now) {
  act.code = std::string(to_text(act.action));
  act.action = committed ? AuditAction::outcome_committed : AuditAction::outcome_undone;
  act.at = now;
  act.sequence = 0;
  return act;
}

}  // namespace audit

Result<Listing<AuditEvent>> AuditEvents::list(const Caller& caller, const AuditFilter& filter,
                                              Page page) {
  return read_from(store_, [&](ReadTx& tx) {
    return Listing<AuditEvent>{.items = tx.audit_events(caller.instance_id, filter, page),
                               .total = tx.count_audit_events(caller.instance_id, filter)};
  });
}

}  // namespace tenens
