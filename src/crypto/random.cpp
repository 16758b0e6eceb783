#include "crypto/random.hpp"

#include <openssl/rand.h>

#include <stdexcept>

namespace tenens::crypto {

void SystemRandom::fill(std::span<std::byte> bytes) {
  if (RAND_bytes(reinterpret_cast<unsigned char*>(bytes.data()), static_cast<int>(bytes.size())) !=
      1) {
    throw std::runtime_error("the system has no randomness to give");
  }
}

}  // namespace tenens::crypto
