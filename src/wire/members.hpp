// Reads answers, for the client side: tolerant of everything new, strict about what must be there.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "clerk_backend_api/secret.hpp"
#include "wire/json.hpp"

namespace tenens::wire {

/// Members of an answer. A newer server may add fields; what is missing or of another type is
/// simply not there, and `complete()` says afterwards whether a required one was among it.
class Members {
 public:
  explicit Members(const Value& value)
      : object_(value.if_object()), complete_(object_ != nullptr) {}

  // A name asked for must outlive this: `rest` looks at it again.
  [[nodiscard]] std::optional<std::string> string(std::string_view name) {
    const auto* value = find(name);
    const auto* text = value == nullptr ? nullptr : value->if_string();
    return text == nullptr ? std::nullopt : std::optional(*text);
  }
  [[nodiscard]] std::optional<clerk_backend_api::Secret> secret(std::string_view name) {
    auto text = string(name);
    if (!text) return std::nullopt;
    return clerk_backend_api::Secret(*std::move(text));
  }
  [[nodiscard]] std::optional<std::int64_t> integer(std::string_view name) {
    const auto* value = find(name);
    return value == nullptr ? std::nullopt : value->if_integer();
  }
  [[nodiscard]] std::optional<Object> object(std::string_view name) {
    const auto* value = find(name);
    const auto* content = value == nullptr ? nullptr : value->if_object();
    return content == nullptr ? std::nullopt : std::optional(*content);
  }
  [[nodiscard]] bool boolean_or(std::string_view name, bool otherwise) {
    const auto* value = find(name);
    const auto* flag = value == nullptr ? nullptr : value->if_bool();
    return flag == nullptr ? otherwise : *flag;
  }
  [[nodiscard]] const Array* array(std::string_view name) {
    const auto* value = find(name);
    return value == nullptr ? nullptr : value->if_array();
  }

  [[nodiscard]] std::string required_string(std::string_view name) {
    return required(string(name));
  }
  [[nodiscard]] std::int64_t required_integer(std::string_view name) {
    return required(integer(name));
  }
  [[nodiscard]] Object required_object(std::string_view name) { return required(object(name)); }

  /// What nobody has asked for: a newer server's, or what this library has no name for. In its
  /// order.
  [[nodiscard]] Object rest() const {
    Object rest;
    if (object_ == nullptr) return rest;
    for (const auto& [name, value] : *object_) {
      if (name != "object" && std::find(asked_.begin(), asked_.end(), name) == asked_.end()) {
        rest.set(name, value);
      }
    }
    return rest;
  }

  /// Every required member asked for so far was there.
  [[nodiscard]] bool complete() const { return complete_; }

 private:
  [[nodiscard]] const Value* find(std::string_view name) {
    asked_.push_back(name);
    return object_ == nullptr ? nullptr : object_->find(name);
  }
  template <class T>
  T required(std::optional<T> content) {
    complete_ = complete_ && content.has_value();
    return std::move(content).value_or(T{});
  }

  const Object* object_;
  bool complete_;
  std::vector<std::string_view> asked_;
};

}  // namespace tenens::wire
