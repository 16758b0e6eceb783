#include "server/private_memory.hpp"

#include <sys/prctl.h>
#include <sys/resource.h>

namespace tenens::server {

void keep_memory_private() {
  constexpr rlimit kNone{.rlim_cur = 0, .rlim_max = 0};
  (void)::setrlimit(RLIMIT_CORE, &kNone);
  // The limit does not hold where cores are piped to a program.
  (void)::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

}  // namespace tenens::server
