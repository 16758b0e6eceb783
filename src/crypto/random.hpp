// The real source of chance.
#pragma once

#include "base/random.hpp"

namespace tenens::crypto {

/// OpenSSL's generator, seeded and reseeded by the kernel. Not for a process that forks and draws
/// in both halves: they would share what has been drawn ahead.
class SystemRandom final : public Random {
 public:
  void fill(std::span<std::byte> bytes) override;
};

}  // namespace tenens::crypto
