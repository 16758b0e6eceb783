#include "http/chunked_body.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include "base/ascii.hpp"
#include "http/limits.hpp"
#include "http/request_head.hpp"

namespace tenens::http {
namespace {

/// Nobody has a use for extensions, so a quoted one, which may hide what looks like an end, has
/// none.
bool is_extension(std::string_view text) {
  return text.empty() || (text.front() == ';' && text.find('"') == std::string_view::npos &&
                          std::all_of(text.begin(), text.end(), is_printable));
}

}  // namespace

std::size_t ChunkedBody::feed(std::string_view text) {
  const auto size = text.size();
  while (state_ == State::incomplete && !text.empty()) {
    if (expected_ == Expected::data) {
      text.remove_prefix(take_data(text));
      continue;
    }
    const auto end = text.substr(0, kMaxChunkLineBytes + kLineEnd.size()).find(kLineEnd);
    if (end == std::string_view::npos) {
      if (text.size() >= kMaxChunkLineBytes + kLineEnd.size()) state_ = State::malformed;
      break;
    }
    take_line(text.substr(0, end));
    text.remove_prefix(end + kLineEnd.size());
  }
  return size - text.size();
}

void ChunkedBody::take_line(std::string_view line) {
  if (expected_ == Expected::size) {
    take_size(line);
  } else if (expected_ == Expected::data_end) {
    expected_ = Expected::size;
    if (!line.empty()) state_ = State::malformed;
  } else if (line.empty()) {
    state_ = State::whole;
  } else if (++trailers_ > kMaxTrailers || !is_strict_field(line)) {
    state_ = State::malformed;
  }
}

void ChunkedBody::take_size(std::string_view line) {
  const auto* const end = line.data() + line.size();
  const auto [stopped, error] = std::from_chars(line.data(), end, left_in_chunk_, 16);
  const auto rest = std::string_view(stopped, static_cast<std::size_t>(end - stopped));
  if (error == std::errc::result_out_of_range) {
    state_ = State::too_large;
  } else if (error != std::errc() || !is_extension(rest)) {
    state_ = State::malformed;
  } else if (left_in_chunk_ > most_ - body_.size()) {
    state_ = State::too_large;
  } else {
    expected_ = left_in_chunk_ == 0 ? Expected::trailer : Expected::data;
  }
}

std::size_t ChunkedBody::take_data(std::string_view text) {
  const auto size = std::min(left_in_chunk_, text.size());
  body_.append(text.substr(0, size));
  left_in_chunk_ -= size;
  if (left_in_chunk_ == 0) expected_ = Expected::data_end;
  return size;
}

}  // namespace tenens::http
