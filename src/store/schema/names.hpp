// The words that stand in the databases for enumerators; the same in every kind of database.
#pragma once

#include <string>
#include <string_view>

#include "core/records.hpp"

namespace tenens::store {

[[nodiscard]] std::string_view to_text(SessionState state);
[[nodiscard]] std::string_view to_text(AuditAction action);

// These throw StoreError at a word that this program cannot have written.
void from_text(const std::string& text, TokenState& state);
void from_text(const std::string& text, SessionState& state);
void from_text(const std::string& text, AuditAction& action);

}  // namespace tenens::store
