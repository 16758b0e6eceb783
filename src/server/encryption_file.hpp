// Where the operator keeps the encryption key.
#pragma once

#include <string>

#include "core/key_encryption.hpp"

namespace tenens::server {

/// From the file, or where `path` is empty from TENENS_ENCRYPTION_KEY; none where neither is set.
/// A variable for either that is set and empty, with no other key, is refused.
/// Warns on stderr of a file that everybody may read. Throws CLI::ValidationError, which quotes
/// nothing of the key.
[[nodiscard]] KeyEncryption read_encryption(const std::string& path);

}  // namespace tenens::server
