// Chance comes in from outside; the real source is crypto/random.
#pragma once

#include <cstddef>
#include <span>
#include <string>

namespace tenens {

class Random {
 public:
  virtual ~Random() = default;
  /// Fills with bytes nobody can guess. Thread-safe. Throws if the system has none to give.
  virtual void fill(std::span<std::byte> bytes) = 0;
};

[[nodiscard]] std::string random_bytes(Random& random, std::size_t count);
/// So many bytes, not letters.
[[nodiscard]] std::string random_base64url(Random& random, std::size_t count);

}  // namespace tenens
