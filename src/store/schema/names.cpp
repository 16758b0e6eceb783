#include "store/schema/names.hpp"

#include <array>
#include <utility>

#include "core/store.hpp"

namespace tenens::store {
namespace {

template <class Value, std::size_t size>
using Names = std::array<std::pair<Value, std::string_view>, size>;

constexpr Names<TokenState, 3> kTokenWords{{
    {TokenState::pending, to_text(TokenState::pending)},
    {TokenState::accepted, to_text(TokenState::accepted)},
    {TokenState::revoked, to_text(TokenState::revoked)},
}};

constexpr Names<SessionState, 5> kSessionWords{{
    {SessionState::active, "active"},
    {SessionState::revoked, "revoked"},
    {SessionState::ended, "ended"},
    {SessionState::removed, "removed"},
    {SessionState::replaced, "replaced"},
}};

template <class Value, std::size_t size>
std::string_view name_of(const Names<Value, size>& names, Value value) {
  for (const auto& [known, name] : names) {
    if (known == value) return name;
  }
  throw StoreError("a value without a name");
}

template <class Value, std::size_t size>
Value value_of(const Names<Value, size>& names, std::string_view text) {
  for (const auto& [known, name] : names) {
    if (name == text) return known;
  }
  throw StoreError("the database holds a value that this version does not know: " +
                   std::string(text));
}

}  // namespace

std::string_view to_word(TokenState state) {
  return to_text(state);
}
std::string_view to_word(SessionState state) {
  return name_of(kSessionWords, state);
}

void from_word(std::string_view text, TokenState& state) {
  state = value_of(kTokenWords, text);
}
void from_word(std::string_view text, SessionState& state) {
  state = value_of(kSessionWords, text);
}

}  // namespace tenens::store
