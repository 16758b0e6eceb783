#include "http/request_head.hpp"

#include "http/text.hpp"

namespace tenens::http {
namespace {

constexpr std::string_view kLineEnd = "\r\n";

struct Framing {
  bool http_1_0 = false;
  int hosts = 0;
  int content_lengths = 0;
  int transfer_encodings = 0;
  bool chunked = true;

  void note(std::string_view name, std::string_view value) {
    if (equal_ignoring_case(name, "host")) ++hosts;
    if (equal_ignoring_case(name, "content-length")) ++content_lengths;
    if (equal_ignoring_case(name, "transfer-encoding")) {
      ++transfer_encodings;
      chunked = chunked && equal_ignoring_case(trim(value), "chunked");
    }
  }

  [[nodiscard]] bool is_unambiguous() const {
    if (hosts > 1 || (hosts == 0 && !http_1_0)) return false;
    if (content_lengths + transfer_encodings > 1) return false;
    return transfer_encodings == 0 || (chunked && !http_1_0);
  }
};

/// Cuts the next line off `text`. False if it is not ended by CR LF, or holds one of the two alone.
bool take_line(std::string_view& text, std::string_view& line) {
  const auto end = text.find(kLineEnd);
  if (end == std::string_view::npos) return false;
  line = text.substr(0, end);
  text.remove_prefix(end + kLineEnd.size());
  return line.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos;
}

bool take_request_line(std::string_view& text, Framing& framing) {
  std::string_view line;
  if (!take_line(text, line) || std::count(line.begin(), line.end(), ' ') != 2) return false;
  const auto version = line.substr(line.rfind(' ') + 1);
  framing.http_1_0 = version == "HTTP/1.0";
  return framing.http_1_0 || version == "HTTP/1.1";
}

}  // namespace

bool is_strict_head(std::string_view head) {
  Framing framing;
  if (!take_request_line(head, framing)) return false;
  std::string_view line;
  while (take_line(head, line)) {
    if (line.empty()) return head.empty() && framing.is_unambiguous();
    const auto colon = line.find(':');
    if (colon == std::string_view::npos || colon == 0) return false;
    const auto name = line.substr(0, colon);
    if (name.find_first_of(" \t") != std::string_view::npos) return false;
    framing.note(name, line.substr(colon + 1));
  }
  return false;
}

}  // namespace tenens::http
