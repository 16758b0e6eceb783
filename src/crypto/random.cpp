#include "crypto/random.hpp"

#include <openssl/crypto.h>
#include <openssl/rand.h>

#include <algorithm>
#include <array>
#include <stdexcept>

namespace tenens::crypto {

namespace {

void draw(std::span<std::byte> bytes) {
  if (RAND_bytes(reinterpret_cast<unsigned char*>(bytes.data()), static_cast<int>(bytes.size())) !=
      1) {
    throw std::runtime_error("the system has no randomness to give");
  }
}

/// A draw costs the same for an id as for fifty, so each thread draws ahead.
struct Store {
  std::array<std::byte, 1024> bytes;
  std::size_t left = 0;
};

}  // namespace

void SystemRandom::fill(std::span<std::byte> bytes) {
  thread_local Store store;
  if (bytes.size() > store.bytes.size() / 4) return draw(bytes);
  if (bytes.size() > store.left) {
    draw(store.bytes);
    store.left = store.bytes.size();
  }
  const auto drawn = std::span(store.bytes).subspan(store.left - bytes.size(), bytes.size());
  std::copy(drawn.begin(), drawn.end(), bytes.begin());
  // What has been given out must not be found here.
  OPENSSL_cleanse(drawn.data(), drawn.size());
  store.left -= bytes.size();
}

}  // namespace tenens::crypto
