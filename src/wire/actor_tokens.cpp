#include "wire/actor_tokens.hpp"

#include <algorithm>
#include <array>

#include "base/utf8.hpp"
#include "wire/fields.hpp"
#include "wire/members.hpp"
#include "wire/text_of.hpp"

namespace tenens::wire {
namespace {

// They time or address a whole token; inside `act` they would look like limits that nobody applies
// (RFC 8693, section 4.1).
constexpr std::array<std::string_view, 3> kMeaninglessInAct{"aud", "exp", "nbf"};
// The claim is read by JavaScript, where assigning one of these changes more than one object.
constexpr std::array<std::string_view, 3> kPrototypeNames{"__proto__", "constructor", "prototype"};

template <std::size_t N>
bool is_one_of(std::string_view name, const std::array<std::string_view, N>& names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

std::string join(std::string_view path, std::string_view name) {
  return std::string(path).append(".").append(name);
}

std::size_t depth_of(const Value& value);

template <class Items, class Of>
std::size_t deepest(const Items& items, Of of) {
  std::size_t deepest = 0;
  for (const auto& item : items) deepest = std::max(deepest, depth_of(of(item)));
  return deepest + 1;
}

std::size_t depth_of(const Object& object) {
  return deepest(object, [](const auto& member) -> const Value& { return member.value; });
}

std::size_t depth_of(const Value& value) {
  if (const auto* object = value.if_object()) return depth_of(*object);
  if (const auto* array = value.if_array()) {
    return deepest(*array, [](const Value& item) -> const Value& { return item; });
  }
  return 0;
}

void refuse_prototype_names(Fields& fields, std::string_view path, const Value& value);

void refuse_prototype_names(Fields& fields, std::string_view path, const Object& object) {
  for (const auto& [name, content] : object) {
    if (is_one_of(name, kPrototypeNames)) {
      fields.fault(Code::param_invalid, join(path, name), "must have another name");
    }
    const bool is_nested = content.if_object() != nullptr || content.if_array() != nullptr;
    if (is_nested) refuse_prototype_names(fields, join(path, name), content);
  }
}

void refuse_prototype_names(Fields& fields, std::string_view path, const Value& value) {
  if (const auto* object = value.if_object()) {
    refuse_prototype_names(fields, path, *object);
  } else if (const auto* array = value.if_array()) {
    for (const auto& item : *array) refuse_prototype_names(fields, path, item);
  }
}

/// Unicode's White_Space, and General Punctuation that has no width.
bool is_white_space(char32_t code) {
  return code == 0x20 || (code >= 0x09 && code <= 0x0D) || code == 0x85 || code == 0xA0 ||
         code == 0xAD || code == 0x1680 || code == 0x180E || (code >= 0x2000 && code <= 0x200F) ||
         (code >= 0x2028 && code <= 0x202F) || (code >= 0x205F && code <= 0x206F) ||
         code == 0x3000 || code == 0xFEFF;
}

/// Of UTF-8 that is not empty.
bool begins_or_ends_with_white_space(std::string_view text) {
  auto last = text.size() - 1;
  while (last > 0 && (text[last] & 0xC0) == 0x80) --last;
  return is_white_space(first_character(text).code) ||
         is_white_space(first_character(text.substr(last)).code);
}

/// Nobody sees white space around a name, and neither a ban nor the audit's filter finds it.
void check_subject(Fields& fields, const std::string& param, std::string_view subject) {
  fields.check_text(param, subject);
  if (begins_or_ends_with_white_space(subject)) {
    fields.fault(Code::param_invalid, param, "must not begin or end with white space");
  }
}

/// An actor, or one further up the chain: the `act` inside it.
void check_act(Fields& fields, const std::string& path, const Object& act) {
  const auto* subject = act.find("sub");
  const auto* text = subject == nullptr ? nullptr : subject->if_string();
  if (subject == nullptr || subject->is_null() || (text != nullptr && text->empty())) {
    fields.fault(Code::param_missing, join(path, "sub"));
  } else if (text == nullptr) {
    fields.fault(Code::param_wrong_type, join(path, "sub"), "string");
  } else {
    check_subject(fields, join(path, "sub"), *text);
  }
  for (const auto& [name, content] : act) {
    if (is_one_of(name, kMeaninglessInAct)) {
      fields.fault(Code::param_invalid, join(path, name), "has no meaning in an actor");
    }
  }
  if (const auto* outer = act.find("act")) {
    const auto outer_path = join(path, "act");
    if (const auto* object = outer->if_object()) {
      check_act(fields, outer_path, *object);
    } else {
      fields.fault(Code::param_wrong_type, outer_path, "object");
    }
  }
}

void check_actor(Fields& fields, const Object& actor, std::string_view actor_json) {
  check_act(fields, "actor", actor);
  refuse_prototype_names(fields, "actor", actor);
  if (depth_of(actor) > kMaxActorDepth) {
    fields.fault(Code::param_invalid, "actor",
                 "must be at most " + std::to_string(kMaxActorDepth) + " levels deep");
  }
  if (actor_json.size() > kMaxActorBytes) {
    fields.fault(Code::param_invalid, "actor",
                 "must be at most " + std::to_string(kMaxActorBytes) + " bytes of JSON");
  }
}

void take_actor(Fields& fields, CheckedCreateActorToken& request) {
  const bool absent = fields.find("actor") == nullptr;
  const auto* actor = fields.object("actor");
  if (absent) fields.fault(Code::param_missing, "actor");
  if (actor == nullptr) return;
  request.actor_sub = text_of(*actor, "sub");
  request.actor_json = clerk_backend_api::to_json(*actor);
  check_actor(fields, *actor, request.actor_json);
}

}  // namespace

Checked<CheckedCreateActorToken> parse_create_actor_token(std::string_view body) {
  const auto object = parse_body(body);
  if (!object) return tl::unexpected(object.error());

  Fields fields(*object);
  CheckedCreateActorToken request;
  request.user_id = fields.required_string("user_id");
  take_actor(fields, request);
  request.expires_in_seconds = fields.integer("expires_in_seconds");
  request.session_max_duration_in_seconds = fields.integer("session_max_duration_in_seconds");
  request.reason = fields.string("reason");
  if (request.reason && request.reason->size() > kMaxReasonBytes) {
    fields.fault(Code::param_invalid, "reason",
                 "must be at most " + std::to_string(kMaxReasonBytes) + " bytes");
  }
  fields.refuse_unknown();
  return fields.finish(std::move(request));
}

std::string to_json(const CreateActorTokenRequestBody& body) {
  return Writer()
      .begin_object()
      .member("user_id", body.user_id)
      .member("actor", body.actor)
      .member_if("expires_in_seconds", body.expires_in_seconds)
      .member_if("session_max_duration_in_seconds", body.session_max_duration_in_seconds)
      .member_if("reason", body.reason)
      .end_object()
      .take();
}

std::string to_json(const ActorToken& token) {
  return to_json(token, clerk_backend_api::to_json(token.actor));
}

std::string to_json(const ActorToken& token, std::string_view actor_json) {
  Writer writer;
  writer.begin_object()
      .member("object", "actor_token")
      .member("id", token.id)
      .member("status", token.status.text())
      .member("user_id", token.user_id)
      .name("actor")
      .raw(actor_json);
  if (token.token) writer.member("token", token.token->expose());
  if (token.url) writer.member("url", token.url->expose());
  return writer.member("created_at", token.created_at)
      .member("updated_at", token.updated_at)
      .member_if("expires_at", token.expires_at)
      .member_if("session_id", token.session_id)
      .member_if("reason", token.reason)
      .end_object()
      .take();
}

std::optional<ActorToken> parse_actor_token(const Value& value) {
  Members members(value);
  ActorToken token;
  token.id = members.required_string("id");
  token.status = ActorTokenStatus(members.required_string("status"));
  token.user_id = members.required_string("user_id");
  token.actor = members.required_object("actor");
  token.token = members.secret("token");
  token.url = members.secret("url");
  token.created_at = members.required_integer("created_at");
  token.updated_at = members.required_integer("updated_at");
  token.expires_at = members.integer("expires_at");
  token.session_id = members.string("session_id");
  token.reason = members.string("reason");
  token.additional_fields = members.rest();
  if (!members.complete()) return std::nullopt;
  return token;
}

}  // namespace tenens::wire
