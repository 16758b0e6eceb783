#include "store/schema/digests.hpp"

#include <algorithm>

#include "core/store.hpp"

namespace tenens::store {
namespace {

constexpr std::size_t kSize = std::tuple_size_v<Digest>;
static_assert(sizeof(Digest) == kSize);

}  // namespace

std::span<const std::uint8_t> bytes_of(const std::vector<Digest>& digests) {
  return {reinterpret_cast<const std::uint8_t*>(digests.data()), digests.size() * kSize};
}

std::vector<Digest> to_digests(std::span<const std::uint8_t> bytes) {
  if (bytes.size() % kSize != 0) throw StoreError("the database holds damaged digests");
  std::vector<Digest> digests(bytes.size() / kSize);
  auto from = bytes.begin();
  for (auto& digest : digests) {
    std::copy_n(from, kSize, digest.begin());
    from += kSize;
  }
  return digests;
}

}  // namespace tenens::store
