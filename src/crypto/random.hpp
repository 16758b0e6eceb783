// The real source of chance.
#pragma once

#include "base/random.hpp"

namespace tenens::crypto {

/// OpenSSL's generator, seeded and reseeded by the kernel; it notices a fork by itself.
class SystemRandom final : public Random {
 public:
  void fill(std::span<std::byte> bytes) override;
};

}  // namespace tenens::crypto
