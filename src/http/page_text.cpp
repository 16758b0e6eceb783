// What pages say: moments, durations, JSON, and what to do about a failure.
#include <array>

#include "http/failure_reply.hpp"
#include "http/page.hpp"

namespace tenens::http {
namespace {

using clerk_backend_api::Value;

struct Advice {
  Code code;
  std::string_view heading;
  std::string_view advice;
};

constexpr auto kAdvice = std::to_array<Advice>({
    {Code::ticket_used, "This link has already been used",
     "Each link works once. If that was not you, tell the person who made the link; otherwise ask "
     "for a new one."},
    {Code::ticket_revoked, "This link was withdrawn",
     "Whoever made it has revoked it. Ask for a new one if you still need it."},
    {Code::ticket_expired, "This link has expired", "Ask for a new one."},
    {Code::ticket_invalid, "This link is not valid",
     "It may have been cut off when it was copied. Open it once more from where you got it, or ask "
     "for a new one."},
    {Code::ticket_unusable, "This link can no longer be used",
     "Nobody may act for others here any more, or the person who was to act is no longer known. "
     "Whoever made the link can tell."},
    {Code::ticket_subject_gone, "The user no longer exists",
     "The user whom this link was made for has been deleted."},
    {Code::sign_in_token_used, "This link has already been used",
     "Each link works once. Sign in another way, or ask for a new one."},
    {Code::sign_in_token_revoked, "This link was withdrawn",
     "Whoever made it has revoked it. Ask for a new one if you still need it."},
    {Code::sign_in_token_subject_gone, "The user no longer exists",
     "The user whom this link was made for has been deleted."},
    {Code::session_exists, "You are signed in already",
     "Sign out first, then open this link again. It has not been used up."},
    {Code::user_banned, "The user is banned",
     "Nobody can sign in as the user whom this link was made for."},
    {Code::param_missing, "Open the link again",
     "This page keeps no link, so that nobody finds it here. If you have pressed its button, the "
     "session is open already."},
    {Code::user_protected, "Nobody may act as this user",
     "The operator protects the user whom this link was made for."},
    {Code::impersonating_oneself, "This link is for your own account",
     "Nobody acts on behalf of themselves. Sign in as usual."},
    {Code::actor_banned, "You cannot act for others",
     "The person whom this link was made for is banned."},
    {Code::impersonating_already, "You are acting for somebody already",
     "End that session first, then open this link again. It has not been used up."},
    {Code::not_from_this_page, "This page is out of date",
     "Open the link again and press its button within the same browser."},
    {Code::signed_out, "You are signed out", "There is no session in this browser anymore."},
    {Code::rate_limited, "Too many requests", "Wait a few seconds, then try again."},
    {Code::unavailable, "Not possible at the moment", "Nothing has happened. Try again shortly."},
    {Code::outcome_unknown, "It is not clear what happened",
     "The link counts as used. If you are not signed in, ask for a new one."},
});

void append_indented(std::string& out, const Value& value, std::size_t level);

template <class Items, class Append>
void append_items(std::string& out, const Items& items, std::size_t level, char open, char close,
                  Append append) {
  out += open;
  bool first = true;
  for (const auto& item : items) {
    out.append(first ? "\n" : ",\n").append((level + 1) * 2, ' ');
    append(item);
    first = false;
  }
  if (!first) out.append("\n").append(level * 2, ' ');
  out += close;
}

void append_indented(std::string& out, const Value& value, std::size_t level) {
  if (const auto* object = value.if_object()) {
    append_items(out, *object, level, '{', '}', [&](const clerk_backend_api::Member& member) {
      out.append(clerk_backend_api::to_json(Value(member.name))).append(": ");
      append_indented(out, member.value, level + 1);
    });
  } else if (const auto* array = value.if_array()) {
    append_items(out, *array, level, '[', ']',
                 [&](const Value& item) { append_indented(out, item, level + 1); });
  } else {
    out += clerk_backend_api::to_json(value);
  }
}

std::string two_digits(std::int64_t number) {
  return (number < 10 ? "0" : "") + std::to_string(number);
}

std::string counted(std::int64_t count, std::string_view unit) {
  return std::to_string(count) + " " + std::string(unit) + (count == 1 ? "" : "s");
}

}  // namespace

std::string to_indented_json(const Value& value) {
  std::string out;
  append_indented(out, value, 0);
  return out;
}

std::string to_utc_text(Instant at) {
  static constexpr std::array<std::string_view, 12> kMonths{
      "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto day = std::chrono::floor<std::chrono::days>(at);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss time{std::chrono::floor<seconds>(at - day)};
  return std::to_string(static_cast<unsigned>(date.day())) + " " +
         std::string(kMonths[static_cast<unsigned>(date.month()) - 1]) + " " +
         std::to_string(static_cast<int>(date.year())) + ", " + two_digits(time.hours().count()) +
         ":" + two_digits(time.minutes().count()) + ":" + two_digits(time.seconds().count()) +
         " UTC";
}

std::string to_duration_text(seconds duration) {
  const auto total = std::max<std::int64_t>(duration.count(), 0);
  if (total < 120 && total != 60) return counted(total, "second");
  const auto minutes = (total + 30) / 60;
  const auto hours = minutes / 60;
  if (hours == 0) return counted(minutes, "minute");
  constexpr int kADay = 24;
  if (hours >= 2 * kADay) {
    const auto whole = (minutes + 30) / 60;
    const auto over = whole % kADay;
    return counted(whole / kADay, "day") + (over == 0 ? "" : " " + counted(over, "hour"));
  }
  const auto rest = minutes % 60;
  return counted(hours, "hour") + (rest == 0 ? "" : " " + counted(rest, "minute"));
}

std::string to_idle_text(seconds idle_limit, milliseconds session_life) {
  return idle_limit < session_life ? to_duration_text(idle_limit) : std::string();
}

Reply error_page(const Failure& failure, const Site& site, const std::string& trace_id) {
  const auto description = describe(failure, Audience::page);
  std::string heading = "Something went wrong";
  std::string advice = description.item.long_message;
  for (const auto& known : kAdvice) {
    if (known.code != failure.code) continue;
    heading = known.heading;
    advice = known.advice;
  }
  // Or may have one, as who opens a link again that has worked here.
  const bool has_session =
      failure.code == Code::impersonating_already || failure.code == Code::session_exists ||
      failure.code == Code::ticket_used || failure.code == Code::sign_in_token_used ||
      failure.code == Code::param_missing;
  auto reply = html_page(description.status, "error.html",
                         {{"title", heading},
                          {"heading", heading},
                          {"advice", advice},
                          {"code", description.item.code},
                          {"session_link", has_session ? "yes" : ""},
                          {"trace_id", trace_id}},
                         site);
  if (description.status == 503) reply.headers.add("Retry-After", "1");
  if (description.status == 429) reply.headers.add("Retry-After", failure.detail);
  return reply;
}

}  // namespace tenens::http
