// A chunked body (RFC 9112, section 7.1), without what Beast's parser lets pass: a line end within
// a quoted extension, a folded trailer. A proxy in front of us may end the chunk there and we not.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace tenens::http {

class ChunkedBody {
 public:
  enum class State { incomplete, whole, malformed, too_large };

  /// `most`: bytes of the body, without what frames it.
  explicit ChunkedBody(std::size_t most) : most_(most) {}

  /// Takes what it can of `text` and says how much that was. What is left belongs to a line that
  /// has no end yet, to be given again with more behind it, or to the next request.
  [[nodiscard]] std::size_t feed(std::string_view text);
  [[nodiscard]] State state() const { return state_; }
  [[nodiscard]] std::string take() { return std::move(body_); }

 private:
  enum class Expected { size, data, data_end, trailer };

  void take_line(std::string_view line);
  void take_size(std::string_view line);
  std::size_t take_data(std::string_view text);

  std::size_t most_;
  std::size_t left_in_chunk_ = 0;
  std::size_t trailers_ = 0;
  Expected expected_ = Expected::size;
  State state_ = State::incomplete;
  std::string body_;
};

}  // namespace tenens::http
