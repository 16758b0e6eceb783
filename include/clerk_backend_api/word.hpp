// A word from a vocabulary that a newer server may extend.
#pragma once

#include <string>
#include <string_view>

namespace clerk_backend_api {

/// Base of the status types. Compare with the names the type lists; a word that this version of the
/// library does not know is kept and readable as `text()`, never an error.
class Word {
 public:
  Word() = default;
  Word(std::string_view text)
      : text_(text) {}  // NOLINT(google-explicit-constructor): reads as a value

  [[nodiscard]] const std::string& text() const { return text_; }

  friend bool operator==(const Word& a, const Word& b) { return a.text_ == b.text_; }
  friend bool operator==(const Word& a, std::string_view b) { return a.text_ == b; }

 private:
  std::string text_;
};

}  // namespace clerk_backend_api
