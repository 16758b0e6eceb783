// The only fakes there are: time and chance. Stores are real, and so are keys, if of the quicker
// kind.
#pragma once

#include <atomic>
#include <mutex>
#include <random>

#include "base/instant.hpp"
#include "base/random.hpp"
#include "crypto/signature_algorithm.hpp"

namespace tenens {

/// For every test makes its keys, and RSA's prime numbers take a while to find.
constexpr auto kQuickToMake = crypto::SignatureAlgorithm::es256;

class FakeClock final : public Clock {
 public:
  [[nodiscard]] Instant now() const override { return from_unix_ms(ms_.load()); }
  void advance(milliseconds by) { ms_ += by.count(); }

 private:
  std::atomic<std::int64_t> ms_{1'790'000'000'000};
};

/// Repeatable, and therefore good for nothing but tests.
class SeededRandom final : public Random {
 public:
  void fill(std::span<std::byte> bytes) override {
    const std::lock_guard lock(mutex_);
    for (auto& byte : bytes) byte = static_cast<std::byte>(engine_() & 0xFF);
  }

 private:
  std::mutex mutex_;
  std::mt19937_64 engine_{42};
};

}  // namespace tenens
