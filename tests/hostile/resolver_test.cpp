// A name server that does not answer: the C library's resolver waits for it, and cannot be told not
// to.
#include <dlfcn.h>
#include <netdb.h>

#include <thread>

#include "hostile/hostile_test.hpp"

namespace {

constexpr std::string_view kSlowName = "slow.invalid";
constexpr auto kSilence = std::chrono::seconds(4);

}  // namespace

/// libcurl's lookups come here: a program's own function goes before that of a shared library.
extern "C" int getaddrinfo(const char* name, const char* service, const addrinfo* hints,
                           addrinfo** found) {
  if (name != nullptr && name == kSlowName) {
    std::this_thread::sleep_for(kSilence);
    return EAI_AGAIN;
  }
  using Lookup = int (*)(const char*, const char*, const addrinfo*, addrinfo**);
  static const auto theirs = reinterpret_cast<Lookup>(dlsym(RTLD_NEXT, "getaddrinfo"));
  return theirs(name, service, hints, found);
}

namespace clerk_backend_api::hostile {
namespace {

using Steady = std::chrono::steady_clock;

const std::string kSlowUrl = "http://" + std::string(kSlowName) + "/v1";

TEST(HostileResolver, TheTimeoutEndsALookup) {
  auto s = client_of(kSlowUrl, kNoRetries, 200ms);
  const auto begun = Steady::now();
  const auto res = s.users.get("user_1");
  EXPECT_LT(Steady::now() - begun, kSilence / 2);
  EXPECT_EQ(res.error().kind, ErrorKind::unavailable);
}

TEST(HostileResolver, TheStopTokenEndsALookup) {
  auto s = client_of(kSlowUrl, kNoRetries);
  std::stop_source stop;
  const std::jthread impatient([&] {
    std::this_thread::sleep_for(200ms);
    stop.request_stop();
  });
  const auto begun = Steady::now();
  const auto res = s.users.get("user_1", {.stop_token = stop.get_token()});
  EXPECT_LT(Steady::now() - begun, kSilence / 2);
  EXPECT_EQ(res.error().kind, ErrorKind::cancelled);
}

}  // namespace
}  // namespace clerk_backend_api::hostile
