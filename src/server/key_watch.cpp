#include "server/key_watch.hpp"

#include <chrono>
#include <iostream>

#include "server/pause.hpp"

namespace tenens::server {
namespace {

// A fraction of what `keys rotate` allows between publishing a key and its first use.
constexpr std::chrono::seconds kInterval{1};

void watch(const std::stop_token& stop, Store& store, Keyring& keyring) {
  std::string trouble;
  while (pause(stop, kInterval)) {
    const auto done = keyring.reload(store);
    // A database that is away is said by every request; what only this thread knows is said once.
    auto now = done || done.error().code == Code::unavailable ? "" : done.error().detail;
    if (!now.empty() && now != trouble) {
      std::cerr << "tenensd: warning: new keys cannot be used: " << now << '\n' << std::flush;
    }
    trouble = std::move(now);
  }
}

}  // namespace

KeyWatch::KeyWatch(Store& store, Keyring& keyring)
    : thread_([&](const std::stop_token& stop) { watch(stop, store, keyring); }) {}

}  // namespace tenens::server
