// The words that stand in the databases for enumerators; the same in every kind of database.
#pragma once

#include <string>
#include <string_view>

#include "core/records.hpp"

namespace tenens::store {

[[nodiscard]] std::string_view to_text(SessionState state);
[[nodiscard]] std::string_view to_text(AuditAction action);

// These throw StoreError at a word that this program cannot have written.
void from_text(std::string_view text, TokenState& state);
void from_text(std::string_view text, SessionState& state);

/// Sets the action; a word that this program does not know is kept. While servers are replaced one
/// by one, the older ones read what the newer ones write.
void set_action(AuditEvent& event, std::string_view text);

}  // namespace tenens::store
