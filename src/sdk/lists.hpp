// Pages of the wire as the lists of include/, and all of them as one.
#pragma once

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "clerk_backend_api/listing.hpp"
#include "wire/lists.hpp"

namespace clerk_backend_api::detail {

/// `List` has `data` and `total_count`.
template <class List, class Model>
[[nodiscard]] std::optional<List> parse_list(const Value& json,
                                             std::optional<Model> (*parse_model)(const Value&)) {
  auto page = tenens::wire::parse_page<Model>(json, parse_model);
  if (!page) return std::nullopt;
  return List{.data = std::move(page->data), .total_count = page->total_count};
}

/// Large enough that a listing is mostly items, small enough that a page comes within any timeout.
inline constexpr std::int64_t kPageSize = 100;

/// What the server counts on all pages; of a bare array, as many as it has.
template <class List>
[[nodiscard]] std::int64_t total_of(const List& list) {
  if constexpr (requires { list.total_count; }) return list.total_count;
  return 0;
}

/// Clerk refuses an offset beside it.
template <class Request>
[[nodiscard]] bool has_cursor(const Request& request) {
  if constexpr (requires { request.starting_after; }) return request.starting_after.has_value();
  return false;
}

/// The next page follows the last item of this one.
template <class Request, class Item>
void move_cursor(Request& request, const std::vector<Item>& page) {
  if constexpr (requires { request.starting_after; }) {
    if (request.starting_after && !page.empty()) request.starting_after = page.back().id;
  }
}

/// `resource.list(request, options)`, from `request.offset` or `starting_after` on until there is
/// no more. A short page ends it only where the total does not contradict: a server may allow less
/// than was asked for.
template <class Item, class Resource, class Request>
[[nodiscard]] Listing<Item> list_all(Resource resource, Request request, RequestOptions options) {
  const auto limit = request.limit.value_or(kPageSize);
  const auto first = request.offset.value_or(0);
  request.limit = limit;
  const auto fetch = [resource = std::move(resource), request = std::move(request),
                      options = std::move(options),
                      limit](std::int64_t offset) mutable -> Result<typename Listing<Item>::Page> {
    if (!has_cursor(request)) request.offset = offset;
    auto list = resource.list(request, options);
    if (!list) return list.error();
    const auto total = total_of(*list);
    typename Listing<Item>::Page page;
    if constexpr (requires { list->data; }) {
      page.data = std::move(list->data);
    } else {
      page.data = *std::move(list);
    }
    const auto size = static_cast<std::int64_t>(page.data.size());
    page.is_last = size < limit && offset + size >= total;
    move_cursor(request, page.data);
    return page;
  };
  return Listing<Item>(fetch, first);
}

}  // namespace clerk_backend_api::detail
