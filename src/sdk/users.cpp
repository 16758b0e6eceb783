#include "clerk_backend_api/users.hpp"

#include "sdk/caller.hpp"
#include "sdk/lists.hpp"

namespace clerk_backend_api {
namespace {

using tenens::wire::parse_user;

detail::Query filter_of(const ListUsersRequest& request) {
  detail::Query query;
  query.add("email_address", request.email_address)
      .add("user_id", request.user_id)
      .add("external_id", request.external_id)
      .add("username", request.username)
      .add("query", request.query);
  return query;
}

}  // namespace

Result<User> Users::create(const CreateUserRequestBody& request,
                           const RequestOptions& options) const {
  return caller_->call<User>(detail::kCreateUser, {.body = tenens::wire::to_json(request)}, options,
                             parse_user);
}

Result<std::vector<User>> Users::list(const ListUsersRequest& request,
                                      const RequestOptions& options) const {
  auto query = filter_of(request);
  query.add("order_by", request.order_by).add("starting_after", request.starting_after);
  query.add("limit", request.limit).add("offset", request.offset);
  return caller_->call<std::vector<User>>(
      detail::kListUsers, {.query = std::move(query)}, options,
      [](const Value& json) -> std::optional<std::vector<User>> {
        auto page = tenens::wire::parse_page<User>(json, parse_user);
        if (!page) return std::nullopt;
        return std::move(page->data);
      });
}

Listing<User> Users::list_all(ListUsersRequest request, RequestOptions options) const {
  return detail::list_all<User>(*this, std::move(request), std::move(options));
}

Result<std::int64_t> Users::count(const ListUsersRequest& request,
                                  const RequestOptions& options) const {
  return caller_->call<std::int64_t>(detail::kCountUsers, {.query = filter_of(request)}, options,
                                     tenens::wire::parse_total_count);
}

Result<User> Users::get(std::string_view user_id, const RequestOptions& options) const {
  return caller_->call<User>(detail::kGetUser, {.id = user_id}, options, parse_user);
}

Result<User> Users::update(std::string_view user_id, const UpdateUserRequestBody& request,
                           const RequestOptions& options) const {
  return caller_->call<User>(detail::kUpdateUser,
                             {.id = user_id, .body = tenens::wire::to_json(request)}, options,
                             parse_user);
}

Result<DeletedObject> Users::delete_user(std::string_view user_id,
                                         const RequestOptions& options) const {
  return caller_->call<DeletedObject>(detail::kDeleteUser, {.id = user_id}, options,
                                      tenens::wire::parse_deleted_object);
}

Result<User> Users::ban(std::string_view user_id, const RequestOptions& options) const {
  return caller_->call<User>(detail::kBanUser, {.id = user_id}, options, parse_user);
}

Result<User> Users::unban(std::string_view user_id, const RequestOptions& options) const {
  return caller_->call<User>(detail::kUnbanUser, {.id = user_id}, options, parse_user);
}

}  // namespace clerk_backend_api
