#include "crypto/weak_keys.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace tenens::crypto {
namespace {

// The library built its primes as k·M + (65537^a mod M), with M the product of small primes. So the
// modulus, too, is a power of 65537 modulo each of them: a coincidence for any other modulus.
constexpr std::array<std::uint32_t, 38> kSmallPrimes{
    3,  5,  7,  11, 13, 17,  19,  23,  29,  31,  37,  41,  43,  47,  53,  59,  61,  67,  71,
    73, 79, 83, 89, 97, 101, 103, 107, 109, 113, 127, 131, 137, 139, 149, 151, 157, 163, 167};
constexpr std::uint32_t kGenerator = 65537;

bool is_power_of_generator(std::uint32_t number, std::uint32_t prime) {
  std::uint32_t power = 1;
  do {
    if (power == number) return true;
    power = power * (kGenerator % prime) % prime;
  } while (power != 1);
  return false;
}

using Bytes32 = std::array<std::uint8_t, 32>;

constexpr Bytes32 all_but_ends(std::uint8_t first, std::uint8_t middle, std::uint8_t last) {
  Bytes32 bytes{};
  bytes.fill(middle);
  bytes.front() = first;
  bytes.back() = last;
  return bytes;
}

// y coordinates, little-endian: orders 4, 1, 2, and the two of order 8.
constexpr std::array<Bytes32, 5> kSmallOrder{{
    all_but_ends(0x00, 0x00, 0x00),
    all_but_ends(0x01, 0x00, 0x00),
    all_but_ends(0xec, 0xff, 0x7f),
    {0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4,
     0x89, 0xf2, 0xef, 0x98, 0xf0, 0xd5, 0xdf, 0xac, 0x05, 0xd3, 0xc6,
     0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53, 0xfc, 0x05},
    {0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b,
     0x76, 0x0d, 0x10, 0x67, 0x0f, 0x2a, 0x20, 0x53, 0xfa, 0x2c, 0x39,
     0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac, 0x03, 0x7a},
}};

constexpr Bytes32 kFieldPrime = all_but_ends(0xed, 0xff, 0x7f);  // 2²⁵⁵ - 19

}  // namespace

bool is_roca_modulus(std::string_view modulus) {
  return std::all_of(kSmallPrimes.begin(), kSmallPrimes.end(), [&](std::uint32_t prime) {
    std::uint32_t remainder = 0;
    for (const char c : modulus) {
      remainder = (remainder << 8 | static_cast<std::uint8_t>(c)) % prime;
    }
    return is_power_of_generator(remainder, prime);
  });
}

bool is_degenerate_ed25519(std::string_view key) {
  Bytes32 y;
  if (key.size() != y.size()) return true;
  std::transform(key.begin(), key.end(), y.begin(),
                 [](char c) { return static_cast<std::uint8_t>(c); });
  y.back() &= 0x7f;  // the sign of x is not part of y
  const bool canonical =
      std::lexicographical_compare(y.rbegin(), y.rend(), kFieldPrime.rbegin(), kFieldPrime.rend());
  return !canonical || std::find(kSmallOrder.begin(), kSmallOrder.end(), y) != kSmallOrder.end();
}

}  // namespace tenens::crypto
