#include "http/environment_json.hpp"

#include "http/json_members.hpp"

namespace tenens::http {
namespace {

using wire::Writer;

Writer& write_enabled(Writer& writer, std::string_view name, bool enabled) {
  return writer.name(name).begin_object().member("enabled", enabled).end_object();
}

void write_auth_config(Writer& writer, const Site& site, bool single_session) {
  writer.name("auth_config").begin_object().member("object", "auth_config").member("id", "aconf_1");
  write_all(writer, "on", {"first_name", "last_name", "email_address", "username"});
  write_all(writer, "off", {"phone_number", "password"});
  write_empty_arrays(writer, {"identification_requirements", "identification_strategies",
                              "second_factors", "email_address_verification_strategies"});
  writer.name("first_factors")
      .begin_array()
      .value("ticket")
      .end_array()
      .member("single_session_mode", single_session)
      .member("test_mode", !site.options().production);
  write_all(writer, false,
            {"enhanced_email_deliverability", "url_based_session_syncing", "reverification",
             "cookieless_dev"});
  write_nulls(writer, {"claimed_at"});
  writer.name("native_settings").begin_object().member("object", "native_settings");
  write_all(writer, false,
            {"api_enabled", "trusted_device_sign_in_enabled",
             "trusted_device_enrollment_prompt_after_sign_in_enabled",
             "trusted_device_enrollment_prompt_after_sign_up_enabled"});
  writer.end_object().end_object();
}

void write_urls(Writer& writer, const Site& site) {
  const auto app = site.options().app_url.value_or(site.options().public_url);
  const auto home = app + "/";
  writer.member("sign_in_url", app + "/sign-in").member("sign_up_url", app + "/sign-up");
  write_all(writer, home,
            {"home_url", "user_profile_url", "waitlist_url", "oauth_consent_url",
             "after_sign_in_url", "after_sign_up_url", "after_sign_out_one_url",
             "after_sign_out_all_url", "after_switch_session_url", "after_join_waitlist_url",
             "organization_profile_url", "create_organization_url", "after_leave_organization_url",
             "after_create_organization_url", "logo_link_url"});
}

void write_display_config(Writer& writer, const Site& site) {
  const bool production = site.options().production;
  writer.name("display_config")
      .begin_object()
      .member("object", "display_config")
      .member("id", "display_config_1")
      .member("instance_environment_type", production ? "production" : "development")
      .member("application_name", "Tenens")
      .name("theme")
      .begin_object()
      .end_object()
      .member("preferred_sign_in_strategy", "otp");
  write_urls(writer, site);
  write_all(writer, false, {"branded", "experimental_force_oauth_first", "show_devmode_warning"});
  write_nulls(writer,
              {"logo_image_url", "favicon_image_url", "support_email", "clerk_js_version",
               "google_one_tap_client_id", "help_url", "privacy_policy_url", "terms_url",
               "logo_url", "favicon_url", "logo_image", "favicon_image", "captcha_public_key",
               "captcha_widget_type", "captcha_public_key_invisible", "captcha_provider"});
  write_empty_arrays(writer, {"captcha_oauth_bypass"});
  writer.end_object();
}

void write_attribute(Writer& writer, std::string_view name, bool enabled) {
  writer.name(name).begin_object().member("enabled", enabled);
  write_all(writer, false,
            {"required", "used_for_first_factor", "used_for_second_factor", "verify_at_sign_up",
             "immutable"});
  write_empty_arrays(writer, {"first_factors", "second_factors", "verifications"});
  writer.end_object();
}

void write_attributes(Writer& writer) {
  writer.name("attributes").begin_object();
  for (const auto* name : {"email_address", "username", "first_name", "last_name", "ticket"}) {
    write_attribute(writer, name, true);
  }
  for (const auto* name :
       {"phone_number", "web3_wallet", "password", "authenticator_app", "backup_code", "passkey"}) {
    write_attribute(writer, name, false);
  }
  writer.end_object();
}

void write_sign_up(Writer& writer) {
  writer.name("sign_up").begin_object();
  write_all(writer, false, {"captcha_enabled", "custom_action_required", "legal_consent_enabled"});
  writer.member("captcha_widget_type", "smart")
      .member("progressive", true)
      .member("mode", "restricted")
      .end_object();
}

void write_restrictions(Writer& writer) {
  writer.name("restrictions").begin_object();
  for (const auto* name : {"allowlist", "blocklist", "allowlist_blocklist_disabled_on_sign_in",
                           "block_email_subaddresses", "block_disposable_email_domains"}) {
    write_enabled(writer, name, false);
  }
  writer.end_object();
}

void write_password_settings(Writer& writer) {
  writer.name("password_settings").begin_object();
  write_all(
      writer, false,
      {"disable_hibp", "disable_password_reverification", "require_special_char", "require_numbers",
       "require_uppercase", "require_lowercase", "show_zxcvbn", "enforce_hibp_on_sign_in"});
  writer.member("min_length", 8)
      .member("max_length", 72)
      .member("min_zxcvbn_strength", 0)
      .member("allowed_special_characters", "")
      .end_object();
}

void write_attack_protection(Writer& writer) {
  writer.name("attack_protection")
      .begin_object()
      .name("user_lockout")
      .begin_object()
      .member("enabled", false)
      .member("max_attempts", 100)
      .member("duration_in_minutes", 60)
      .end_object();
  write_enabled(writer, "pii", true);
  writer.name("email_link").begin_object().member("require_same_client", false).end_object();
  write_enabled(writer, "enumeration_protection", false).end_object();
}

void write_user_settings(Writer& writer) {
  writer.name("user_settings").begin_object();
  write_attributes(writer);
  writer.name("social").begin_object().end_object();
  write_enabled(writer, "saml", false);
  write_enabled(writer, "enterprise_sso", false);
  writer.name("sign_in")
      .begin_object()
      .name("second_factor")
      .begin_object()
      .member("required", false)
      .end_object()
      .end_object();
  write_sign_up(writer);
  write_restrictions(writer);
  write_password_settings(writer);
  writer.name("username_settings").begin_object().member("min_length", 1).member("max_length", 64);
  write_all(writer, false, {"allow_extended_special_characters", "allow_numeric_usernames"});
  writer.end_object().name("actions").begin_object();
  write_all(writer, false, {"delete_self", "create_organization"});
  write_nulls(writer, {"create_organizations_limit"});
  writer.end_object();
  write_attack_protection(writer);
  writer.name("passkey_settings").begin_object();
  write_all(writer, false, {"allow_autofill", "show_sign_in_button", "satisfies_second_factor"});
  writer.end_object().end_object();
}

void write_organization_settings(Writer& writer) {
  writer.name("organization_settings")
      .begin_object()
      .member("enabled", false)
      .member("max_allowed_memberships", 5)
      .name("actions")
      .begin_object()
      .member("admin_delete", false)
      .end_object()
      .name("domains")
      .begin_object()
      .member("enabled", false)
      .name("enrollment_modes")
      .begin_array()
      .end_array()
      .member("default_role", "org:member")
      .end_object()
      .name("slug")
      .begin_object()
      .member("disabled", true)
      .end_object()
      .member("creator_role", "org:admin")
      .end_object();
}

void write_the_rest(Writer& writer) {
  writer.name("fraud_settings")
      .begin_object()
      .member("object", "fraud_settings")
      .name("native")
      .begin_object()
      .member("device_attestation_mode", "disabled")
      .end_object()
      .end_object()
      .name("commerce_settings")
      .begin_object()
      .name("billing")
      .begin_object();
  write_nulls(writer, {"stripe_publishable_key"});
  writer.member("free_trial_requires_payment_method", false);
  for (const std::string_view name : {"user", "organization"}) {
    writer.name(name).begin_object();
    write_all(writer, false, {"enabled", "has_paid_plans"});
    writer.end_object();
  }
  writer.end_object().end_object().name("api_keys_settings").begin_object();
  write_all(writer, false, {"enabled", "user_api_keys_enabled", "orgs_api_keys_enabled"});
  writer.end_object();
  write_all(writer, false, {"client_debug_mode", "partitioned_cookies", "maintenance_mode"});
}

}  // namespace

std::string environment_json(const Site& site, bool single_session) {
  Writer writer;
  writer.begin_object();
  write_auth_config(writer, site, single_session);
  write_display_config(writer, site);
  write_user_settings(writer);
  write_organization_settings(writer);
  write_the_rest(writer);
  return writer.end_object().take();
}

}  // namespace tenens::http
