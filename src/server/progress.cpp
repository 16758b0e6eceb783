#include "server/progress.hpp"

#include <unistd.h>

#include <algorithm>
#include <iomanip>
#include <iostream>

namespace tenens::server {
namespace {

constexpr std::int64_t kBarWidth = 30;

void draw(std::string_view verb, std::int64_t rows, std::int64_t of, std::string_view what) {
  std::string bar;
  if (of > 0) {
    const auto filled = static_cast<std::size_t>(std::min(kBarWidth * rows / of, kBarWidth));
    bar = "[" + std::string(filled, '#') + std::string(kBarWidth - filled, ' ') + "] ";
  }
  // Cut off, not wrapped, where the terminal is narrow.
  std::cerr << "\r\033[K\033[?7l  " << std::left << std::setw(10) << verb << bar << rows
            << (of > 0 ? " of " + std::to_string(of) : "") << " rows  " << what << "\033[?7h"
            << std::flush;
}

}  // namespace

ProgressText::ProgressText() : on_terminal_(::isatty(STDERR_FILENO) == 1) {}

ProgressText::~ProgressText() {
  if (on_terminal_ && !shown_.empty()) std::cerr << "\r\033[K" << std::flush;
}

void ProgressText::show(std::string_view verb, std::int64_t rows, std::int64_t of,
                        std::string_view what) {
  auto line = std::string(verb).append(" ").append(what);
  if (on_terminal_) {
    draw(verb, rows, of, what);
  } else if (line != shown_) {
    std::cerr << "  " << line << '\n' << std::flush;
  }
  shown_ = std::move(line);
}

}  // namespace tenens::server
