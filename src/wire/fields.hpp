// Reads the members of a request body and gathers everything that is wrong with them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "wire/json.hpp"

namespace tenens::wire {

/// The members of a request body. An empty body and `null` mean "no parameters": Python's client
/// sends the one, Go's the other. Anything that is not an object fails with `body_not_json`; what
/// comes back is one.
[[nodiscard]] Checked<Value> parse_body(std::string_view body);

/// Why a member is refused where every unknown one is passed over.
inline constexpr std::string_view kNoOrganizations =
    "must be left out: this server has no organizations";
inline constexpr std::string_view kNobodyActs =
    "must be left out: only by an actor token does somebody act for another";

/// One pass over a body. Ask for the fields in the order in which their faults shall be reported,
/// then call `refuse_unknown` if the operation is strict, then `finish`. A member that is `null`
/// counts as absent. `body` must outlive this.
class Fields {
 public:
  explicit Fields(const Value& body) : body_(*body.if_object()) { known_.reserve(kUsual); }

  [[nodiscard]] std::optional<std::string> string(std::string_view name);
  /// Empty, and `param_missing`, where it is absent or empty.
  [[nodiscard]] std::string required_string(std::string_view name);
  [[nodiscard]] std::optional<std::int64_t> integer(std::string_view name);
  [[nodiscard]] std::optional<bool> boolean(std::string_view name);
  [[nodiscard]] const Object* object(std::string_view name);
  [[nodiscard]] const Array* array(std::string_view name);

  /// The member is there and is `null`. Does not make the name known.
  [[nodiscard]] bool is_null(std::string_view name) const;
  /// Makes the name known; nullptr where it is absent or `null`.
  const Value* find(std::string_view name);

  void fault(Code code, std::string_view param, std::string_view detail = {});
  /// Done with every `string` already.
  void check_text(std::string_view param, std::string_view text);
  [[nodiscard]] bool faultless() const { return failures_.empty(); }
  /// Known, and a fault wherever it is given: to pass over it would lose what the caller meant.
  void refuse(std::string_view name, std::string_view detail);
  /// `param_unknown` for each member nobody asked for.
  void refuse_unknown();

  template <class T>
  [[nodiscard]] Checked<T> finish(T body) {
    if (!failures_.empty()) return tl::unexpected(std::move(failures_));
    return body;
  }

 private:
  template <class T>
  const T* expect(std::string_view name, const T* (Value::*as)() const, std::string_view type);

  static constexpr std::size_t kUsual = 8;

  const Object& body_;
  std::vector<std::string_view> known_;
  Failures failures_;
};

}  // namespace tenens::wire
