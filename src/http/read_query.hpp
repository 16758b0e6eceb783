// Reads the parameters of a query and gathers what is wrong with them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/store.hpp"
#include "http/message.hpp"

namespace tenens::http {

/// An empty parameter counts as absent where it means one thing, and unknown ones are ignored, as
/// by Clerk. One that is given twice where it means one thing is refused: two readers would choose
/// differently.
class QueryReader {
 public:
  explicit QueryReader(const Params& query) : query_(query) {}

  [[nodiscard]] std::optional<std::string> text(std::string_view name);
  /// Any of these. An empty one is a fault: what a caller looked up and did not find would
  /// otherwise be no filter, and the answer everybody's.
  [[nodiscard]] std::vector<std::string> texts(std::string_view name);
  /// It is given, empty or not, once or as a list.
  [[nodiscard]] bool has(std::string_view name) const;
  [[nodiscard]] bool flag(std::string_view name);
  [[nodiscard]] Page page();
  /// Unix time in milliseconds.
  [[nodiscard]] std::optional<Instant> instant(std::string_view name);

  /// One of `known`, by its `to_text`.
  template <class Known>
  [[nodiscard]] std::optional<typename Known::value_type> word(std::string_view name,
                                                               const Known& known) {
    const auto given = text(name);
    if (!given) return std::nullopt;
    std::string words;
    for (const auto one : known) {
      if (to_text(one) == *given) return one;
      words += words.empty() ? "" : ", ";
      words += to_text(one);
    }
    fault(name, "must be one of " + words);
    return std::nullopt;
  }

  template <class AnyId>
  [[nodiscard]] std::optional<AnyId> id(std::string_view name) {
    auto given = text(name);
    if (!given) return std::nullopt;
    return AnyId{*std::move(given)};
  }

  /// Once the filters have been asked for: one of them that is empty is a fault, for without it the
  /// answer would be everybody's.
  void refuse_empty();
  /// For lists that are ours, after all else has been asked for: whatever is unknown is a fault,
  /// too.
  void refuse_others();

  void fault(std::string_view name, std::string detail = {}, Code code = Code::param_invalid);
  [[nodiscard]] const Failures& failures() const { return failures_; }
  [[nodiscard]] bool faultless() const { return failures_.empty(); }

 private:
  [[nodiscard]] bool is_known(std::string_view name) const;
  void check(std::string_view name, std::string_view text);
  [[nodiscard]] std::int64_t integer(std::string_view name, std::int64_t otherwise,
                                     std::int64_t least, std::int64_t most);

  const Params& query_;
  std::vector<std::string_view> known_;
  Failures failures_;
};

}  // namespace tenens::http
