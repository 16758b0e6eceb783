#include "server/standard_streams.hpp"

#include <fcntl.h>
#include <unistd.h>

namespace tenens::server {

void keep_standard_streams_open() {
  for (int stream = STDIN_FILENO; stream <= STDERR_FILENO; ++stream) {
    if (::fcntl(stream, F_GETFD) >= 0) continue;
    // The lowest number that is free is this one.
    [[maybe_unused]] const int opened = ::open("/dev/null", O_RDWR);
  }
}

}  // namespace tenens::server
