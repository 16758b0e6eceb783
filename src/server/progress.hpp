// How far a long work has come, on stderr.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace tenens::server {

/// A bar on a terminal, which is gone at the end; elsewhere a line for each thing that is done.
class ProgressText {
 public:
  ProgressText();
  ~ProgressText();
  ProgressText(const ProgressText&) = delete;
  ProgressText& operator=(const ProgressText&) = delete;

  /// `copying`, 500 of 2000 rows of `users`. Of 0: nobody knows how many there are.
  void show(std::string_view verb, std::int64_t rows, std::int64_t of, std::string_view what);

 private:
  const bool on_terminal_;
  std::string shown_;
};

}  // namespace tenens::server
