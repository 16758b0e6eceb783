// What browsers see: Clerk's Client, Session, SignIn and User of the Frontend API, with every
// member that its schema requires.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "core/sessions.hpp"
#include "core/sign_ins.hpp"
#include "http/route.hpp"

namespace tenens::http {

/// Makes the objects of one reply. Signs one JWT for each session in it, so that a page does not
/// have to ask for one at once.
class FrontendJson {
 public:
  explicit FrontendJson(const Context& context)
      : sessions_(context.services.sessions),
        origin_(context.visitor.origin),
        now_(context.services.clock.now()) {}

  [[nodiscard]] std::string client(const ClientView& view);
  /// Dies when another is made.
  [[nodiscard]] const std::string& session(const LiveSession& live);
  [[nodiscard]] std::string sign_in(const SignedIn& signed_in) const;

 private:
  [[nodiscard]] std::string make_session(const LiveSession& live) const;

  const Sessions& sessions_;
  std::string origin_;
  Instant now_;
  std::vector<std::pair<SessionId, std::string>> made_;  // a session often stands in a reply twice
};

[[nodiscard]] std::string user_json(const User& user);
/// Clerk's ActiveSessions, of sessions that are alive or away.
[[nodiscard]] std::string sessions_json(const std::vector<Session>& sessions);

/// Clerk's `{response, client}`.
[[nodiscard]] std::string envelope(std::string_view response, std::string_view client);

/// How a person is called: their name, or an identifier.
[[nodiscard]] std::string display_name(const User& user);
/// One who acts: `user` if that is one of ours, else the `name` that the back end gave, or the
/// `sub`.
[[nodiscard]] std::string display_name(const Actor& actor, const std::optional<User>& user);
/// The primary address, else any, else the user name, else the id.
[[nodiscard]] std::string identifier_of(const User& user);

}  // namespace tenens::http
