// Many digests in one column.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/records.hpp"

namespace tenens::store {

/// One after the other.
[[nodiscard]] std::span<const std::uint8_t> bytes_of(const std::vector<Digest>& digests);
/// Throws StoreError if they end within one.
[[nodiscard]] std::vector<Digest> to_digests(std::span<const std::uint8_t> bytes);

}  // namespace tenens::store
