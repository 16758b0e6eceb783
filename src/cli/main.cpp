// `tenens`: impersonation from the command line. It knows the server through the library alone.
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <clocale>
#include <csignal>
#include <cstdlib>
#include <exception>
#include <iostream>

#include "cli/program.hpp"
#include "cli/proxy.hpp"

namespace {

std::string environment(const std::string& name, const char* otherwise = "") {
  const char* value =
      std::getenv(name.c_str());  // NOLINT(concurrency-mt-unsafe): before any thread
  return value != nullptr && *value != '\0' ? value : otherwise;
}

bool stdin_is_file() {
  struct stat status {};
  return fstat(STDIN_FILENO, &status) == 0 && S_ISREG(status.st_mode);
}

/// 0: stdout is no terminal.
std::size_t columns_of_stdout() {
  winsize size{};
  return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

void die_of(int signal) {
  std::signal(signal, SIG_DFL);
  std::raise(signal);
}

}  // namespace

int main(int count, char** words) {
  std::setlocale(LC_CTYPE, "C.UTF-8");  // how wide characters are; what we print is UTF-8 anywhere
  try {
    const auto url = environment("TENENS_URL", "http://127.0.0.1:4400");
    tenens::cli::Surroundings outside{
        .in = std::cin,
        .out = std::cout,
        .err = std::cerr,
        .in_is_file = stdin_is_file(),
        .err_is_terminal = isatty(STDERR_FILENO) == 1,
        .out_columns = columns_of_stdout(),
        .url = url,
        .ca_file = environment("TENENS_CA_FILE"),
        .proxy_variable = tenens::cli::proxy_variable_for(
            url, [](const std::string& name) { return environment(name); }),
        .secret_key = environment("CLERK_SECRET_KEY"),
        // A signal ends this, as no sleep_for would.
        .sleep = [](std::chrono::milliseconds time) {
          ::poll(nullptr, 0, static_cast<int>(time.count()));
        }};
    const int code = tenens::cli::run({words + 1, words + count}, outside);
    // A shell ends the loop around us only if we die of the signal; it shows the same code.
    if (code > tenens::cli::kInterrupted) die_of(code - tenens::cli::kInterrupted);
    return code;
  } catch (const std::exception& bug) {
    tenens::cli::print_error(std::cerr, bug.what());
    return tenens::cli::kRefused;
  }
}
