#include "crypto/merkle_tree.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace tenens::crypto {
namespace {

std::string to_hex(const Sha256& digest) {
  std::string text;
  for (const auto byte : digest) {
    constexpr std::string_view digits = "0123456789abcdef";
    text += digits[byte >> 4U];
    text += digits[byte & 15U];
  }
  return text;
}

// Those with which Google's certificate-transparency tests its trees.
const std::vector<std::string> kEntries{
    "",
    std::string(1, '\0'),
    "\x10",
    "\x20\x21",
    "\x30\x31",
    "\x40\x41\x42\x43",
    "\x50\x51\x52\x53\x54\x55\x56\x57",
    "\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f"};
const std::vector<std::string> kRoots{
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"};

TEST(MerkleTree, HasThePublishedRootsAtEverySize) {
  MerkleTree tree;
  for (std::size_t size = 0; size < kRoots.size(); ++size) {
    EXPECT_EQ(to_hex(tree.root()), kRoots[size]) << size;
    if (size < kEntries.size()) tree.append(MerkleTree::leaf(kEntries[size]));
  }
}

TEST(MerkleTree, GoesOnFromItsPeaks) {
  MerkleTree whole;
  MerkleTree tree;
  for (int i = 0; i < 100; ++i) {
    const auto leaf = MerkleTree::leaf(std::to_string(i));
    whole.append(leaf);
    tree = MerkleTree(tree.size(), tree.peaks());
    tree.append(leaf);
    ASSERT_EQ(tree.root(), whole.root()) << i;
  }
  EXPECT_EQ(tree.size(), 100U);
}

TEST(MerkleTree, RefusesPeaksOfAnotherSize) {
  EXPECT_THROW(MerkleTree(3, {Sha256{}}), std::invalid_argument);
  EXPECT_THROW(MerkleTree(0, {Sha256{}}), std::invalid_argument);
}

}  // namespace
}  // namespace tenens::crypto
