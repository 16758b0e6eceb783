#include "http/frontend_json.hpp"

#include <algorithm>

#include "base/ascii.hpp"
#include "core/json_objects.hpp"
#include "http/json_members.hpp"
#include "http/to_wire.hpp"

namespace tenens::http {
namespace {

using wire::Writer;

constexpr std::size_t kUsualSession = 4096;  // its user, its JWT; a client has most often one

void write_verification(Writer& writer, std::string_view strategy) {
  writer.begin_object()
      .member("object", "verification_" + std::string(strategy))
      .member("status", "verified")
      .member("strategy", strategy);
  write_nulls(writer, {"attempts", "expire_at"});
  writer.end_object();
}

void write_email(Writer& writer, const Email& email) {
  writer.begin_object()
      .member("id", email.id.text)
      .member("object", "email_address")
      .member("email_address", email.address)
      .member("reserved", false)
      .name("verification");
  write_verification(writer, "admin");
  write_empty_arrays(writer, {"linked_to"});
  writer.member("matches_sso_connection", false)
      .member("created_at", to_unix_ms(email.created_at))
      .member("updated_at", to_unix_ms(email.created_at))
      .end_object();
}

void write_names(Writer& writer, const User& user) {
  writer.member_or_null("first_name", user.first_name)
      .member_or_null("last_name", user.last_name)
      .member("image_url", "")
      .member("has_image", false);
}

/// The private metadata are for back ends alone.
void write_user(Writer& writer, const User& user) {
  writer.begin_object()
      .member("id", user.id.text)
      .member("object", "user")
      .member_or_null("username", user.username);
  write_names(writer, user);
  writer.name("primary_email_address_id");
  if (user.primary_email_id) {
    writer.value(user.primary_email_id->text);
  } else {
    writer.null();
  }
  writer.name("email_addresses").begin_array();
  for (const auto& email : user.emails) write_email(writer, email);
  writer.end_array();
  write_empty_arrays(writer, {"phone_numbers", "web3_wallets", "passkeys", "external_accounts",
                              "saml_accounts", "enterprise_accounts", "organization_memberships"});
  write_nulls(writer,
              {"primary_phone_number_id", "primary_web3_wallet_id", "lockout_expires_in_seconds",
               "verification_attempts_remaining", "last_active_at", "mfa_enabled_at",
               "mfa_disabled_at", "legal_accepted_at", "password_last_updated_at"});
  write_all(writer, false,
            {"password_enabled", "two_factor_enabled", "totp_enabled", "backup_code_enabled",
             "locked", "delete_self_enabled", "create_organization_enabled"});
  writer.member("banned", user.banned)
      .member_or_null("external_id", user.external_id)
      .name("public_metadata")
      .raw(user.public_metadata.text)
      .name("unsafe_metadata")
      .raw(user.unsafe_metadata.text)
      .name("last_sign_in_at");
  if (user.last_sign_in_at) {
    writer.value(to_unix_ms(*user.last_sign_in_at));
  } else {
    writer.null();
  }
  writer.member("created_at", to_unix_ms(user.created_at))
      .member("updated_at", to_unix_ms(user.updated_at))
      .end_object();
}

void write_public_user_data(Writer& writer, const User& user) {
  writer.begin_object();
  write_names(writer, user);
  writer.member("identifier", identifier_of(user))
      .member("user_id", user.id.text)
      .member_or_null("username", user.username)
      .member("banned", user.banned)
      .end_object();
}

/// Clerk's SessionBase, but for the token. The object stays open.
void write_session_base(Writer& writer, const Session& session, SessionStatus status) {
  writer.begin_object()
      .member("id", session.id.text)
      .member("object", "session")
      .member("status", to_text(status))
      .member("expire_at", to_unix_ms(session.expire_at))
      .member("abandon_at", to_unix_ms(abandon_at(session)))
      .member("last_active_at", to_unix_ms(session.last_active_at))
      .name("actor")
      .raw(session.actor ? session.actor->payload.text : "null");
}

}  // namespace

std::string user_json(const User& user) {
  Writer writer(kUsualSession);
  write_user(writer, user);
  return writer.take();
}

std::string identifier_of(const User& user) {
  for (const auto& email : user.emails) {
    if (user.primary_email_id == email.id) return email.address;
  }
  if (!user.emails.empty()) return user.emails.front().address;
  return user.username.value_or(user.id.text);
}

std::string display_name(const User& user) {
  std::string name(user.first_name ? trim(*user.first_name) : "");
  const auto last = user.last_name ? trim(*user.last_name) : std::string_view();
  name.append(name.empty() || last.empty() ? "" : " ").append(last);
  return name.empty() ? identifier_of(user) : name;
}

std::string display_name(const Actor& actor, const std::optional<User>& user) {
  if (user) return display_name(*user);
  const auto payload = to_object(actor.payload);
  const auto* name = payload.find("name");
  const auto* text = name == nullptr ? nullptr : name->if_string();
  const auto shown = text == nullptr ? std::string_view() : trim(*text);
  return shown.empty() ? actor.sub : std::string(shown);
}

std::string envelope(std::string_view response, std::string_view client) {
  constexpr std::size_t kAround = 32;
  return Writer(response.size() + client.size() + kAround)
      .begin_object()
      .name("response")
      .raw(response)
      .name("client")
      .raw(client)
      .end_object()
      .take();
}

std::string sessions_json(const std::vector<Session>& sessions) {
  Writer writer;
  writer.begin_array();
  for (const auto& session : sessions) {
    const bool is_away = session.state == SessionState::replaced;
    write_session_base(writer, session, is_away ? SessionStatus::replaced : SessionStatus::active);
    // Where from and with what is not kept.
    writer.name("last_active_token")
        .null()
        .name("latest_activity")
        .begin_object()
        .member("object", "session_activity")
        .member("id", "sess_activity_" + session.id.text.substr(kind::Session::prefix.size()))
        .member("is_mobile", false)
        .end_object()
        .end_object();
  }
  return writer.end_array().take();
}

std::string FrontendJson::make_session(const LiveSession& live) const {
  const auto& session = live.session;
  const auto status = status_at(session, now_);
  const auto age = std::chrono::floor<std::chrono::minutes>(now_ - session.created_at).count();
  Writer writer(kUsualSession);
  write_session_base(writer, session, status);
  writer.name("last_active_organization_id").null().name("user");
  write_user(writer, live.user);
  writer.name("public_user_data");
  write_public_user_data(writer, live.user);
  // Minutes since the first factor was proven; there never was a second.
  writer.name("factor_verification_age")
      .begin_array()
      .value(std::int64_t{age})
      .value(-1)
      .end_array()
      .name("tasks")
      .null()
      .name("last_active_token");
  if (status == SessionStatus::active) {
    writer.raw(wire::to_json(wire::SessionToken{sessions_.jwt(session, origin_)}));
  } else {
    writer.null();
  }
  return writer.member("created_at", to_unix_ms(session.created_at))
      .member("updated_at", to_unix_ms(session.updated_at))
      .end_object()
      .take();
}

const std::string& FrontendJson::session(const LiveSession& live) {
  for (const auto& [id, text] : made_) {
    if (id == live.session.id) return text;
  }
  made_.emplace_back(live.session.id, make_session(live));
  return made_.back().second;
}

std::string FrontendJson::client(const ClientView& view) {
  const auto& last = view.client.last_active_session_id;
  const bool last_is_alive =
      last && std::any_of(view.sessions.begin(), view.sessions.end(),
                          [&](const LiveSession& live) { return live.session.id == *last; });
  Writer writer(kUsualSession);
  writer.begin_object().member("object", "client").member("id", view.client.id.text);
  writer.name("sessions").begin_array();
  for (const auto& live : view.sessions) writer.raw(session(live));
  writer.end_array();
  write_nulls(writer, {"sign_in", "sign_up", "cookie_expires_at"});
  writer.name("last_active_session_id");
  if (last_is_alive) {
    writer.value(last->text);
  } else {
    writer.null();
  }
  return writer.member("last_authentication_strategy", "ticket")
      .member("captcha_bypass", false)
      .member("created_at", to_unix_ms(view.client.created_at))
      .member("updated_at", to_unix_ms(view.client.updated_at))
      .end_object()
      .take();
}

std::string FrontendJson::sign_in(const SignedIn& signed_in) const {
  const auto& user = signed_in.view.sessions.front().user;
  Writer writer;
  writer.begin_object()
      .member("object", "sign_in_attempt")
      .member("id", signed_in.attempt_id.text)
      .member("status", "complete");
  write_empty_arrays(
      writer, {"supported_identifiers", "supported_first_factors", "supported_second_factors"});
  writer.name("first_factor_verification");
  write_verification(writer, "ticket");
  writer.name("second_factor_verification")
      .null()
      .member("identifier", identifier_of(user))
      .name("user_data")
      .begin_object();
  write_names(writer, user);
  return writer.end_object()
      .member("created_session_id", signed_in.session.id.text)
      .member("abandon_at", to_unix_ms(abandon_at(signed_in.session)))
      .end_object()
      .take();
}

}  // namespace tenens::http
