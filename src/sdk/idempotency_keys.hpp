// Makes the values of `Idempotency-Key`.
#pragma once

#include <string>

#include "base/ids.hpp"
#include "base/instant.hpp"
#include "base/random.hpp"

namespace clerk_backend_api::detail {

/// Unique without being secret; ordered by time, so that a server's index of them grows at its end.
/// Thread-safe.
class IdempotencyKeys {
 public:
  [[nodiscard]] std::string next();

 private:
  class DeviceRandom final : public tenens::Random {
   public:
    void fill(std::span<std::byte> bytes) override;
  };

  tenens::SystemClock clock_;
  DeviceRandom random_;
  tenens::IdMint mint_{clock_, random_};
};

}  // namespace clerk_backend_api::detail
