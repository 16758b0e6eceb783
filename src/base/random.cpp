#include "base/random.hpp"

#include "base/base64url.hpp"

namespace tenens {

std::string random_bytes(Random& random, std::size_t count) {
  std::string bytes(count, '\0');
  random.fill(std::as_writable_bytes(std::span(bytes)));
  return bytes;
}

std::string random_base64url(Random& random, std::size_t count) {
  return to_base64url(random_bytes(random, count));
}

}  // namespace tenens
