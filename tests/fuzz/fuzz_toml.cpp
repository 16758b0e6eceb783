// The configuration file. It is the operator's, and a bad one ends with a sentence, not with a
// crash.
#include <sys/mman.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "server/config_file.hpp"

namespace {

struct Flags {
  Flags() {
    app.add_option("--listen", listen);
    app.add_option("--allowed-origin", origins);
    app.add_flag("--dev", dev);
    app.add_option("--threads", threads);
  }

  CLI::App app;
  std::string listen;
  std::vector<std::string> origins;
  bool dev = false;
  int threads = 1;
};

/// A file that is in memory alone.
std::string file_of(const std::uint8_t* data, std::size_t size) {
  static const int descriptor = ::memfd_create("toml", 0);
  if (::ftruncate(descriptor, 0) != 0 ||
      ::pwrite(descriptor, data, size, 0) != static_cast<ssize_t>(size)) {
    std::abort();
  }
  return "/proc/self/fd/" + std::to_string(descriptor);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Flags flags;
  try {
    auto arguments =
        tenens::server::arguments_of_file(flags.app, file_of(data, size), {}).arguments;
    std::reverse(arguments.begin(), arguments.end());
    flags.app.parse(arguments);
  } catch (const CLI::Error&) {  // what read_config prints
  }
  return 0;
}
