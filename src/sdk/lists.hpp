// Pages of the wire as the lists of include/.
#pragma once

#include <optional>
#include <utility>

#include "wire/lists.hpp"

namespace clerk_backend_api::detail {

/// `List` has `data` and `total_count`.
template <class List, class Model>
[[nodiscard]] std::optional<List> to_list(const Value& json,
                                          std::optional<Model> (*to_model)(const Value&)) {
  auto page = tenens::wire::to_page<Model>(json, to_model);
  if (!page) return std::nullopt;
  return List{.data = std::move(page->data), .total_count = page->total_count};
}

}  // namespace clerk_backend_api::detail
