#include "sdk/idempotency_keys.hpp"

#include <random>

namespace clerk_backend_api::detail {
namespace {

struct IdempotencyKeyKind {
  static constexpr std::string_view prefix = "idem_";
};

}  // namespace

std::string IdempotencyKeys::next() {
  return mint_.make<tenens::Id<IdempotencyKeyKind>>().text;
}

void IdempotencyKeys::DeviceRandom::fill(std::span<std::byte> bytes) {
  thread_local std::random_device device;
  for (auto& byte : bytes) byte = static_cast<std::byte>(device() & 0xFFU);
}

}  // namespace clerk_backend_api::detail
