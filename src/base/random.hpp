// Chance comes in from outside; the real source is crypto/random.
#pragma once

#include <cstddef>
#include <span>

namespace tenens {

class Random {
 public:
  virtual ~Random() = default;
  /// Fills with bytes nobody can guess. Thread-safe. Throws if the system has none to give.
  virtual void fill(std::span<std::byte> bytes) = 0;
};

}  // namespace tenens
