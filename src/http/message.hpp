// One request and one reply, without a word about sockets: what routes and tests see.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/ascii.hpp"
#include "base/result.hpp"

namespace tenens::http {

struct SameText {
  constexpr bool operator()(std::string_view a, std::string_view b) const { return a == b; }
};
struct SameIgnoringCase {
  constexpr bool operator()(std::string_view a, std::string_view b) const {
    return equal_ignoring_case(a, b);
  }
};

/// Names with values, in the order in which they came. A name may come twice.
template <class SameName, class Name = std::string>
class MultiMap {
 public:
  using Entry = std::pair<Name, std::string>;

  MultiMap() = default;
  MultiMap(std::initializer_list<Entry> entries) : entries_(entries) {}

  void add(Name name, std::string value) {
    if (entries_.empty()) entries_.reserve(kUsual);
    entries_.emplace_back(std::move(name), std::move(value));
  }
  void clear() { entries_.clear(); }
  /// The first of that name, or nullptr.
  [[nodiscard]] const std::string* find(std::string_view name) const {
    for (const auto& [key, value] : entries_) {
      if (SameName()(key, name)) return &value;
    }
    return nullptr;
  }
  [[nodiscard]] std::vector<std::string> all(std::string_view name) const {
    std::vector<std::string> values;
    for (const auto& [key, value] : entries_) {
      if (SameName()(key, name)) values.push_back(value);
    }
    return values;
  }
  [[nodiscard]] std::size_t count(std::string_view name) const {
    return static_cast<std::size_t>(
        std::count_if(entries_.begin(), entries_.end(),
                      [&](const Entry& entry) { return SameName()(entry.first, name); }));
  }
  [[nodiscard]] std::size_t size() const { return entries_.size(); }
  [[nodiscard]] auto begin() const { return entries_.begin(); }
  [[nodiscard]] auto end() const { return entries_.end(); }

 private:
  static constexpr std::size_t kUsual = 8;

  std::vector<Entry> entries_;
};

using Params = MultiMap<SameText>;                                  // of a query or a form, decoded
using PathParams = MultiMap<SameText, std::string_view>;            // decoded; names are constants
using Headers = MultiMap<SameIgnoringCase>;                         // as they came
using ReplyHeaders = MultiMap<SameIgnoringCase, std::string_view>;  // names are constants

struct Request {
  std::string method;
  std::string path;  // as it came, not decoded: a `%2F` is not a slash
  Params query;
  Headers headers;
  std::string body;
  std::string address;  // of the peer

  /// Empty where the header is absent.
  [[nodiscard]] std::string_view header(std::string_view name) const {
    const auto* value = headers.find(name);
    return value == nullptr ? std::string_view() : std::string_view(*value);
  }
};

struct Reply {
  int status = 200;
  std::string_view content_type = {};  // a constant; none where empty
  std::string body = {};
  std::string_view constant = {};  // instead of `body`: lives for ever, so that nobody copies it
  ReplyHeaders headers = {};
  bool dropped = false;  // the connection ends instead; only a server that fails on purpose says so
};

/// Who answers. Called from many threads at once.
class Handler {
 public:
  virtual ~Handler() = default;
  /// Runs in a task of an event loop: it may wait in a tasks::Waiting, and not otherwise.
  [[nodiscard]] virtual Reply handle(const Request& request) = 0;
  /// How a request is dealt with at this moment. Asked by the event loop: must not block.
  enum class Way {
    in_a_task,
    at_once,     // `handle` waits for nobody, so the loop calls it itself
    turned_away  // `unavailable`, told by the loop before a task begins: there are too many like it
  };
  [[nodiscard]] virtual Way way_of(const Request& /*request*/) const { return Way::in_a_task; }
  /// What to say to something that did not become a request. Must not block.
  [[nodiscard]] virtual Reply refuse(const Failure& failure) = 0;
};

}  // namespace tenens::http
