// Tokens verified and signed per second, as a fraction of what `openssl speed` does with the same
// kind of key in the same run; and how many times a verification asks for memory.
#include <time.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <new>
#include <string>

#include "clerk_backend_api/verify_token.hpp"
#include "crypto/jwt.hpp"
#include "unit/sdk/verify_signer.hpp"

namespace {

std::size_t allocations = 0;  // of the one thread; an atomic would cost what is measured

void* allocate(std::size_t size) {
  ++allocations;
  if (void* memory = std::malloc(size)) return memory;
  throw std::bad_alloc();
}

}  // namespace

void* operator new(std::size_t size) {
  return allocate(size);
}
void operator delete(void* memory) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}

namespace {

using namespace clerk_backend_api;

constexpr double kSeconds = 1;
constexpr int kRounds = 4;  // in turn with openssl speed: this machine drifts
constexpr const char* kPayload =
    R"({"act":{"sub":"user_2OEpKhcCN1Lat9NQ0G6puh7q5Rb"},"azp":"https://app.example.com",)"
    R"("exp":32503680000,"fva":[1,-1],"iat":1700000000,"iss":"https://clerk.example.com",)"
    R"("jti":"0123456789abcdef","nbf":1699999990,"sid":"sess_2OEpKhcCN1Lat9NQ0G6puh7q5Rb",)"
    R"("sts":"active","sub":"user_2OEpKhcCN1Lat9NQ0G6puh7q5Ra","v":2})";

/// Of this thread, as `openssl speed` counts: other programs on the machine do not count.
double cpu_seconds() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

template <class Work>
double per_second(Work work) {
  const auto begun = cpu_seconds();
  double count = 0;
  double passed = 0;
  while (passed < kSeconds) {
    for (int i = 0; i < 100; ++i) work();
    count += 100;
    passed = cpu_seconds() - begun;
  }
  return count / passed;
}

struct Speed {
  double sign = 0;
  double verify = 0;

  void operator+=(const Speed& other) {
    sign += other.sign;
    verify += other.verify;
  }
};

/// Of `openssl speed`; its last line ends in "sign/s verify/s".
Speed openssl_speed(const char* algorithm) {
  const auto command = std::string("openssl speed -seconds 1 ") + algorithm + " 2>/dev/null";
  FILE* pipe = popen(command.c_str(), "r");
  Speed speed;
  std::array<char, 512> line;
  while (pipe != nullptr && std::fgets(line.data(), line.size(), pipe) != nullptr) {
    const std::string text(line.data());
    const auto last = text.find_last_of("0123456789");
    const auto end = last == std::string::npos ? last : text.find_last_of(' ', last);
    const auto begin = end == std::string::npos ? end : text.find_last_not_of(' ', end);
    const auto before = begin == std::string::npos ? begin : text.find_last_of(' ', begin);
    if (before == std::string::npos) continue;
    speed = {.sign = std::atof(text.c_str() + before), .verify = std::atof(text.c_str() + end)};
  }
  if (pipe != nullptr) pclose(pipe);
  return speed;
}

void print(const char* what, double ours, double ceiling) {
  std::printf("%-28s %12.0f/s %12.0f/s %7.1f %%\n", what, ours / kRounds, ceiling / kRounds,
              100 * ours / ceiling);
}

std::size_t allocations_of(const auto& work) {
  work();  // whatever is made once has been made
  const auto before = allocations;
  work();
  return allocations - before;
}

}  // namespace

int main() {
  std::printf("%-28s %14s %14s %9s\n", "one thread", "tenens", "openssl speed", "fraction");
  const auto signer_of = [](bool rsa) -> const testing::Signer& {
    return rsa ? testing::rs256() : testing::es256();
  };
  for (const bool rsa : {true, false}) {
    const auto& signer = signer_of(rsa);
    const auto token = signer.token(kPayload);
    const VerifyTokenOptions options{.keys = keys_from_jwks(signer.jwks()).value(),
                                     .authorized_parties = {{"https://app.example.com"}}};
    const auto verify = [&] {
      if (!verify_token(token, options)) std::abort();
    };
    using tenens::crypto::SignatureAlgorithm;
    const auto key = tenens::crypto::PrivateKey::generate(rsa ? SignatureAlgorithm::rs256
                                                              : SignatureAlgorithm::es256);
    const auto sign = [&] { static_cast<void>(sign_session_jwt(key, "kid", kPayload)); };
    Speed ours, ceiling;
    for (int round = 0; round < kRounds; ++round) {
      ours += {.sign = per_second(sign), .verify = per_second(verify)};
      ceiling += openssl_speed(rsa ? "rsa2048" : "ecdsap256");
    }
    print(rsa ? "verify_token RS256 (2048)" : "verify_token ES256", ours.verify, ceiling.verify);
    print(rsa ? "sign_session_jwt RS256" : "sign_session_jwt ES256", ours.sign, ceiling.sign);
  }

  const auto& signer = testing::rs256();
  const auto token = signer.token(kPayload);
  const VerifyTokenOptions options{.keys = keys_from_jwks(signer.jwks()).value()};
  const auto whole = allocations_of([&] { static_cast<void>(verify_token(token, options)); });
  const auto claims = allocations_of([&] { static_cast<void>(parse_json(kPayload)); });
  std::printf("\noperator new: %zu calls in verify_token, %zu of them to parse the claims\n", whole,
              claims);
}
