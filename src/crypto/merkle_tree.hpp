// The Merkle tree of RFC 6962 section 2.1 (certificate transparency), grown a leaf at a time.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "crypto/digest.hpp"

namespace tenens::crypto {

/// Knows its root at every size and keeps no more than a digest for each bit of the size.
class MerkleTree {
 public:
  MerkleTree() = default;
  /// Goes on where a tree of that size had come to. Throws std::invalid_argument if no tree of that
  /// size has so many peaks.
  MerkleTree(std::uint64_t size, std::vector<Sha256> peaks);

  /// What stands in the tree for an entry.
  [[nodiscard]] static Sha256 leaf(std::string_view entry);
  void append(const Sha256& leaf);

  [[nodiscard]] std::uint64_t size() const { return size_; }
  /// The roots of the complete subtrees, largest first: all that it takes to go on.
  [[nodiscard]] const std::vector<Sha256>& peaks() const { return peaks_; }
  [[nodiscard]] Sha256 root() const;

 private:
  std::uint64_t size_ = 0;
  std::vector<Sha256> peaks_;
};

}  // namespace tenens::crypto
