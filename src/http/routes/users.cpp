#include "wire/users.hpp"

#include <algorithm>
#include <array>

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

/// Clerk's filters that are none here. To pass over one would answer with everybody.
constexpr auto kNotFilteredBy = std::to_array<std::string_view>(
    {"phone_number", "web3_wallet", "organization_id", "email_address_query", "phone_number_query",
     "username_query", "name_query", "banned", "provider", "provider_user_id",
     "last_active_at_before", "last_active_at_after", "last_active_at_since", "created_at_before",
     "created_at_after", "last_sign_in_at_before", "last_sign_in_at_after"});

bool has_sign(std::string_view id) {
  return id.starts_with('-') || id.starts_with('+') || id.starts_with(' ');
}

/// With Clerk a sign in front excludes or includes.
void refuse_signs(QueryReader& query, std::string_view name, const std::vector<std::string>& ids) {
  if (std::any_of(ids.begin(), ids.end(), has_sign)) {
    query.fault(name, "must be an id without a sign in front");
  }
}

UserFilter read_filter(QueryReader& query) {
  for (const auto name : kNotFilteredBy) {
    if (query.has(name)) query.fault(name, "is nothing that tenensd filters by");
  }
  UserFilter filter{.email_addresses = query.texts("email_address"),
                    .user_ids = query.texts("user_id"),
                    .external_ids = query.texts("external_id"),
                    .usernames = query.texts("username"),
                    .query = query.text("query")};
  refuse_signs(query, "user_id", filter.user_ids);
  refuse_signs(query, "external_id", filter.external_ids);
  return filter;
}

/// The order, and where in it the list begins.
void read_order(QueryReader& query, UserFilter& filter) {
  if (const auto order = query.text("order_by")) {
    const auto oldest_first = parse_order(*order);
    if (!oldest_first) query.fault("order_by", "must be created_at, +created_at or -created_at");
    filter.oldest_first = oldest_first.value_or(false);
  }
  filter.starting_after = query.id<UserId>("starting_after");
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
  auto filter = read_filter(query);
  read_order(query, filter);
  const auto page = query.page();
  if (filter.starting_after && page.offset != 0) {
    query.fault("starting_after", "must be given without an offset");
  }
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

Answer merge_metadata(const Context& context) {
  const auto body = wire::parse_user_metadata(context.request.body);
  if (!body) return refused(body.error());
  return answer(
      context.services.users.merge_metadata(context.caller, user_id(context), to_record(*body)));
}

Answer replace_metadata(const Context& context) {
  const auto body = wire::parse_user_metadata(context.request.body);
  if (!body) return refused(body.error());
  const auto given = to_record(*body);
  return answer(context.services.users.update(context.caller, user_id(context),
                                              {.public_metadata = given.public_metadata,
                                               .private_metadata = given.private_metadata,
                                               .unsafe_metadata = given.unsafe_metadata}));
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
