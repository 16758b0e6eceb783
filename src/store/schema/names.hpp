// The words that stand in the databases for enumerators; the same in every kind of database.
#pragma once

#include <string>
#include <string_view>

#include "core/records.hpp"

namespace tenens::store {

[[nodiscard]] std::string_view to_word(TokenState state);
[[nodiscard]] std::string_view to_word(SessionState state);

// These throw StoreError at a word that this program cannot have written.
void from_word(std::string_view text, TokenState& state);
void from_word(std::string_view text, SessionState& state);

}  // namespace tenens::store
