// A text that must not be printed, compared by time, or left in memory.
#pragma once

#include <cstddef>
#include <cstring>
#include <string>
#include <string_view>

namespace clerk_backend_api {

/// A credential: a secret key, a ticket, a link that carries one, a cookie value.
///
/// It has no stream operator and no formatter, so that it cannot reach a log by accident;
/// `expose()` is the one door and is easy to search for. The memory is wiped on destruction.
/// Equality takes the same time whatever the contents (the length is not hidden).
class Secret {
 public:
  Secret() = default;
  Secret(std::string text) : text_(std::move(text)) {}  // NOLINT(google-explicit-constructor): a
  Secret(std::string_view text) : text_(text) {}        // literal in an options struct must do
  /// nullptr counts as empty: what `std::getenv` gives where nothing is set. The first call then
  /// says `unauthenticated`.
  Secret(const char* text)  // NOLINT(google-explicit-constructor)
      : text_(text == nullptr ? "" : text) {}
  Secret(const Secret&) = default;
  Secret(Secret&& other) noexcept : text_(std::move(other.text_)) { other.wipe_whole(); }
  Secret& operator=(const Secret& other) {
    if (this != &other) {
      wipe();
      text_ = other.text_;
    }
    return *this;
  }
  Secret& operator=(Secret&& other) noexcept {
    if (this != &other) {
      wipe();
      text_ = std::move(other.text_);
      other.wipe_whole();
    }
    return *this;
  }
  ~Secret() { wipe(); }

  /// The text itself. The view dies with the Secret.
  [[nodiscard]] std::string_view expose() const { return text_; }
  [[nodiscard]] bool empty() const { return text_.empty(); }

  friend bool operator==(const Secret& a, const Secret& b) {
    if (a.text_.size() != b.text_.size()) return false;
    unsigned char difference = 0;
    for (std::size_t i = 0; i < a.text_.size(); ++i) {
      difference = static_cast<unsigned char>(difference |
                                              static_cast<unsigned char>(a.text_[i] ^ b.text_[i]));
    }
    return difference == 0;
  }

 private:
  /// A short text was copied when it was moved, into a room that is a part of this.
  void wipe_whole() noexcept {
    text_.resize(text_.capacity());
    wipe();
  }

  void wipe() noexcept {
    // Nobody reads it again, so a compiler would leave it out.
#if defined(__GNUC__)
    std::memset(text_.data(), 0, text_.size());
    __asm__ __volatile__("" : : "r"(text_.data()) : "memory");
#else
    for (volatile char* at = text_.data(); at != text_.data() + text_.size(); ++at) *at = '\0';
#endif
    text_.clear();
  }

  std::string text_;
};

}  // namespace clerk_backend_api
