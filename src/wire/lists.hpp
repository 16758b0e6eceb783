// Lists of anything that this room has a `to_json` for.
#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <ranges>
#include <string>
#include <vector>

// The templates below find only what is declared before them, so every model comes first.
#include "wire/actor_tokens.hpp"
#include "wire/audit_checkpoints.hpp"
#include "wire/audit_events.hpp"
#include "wire/json.hpp"
#include "wire/members.hpp"
#include "wire/sessions.hpp"
#include "wire/sign_in_tokens.hpp"
#include "wire/users.hpp"

namespace tenens::wire {

/// `[…]`, the items in their order.
template <std::ranges::range Models>
[[nodiscard]] std::string to_json_array(const Models& models) {
  Writer writer;
  writer.begin_array();
  for (const auto& model : models) writer.raw(to_json(model));
  return writer.end_array().take();
}

/// `{"data":[…],"total_count":n}`, where n counts what the filter matches on all pages.
template <std::ranges::range Models>
[[nodiscard]] std::string to_json_page(const Models& models, std::int64_t total_count) {
  return Writer()
      .begin_object()
      .name("data")
      .raw(to_json_array(models))
      .member("total_count", total_count)
      .end_object()
      .take();
}

template <class Model>
struct ModelPage {
  std::vector<Model> data;
  std::int64_t total_count = 0;
};

/// The client's side, of either form; a plain array's total is its length. Nothing if it is
/// neither, or if an item is not what `parse_model` reads: a list must not shrink in silence.
template <class Model>
[[nodiscard]] std::optional<ModelPage<Model>> parse_page(
    const Value& value, std::optional<Model> (*parse_model)(const Value&)) {
  Members members(value);
  const auto* items = value.if_array() != nullptr ? value.if_array() : members.array("data");
  if (items == nullptr) return std::nullopt;

  ModelPage<Model> page;
  for (const auto& item : *items) {
    auto model = parse_model(item);
    if (!model) return std::nullopt;
    page.data.push_back(*std::move(model));
  }
  page.total_count =
      members.integer("total_count").value_or(static_cast<std::int64_t>(page.data.size()));
  return page;
}

}  // namespace tenens::wire
