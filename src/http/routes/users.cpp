#include "wire/users.hpp"

#include "http/read_query.hpp"
#include "http/routes/routes.hpp"
#include "http/to_wire.hpp"
#include "wire/lists.hpp"

namespace tenens::http::routes::users {
namespace {

UserId user_id(const Context& context) {
  return {context.id("user_id")};
}

/// True for the oldest first. A `+` in a query arrives as a space.
std::optional<bool> parse_order(std::string_view text) {
  if (text == "-created_at") return false;
  if (text == "created_at" || text == "+created_at" || text == " created_at") return true;
  return std::nullopt;
}

UserFilter read_filter(QueryReader& query) {
  return {.email_addresses = query.texts("email_address"),
          .user_ids = query.texts("user_id"),
          .external_ids = query.texts("external_id"),
          .usernames = query.texts("username"),
          .query = query.text("query"),
          .oldest_first = query.word("order_by", parse_order).value_or(false)};
}

Answer answer(const Result<User>& user) {
  if (!user) return refused(user.error());
  return json(wire::to_json(to_wire(*user)));
}

}  // namespace

Answer create(const Context& context) {
  const auto body = wire::parse_create_user(context.request.body);
  if (!body) return refused(body.error());
  return answer(context.services.users.create(context.caller, to_record(*body)));
}

Answer list(const Context& context) {
  QueryReader query(context.request.query);
  const auto filter = read_filter(query);
  const auto page = query.page();
  if (!query.faultless()) return refused(query.failures());

  const auto users = context.services.users.list(context.caller, filter, page);
  if (!users) return refused(users.error());
  std::vector<wire::User> models;
  for (const auto& user : *users) models.push_back(to_wire(user));
  return json(wire::to_json_array(models));
}

Answer count(const Context& context) {
  QueryReader query(context.request.query);
  const auto filter = read_filter(query);
  if (!query.faultless()) return refused(query.failures());

  const auto count = context.services.users.count(context.caller, filter);
  if (!count) return refused(count.error());
  return json(wire::total_count_to_json(*count));
}

Answer get(const Context& context) {
  return answer(context.services.users.find(context.caller, user_id(context)));
}

Answer update(const Context& context) {
  const auto body = wire::parse_update_user(context.request.body);
  if (!body) return refused(body.error());
  return answer(context.services.users.update(context.caller, user_id(context), to_record(*body)));
}

Answer remove(const Context& context) {
  const auto id = user_id(context);
  const auto removed = context.services.users.remove(context.caller, id);
  if (!removed) return refused(removed.error());
  return json(wire::to_json(wire::DeletedObject{.object = "user", .id = id.text, .deleted = true}));
}

Answer ban(const Context& context) {
  return answer(context.services.users.set_banned(context.caller, user_id(context), true));
}

Answer unban(const Context& context) {
  return answer(context.services.users.set_banned(context.caller, user_id(context), false));
}

}  // namespace tenens::http::routes::users
