// A text that is written from left to right.
#pragma once

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace tenens {

/// Copies `text` to `at`. What comes next goes where it returns.
inline char* put(char* at, std::string_view text) {
  return std::copy_n(text.data(), text.size(), at);
}

inline constexpr std::size_t kLongestNumber = 32;

template <class Number>
char* put_number(char* at, Number number) {
  return std::to_chars(at, at + kLongestNumber, number).ptr;
}

/// Longer inside than what has been written: to append to a std::string costs more than to write
/// where there is room.
class TextBuilder {
 public:
  TextBuilder() = default;
  explicit TextBuilder(std::size_t usual) : text_(usual, '\0') {}

  /// Where the next character goes, with room for `most` of them.
  [[nodiscard]] char* room(std::size_t most) {
    if (text_.size() - size_ < most) lengthen(most);
    return text_.data() + size_;
  }
  /// What was put where `room` said ends at `at`.
  void ended(const char* at) { size_ = static_cast<std::size_t>(at - text_.data()); }
  void append(std::string_view text) { ended(put(room(text.size()), text)); }
  /// Its memory stays for what is written next.
  void clear() { size_ = 0; }

  [[nodiscard]] std::string_view view() const { return {text_.data(), size_}; }
  [[nodiscard]] std::string take() {
    text_.resize(std::exchange(size_, 0));
    return std::exchange(text_, {});
  }

 private:
  void lengthen(std::size_t most) { text_.resize(std::max(2 * text_.size(), size_ + most)); }

  std::string text_;
  std::size_t size_ = 0;
};

}  // namespace tenens
