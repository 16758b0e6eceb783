// Ctrl-C, for what must say where it stopped.
#pragma once

#include <signal.h>

#include <array>

namespace tenens::cli {

/// While there is one, the first SIGINT and the first SIGTERM only leave a note; a second one ends
/// the program as ever. One at a time. Not for what waits in a read of a stream: that reads on.
class Interruption {
 public:
  Interruption();
  Interruption(const Interruption&) = delete;
  Interruption& operator=(const Interruption&) = delete;
  ~Interruption();
  /// The signal that came, or 0.
  [[nodiscard]] int signal() const noexcept;

 private:
  std::array<struct sigaction, 2> before_{};
};

}  // namespace tenens::cli
