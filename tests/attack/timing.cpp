// Does comparing a secret tell by its time where the secret is wrong? Asked in two ways: by
// measuring (after dudect: Welch's t between two classes of input), and under valgrind, for which
// the secret is undefined memory that no branch and no address may depend on.
#include <valgrind/memcheck.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstring>
#include <iostream>
#include <random>
#include <string_view>
#include <vector>

#include "crypto/digest.hpp"

namespace {

using tenens::crypto::Sha256;
using Compare = bool (*)(const Sha256&, const Sha256&);

constexpr std::size_t kSamples = 200'000;
constexpr int kRepeats = 16;        // comparisons a sample: one is shorter than the clock's step
constexpr double kThreshold = 10;   // of |t|; dudect calls 10 a leak
constexpr std::size_t kRounds = 3;  // noise must not be reproducible, a leak is

bool naive(const Sha256& a, const Sha256& b) {
  const volatile std::uint8_t* left = a.data();  // or the compiler compares all at once
  for (const auto right : b) {
    if (*left++ != right) return false;
  }
  return true;
}

double measure(Compare compare, const Sha256& a, const Sha256& b) {
  const auto began = std::chrono::steady_clock::now();
  for (int i = 0; i < kRepeats; ++i) {
    const volatile bool equal = compare(a, b);
    static_cast<void>(equal);
  }
  const std::chrono::duration<double, std::nano> took = std::chrono::steady_clock::now() - began;
  return took.count();
}

struct Class {
  double mean = 0;
  double variance = 0;
  double count = 0;
};

/// Without its slowest tenth: there the machine was at something else.
Class summary(std::vector<double> samples) {
  std::sort(samples.begin(), samples.end());
  samples.resize(samples.size() * 9 / 10);
  Class all{.count = static_cast<double>(samples.size())};
  for (const double sample : samples) all.mean += sample / all.count;
  for (const double sample : samples) {
    all.variance += (sample - all.mean) * (sample - all.mean) / (all.count - 1);
  }
  return all;
}

/// Between a guess that is all right and one that is wrong from the first byte on.
double welch_t(Compare compare) {
  std::mt19937_64 chance(7);
  Sha256 secret;
  for (auto& byte : secret) byte = static_cast<std::uint8_t>(chance());
  std::array<Sha256, 2> guesses{secret, secret};
  for (auto& byte : guesses[1]) byte = static_cast<std::uint8_t>(~byte);
  std::array<std::vector<double>, 2> samples;
  for (std::size_t i = 0; i < kSamples; ++i) {
    const std::size_t which = chance() & 1U;
    const Sha256 guess = guesses.at(which);  // both from the same place in memory
    samples.at(which).push_back(measure(compare, secret, guess));
  }
  const auto right = summary(samples[0]);
  const auto wrong = summary(samples[1]);
  const double spread = right.variance / right.count + wrong.variance / wrong.count;
  return std::abs(right.mean - wrong.mean) / std::sqrt(spread);
}

/// The least of some rounds.
double leak(Compare compare) {
  double least = welch_t(compare);
  for (std::size_t round = 1; round < kRounds && least > kThreshold; ++round) {
    least = std::min(least, welch_t(compare));
  }
  return least;
}

int measured() {
  const double control = leak(naive);
  const double ours = leak(tenens::crypto::equal);
  std::cout << "|t| of a loop that returns early: " << control << ", of ours: " << ours << "\n";
  if (control <= kThreshold) {
    std::cout << "the measurement sees nothing at all\n";
    return 1;
  }
  if (ours > kThreshold) std::cout << "breach timing: |t| is above " << kThreshold << "\n";
  return ours > kThreshold ? 1 : 0;
}

/// As Keyring::find_secret_key does it; that it was the right key is no secret any more.
int undefined_secret() {
  std::string presented = "sk_test_0123456789abcdef0123456789";
  const auto stored = tenens::crypto::sha256(presented);
  for (const char last : {'9', 'x'}) {
    presented.back() = last;
    VALGRIND_MAKE_MEM_UNDEFINED(presented.data(), presented.size());
    const auto digest = tenens::crypto::sha256(presented);
    bool equal = tenens::crypto::equal(stored, digest);
    VALGRIND_MAKE_MEM_DEFINED(&equal, sizeof equal);
    VALGRIND_MAKE_MEM_DEFINED(presented.data(), presented.size());
    if (equal != (last == '9')) return 1;
  }
  const auto errors = VALGRIND_COUNT_ERRORS;
  std::cout << errors << " places depend on the secret\n";
  if (errors != 0) std::cout << "breach timing: a branch or an address depends on the secret\n";
  return errors == 0 ? 0 : 1;
}

}  // namespace

int main(int, char**) {
  return RUNNING_ON_VALGRIND != 0 ? undefined_secret() : measured();
}
