#include "http/url_text.hpp"

#include "base/any_byte.hpp"
#include "base/hex.hpp"
#include "base/utf8.hpp"
#include "http/limits.hpp"

namespace tenens::http {
namespace {

std::optional<std::string> decode(std::string_view text, bool plus_is_space) {
  if (!may_be_encoded(text)) return std::string(text);
  std::string decoded;
  decoded.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '%') {
      const auto byte = parse_hex(text.substr(i + 1, 2));
      if (!byte || byte->empty()) return std::nullopt;
      decoded += *byte;
      i += 2;
    } else {
      decoded += c == '+' && plus_is_space ? ' ' : c;
    }
  }
  // Whoever reads it as text, and writes it into JSON, must be able to.
  if (!is_utf8(decoded)) return std::nullopt;
  return decoded;
}

/// The path and query of a whole URL; Host says the rest, and the port is ours anyway.
std::string_view without_authority(std::string_view target) {
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (!equal_ignoring_case(target.substr(0, scheme.size()), scheme)) continue;
    const auto start = target.find_first_of("/?", scheme.size());
    return start == std::string_view::npos ? "/" : target.substr(start);
  }
  return target;
}

}  // namespace

bool may_be_encoded(std::string_view text) {
  // What is not ASCII may not be UTF-8.
  return any_byte(text, [](unsigned char c) { return (c == '%') | (c == '+') | (c >= 0x80); });
}

std::optional<std::string> percent_decode(std::string_view text) {
  return decode(text, false);
}

std::optional<Params> parse_params(std::string_view text) {
  Params params;
  while (!text.empty()) {
    const auto end = std::min(text.find('&'), text.size());
    const auto pair = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (pair.empty()) continue;

    if (params.size() == kMaxParams) return std::nullopt;
    const auto equals = std::min(pair.find('='), pair.size());
    auto name = decode(pair.substr(0, equals), true);
    auto value = decode(pair.substr(std::min(equals + 1, pair.size())), true);
    if (!name || !value) return std::nullopt;
    params.add(*std::move(name), *std::move(value));
  }
  return params;
}

std::optional<Target> parse_target(std::string_view text) {
  text = without_authority(text);
  if (text.empty() || text.find('#') != std::string_view::npos) return std::nullopt;
  const auto question = std::min(text.find('?'), text.size());
  auto query = parse_params(text.substr(std::min(question + 1, text.size())));
  if (!query) return std::nullopt;
  return Target{text.substr(0, question), *std::move(query)};
}

}  // namespace tenens::http
