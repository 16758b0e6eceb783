#include "wire/fields.hpp"

#include <algorithm>

namespace tenens::wire {

Checked<Value> parse_body(std::string_view body) {
  if (body.find_first_not_of(" \t\r\n") == std::string_view::npos) return Object{};
  auto value = clerk_backend_api::parse_json(body);
  if (value && value->is_null()) return Object{};
  if (value && value->if_object() != nullptr) return *std::move(value);
  return tl::unexpected(Failures{{Code::body_not_json}});
}

const Value* Fields::find(std::string_view name) {
  known_.push_back(name);
  const auto* value = body_.find(name);
  return value != nullptr && value->is_null() ? nullptr : value;
}

bool Fields::is_null(std::string_view name) const {
  const auto* value = body_.find(name);
  return value != nullptr && value->is_null();
}

template <class T>
const T* Fields::expect(std::string_view name, const T* (Value::*as)() const,
                        std::string_view type) {
  const auto* value = find(name);
  if (value == nullptr) return nullptr;
  const T* content = (value->*as)();
  if (content == nullptr) fault(Code::param_wrong_type, name, type);
  return content;
}

std::optional<std::string> Fields::string(std::string_view name) {
  const auto* text = expect<std::string>(name, &Value::if_string, "string");
  if (text == nullptr) return std::nullopt;
  check_text(name, *text);
  return *text;
}

/// Not every database can hold one.
void Fields::check_text(std::string_view param, std::string_view text) {
  if (text.find('\0') != std::string_view::npos) {
    fault(Code::param_invalid, param, "must not have a zero character");
  }
}

void Fields::refuse(std::string_view name, std::string_view detail) {
  if (find(name) != nullptr) fault(Code::param_invalid, name, detail);
}

std::string Fields::required_string(std::string_view name) {
  const bool there = find(name) != nullptr;
  auto text = string(name);
  const bool absent = text ? text->empty() : !there;
  if (absent) fault(Code::param_missing, name);
  return std::move(text).value_or("");
}

std::optional<std::int64_t> Fields::integer(std::string_view name) {
  const auto* value = find(name);
  if (value == nullptr) return std::nullopt;
  const auto number = value->if_integer();
  if (!number) fault(Code::param_wrong_type, name, "integer");
  return number;
}

std::optional<bool> Fields::boolean(std::string_view name) {
  const auto* flag = expect<bool>(name, &Value::if_bool, "boolean");
  return flag == nullptr ? std::nullopt : std::optional(*flag);
}

const Object* Fields::object(std::string_view name) {
  return expect<Object>(name, &Value::if_object, "object");
}

const Array* Fields::array(std::string_view name) {
  return expect<Array>(name, &Value::if_array, "array");
}

void Fields::fault(Code code, std::string_view param, std::string_view detail) {
  failures_.push_back({code, std::string(param), std::string(detail)});
}

void Fields::refuse_unknown() {
  for (const auto& [name, value] : body_) {
    if (std::find(known_.begin(), known_.end(), name) == known_.end()) {
      fault(Code::param_unknown, name);
    }
  }
}

}  // namespace tenens::wire
