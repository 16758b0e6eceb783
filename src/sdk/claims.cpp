#include "clerk_backend_api/claims.hpp"

#include "sdk/numeric_date.hpp"
#include "wire/text_of.hpp"

namespace clerk_backend_api {
namespace {

using tenens::wire::text_of;

constexpr std::size_t kLongestChain = 32;

const Object* object_of(const Object& object, std::string_view name) {
  const auto* value = object.find(name);
  return value == nullptr ? nullptr : value->if_object();
}

}  // namespace

Claims::Claims(Value payload) : payload_(std::move(payload)) {
  if (payload_.if_object() == nullptr) payload_ = Object{};
}

const Object* Claims::actor() const {
  return object_of(raw(), "act");
}

std::string_view Claims::actor_sub() const {
  const auto* outermost = actor();
  return outermost == nullptr ? std::string_view() : text_of(*outermost, "sub");
}

std::vector<const Object*> Claims::actor_chain() const {
  std::vector<const Object*> chain;
  for (const auto* one = actor(); one != nullptr && chain.size() < kLongestChain;
       one = object_of(*one, "act")) {
    chain.push_back(one);
  }
  return chain;
}

std::string_view Claims::text(std::string_view name) const {
  return text_of(raw(), name);
}

std::optional<std::chrono::sys_seconds> Claims::moment(std::string_view name) const {
  const auto* value = raw().find(name);
  return value == nullptr ? std::nullopt : detail::parse_moment(*value);
}

std::string_view Claims::organization(std::string_view version_2,
                                      std::string_view version_1) const {
  const auto* compact = object_of(raw(), "o");
  return compact != nullptr ? text_of(*compact, version_2) : text(version_1);
}

}  // namespace clerk_backend_api
