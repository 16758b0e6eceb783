#include "crypto/merkle_tree.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <stdexcept>
#include <string>

namespace tenens::crypto {
namespace {

// So that no leaf can be taken for a node, and the other way round.
constexpr char kLeaf = '\0';
constexpr char kNode = '\1';

Sha256 node(const Sha256& left, const Sha256& right) {
  std::array<char, 1 + 2 * std::tuple_size_v<Sha256>> text{kNode};
  auto* at = text.data() + 1;
  for (const auto& child : {as_bytes(left), as_bytes(right)}) {
    at = std::copy(child.begin(), child.end(), at);
  }
  return sha256({text.data(), text.size()});
}

}  // namespace

MerkleTree::MerkleTree(std::uint64_t size, std::vector<Sha256> peaks)
    : size_(size), peaks_(std::move(peaks)) {
  if (static_cast<std::size_t>(std::popcount(size)) != peaks_.size()) {
    throw std::invalid_argument("a Merkle tree of another size");
  }
}

Sha256 MerkleTree::leaf(std::string_view entry) {
  return sha256(std::string(1, kLeaf).append(entry));
}

void MerkleTree::append(const Sha256& leaf) {
  auto grown = leaf;
  // Two complete subtrees of one height are one of the next.
  for (auto rest = size_; (rest & 1U) != 0; rest >>= 1U) {
    grown = node(peaks_.back(), grown);
    peaks_.pop_back();
  }
  peaks_.push_back(grown);
  ++size_;
}

Sha256 MerkleTree::root() const {
  if (peaks_.empty()) return sha256("");
  auto root = peaks_.back();
  for (auto peak = peaks_.rbegin() + 1; peak != peaks_.rend(); ++peak) root = node(*peak, root);
  return root;
}

}  // namespace tenens::crypto
