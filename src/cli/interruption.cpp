#include "cli/interruption.hpp"

namespace tenens::cli {
namespace {

constexpr std::array kSignals{SIGINT, SIGTERM};

volatile sig_atomic_t caught = 0;

}  // namespace

Interruption::Interruption() {
  caught = 0;
  struct sigaction note {};
  note.sa_handler = [](int signal) { caught = signal; };
  note.sa_flags = static_cast<int>(SA_RESETHAND);  // and no SA_RESTART: it ends a sleep
  for (std::size_t i = 0; i < kSignals.size(); ++i) {
    ::sigaction(kSignals[i], nullptr, &before_[i]);
    // In the background of a script Ctrl-C is somebody else's.
    if (before_[i].sa_handler != SIG_IGN) ::sigaction(kSignals[i], &note, nullptr);
  }
}

Interruption::~Interruption() {
  for (std::size_t i = 0; i < kSignals.size(); ++i) ::sigaction(kSignals[i], &before_[i], nullptr);
}

int Interruption::signal() const noexcept {
  return caught;
}

}  // namespace tenens::cli
