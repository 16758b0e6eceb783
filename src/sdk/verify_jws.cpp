#include "sdk/verify_jws.hpp"

#include <algorithm>

#include "base/base64url.hpp"
#include "wire/text_of.hpp"

namespace clerk_backend_api::detail {
namespace {

using tenens::wire::text_of;

constexpr std::size_t kLongestToken = 16 * 1024;
constexpr std::size_t kLongestKid = 64;
constexpr std::size_t kHeaderDepth = 8;
constexpr std::size_t kLongestKept = 512;  // Clerk's headers have 120

using Header = std::shared_ptr<const JwsHeader>;

std::optional<TokenFault> find_header_fault(const Object& header) {
  if (header.find("crit") != nullptr) return TokenFault::critical_header;
  if (header.find("b64") != nullptr) return TokenFault::payload_not_encoded;
  for (const std::string_view name : {"jwk", "jku", "x5u", "x5c"}) {
    if (header.find(name) != nullptr) return TokenFault::key_in_header;
  }
  if (text_of(header, "alg").empty()) return TokenFault::algorithm_not_supported;
  if (header.find("kid") != nullptr && !is_kid(text_of(header, "kid"))) {
    return TokenFault::kid_invalid;
  }
  return std::nullopt;
}

std::variant<Header, TokenFault> read_header(std::string_view encoded) {
  const auto text = tenens::parse_base64url(encoded);
  if (!text) return TokenFault::encoding_invalid;
  auto value = parse_json(*text, {.depth = kHeaderDepth});
  const auto* object = value ? value->if_object() : nullptr;
  if (object == nullptr) return TokenFault::header_not_json;
  if (const auto fault = find_header_fault(*object)) return *fault;
  return std::make_shared<const JwsHeader>(
      JwsHeader{.encoded = std::string(encoded),
                .alg = std::string(text_of(*object, "alg")),
                .kid = std::string(text_of(*object, "kid")),
                .json = *std::move(value)});  // last: it holds `object`
}

/// All tokens that one key has signed begin with the same text: the last one is kept, for each
/// thread.
std::variant<Header, TokenFault> parse_header(std::string_view encoded) {
  thread_local Header last;
  if (last && last->encoded == encoded) return last;
  auto read = read_header(encoded);
  const auto* header = std::get_if<Header>(&read);
  if (header != nullptr && encoded.size() <= kLongestKept) last = *header;
  return read;
}

std::variant<Jws, TokenFault> decode(std::string_view header, std::string_view payload,
                                     std::string_view signature, std::string_view signed_text) {
  auto payload_bytes = tenens::parse_base64url(payload);
  auto signature_bytes = tenens::parse_base64url(signature);
  if (!payload_bytes || !signature_bytes) return TokenFault::encoding_invalid;
  auto found = parse_header(header);
  if (const auto* fault = std::get_if<TokenFault>(&found)) return *fault;
  return Jws{std::get<Header>(std::move(found)), *std::move(payload_bytes),
             *std::move(signature_bytes), signed_text};
}

}  // namespace

bool is_kid(std::string_view text) {
  return !text.empty() && text.size() <= kLongestKid &&
         std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7f; });
}

std::variant<Jws, TokenFault> parse_jws(std::string_view token) {
  if (token.empty()) return TokenFault::token_missing;
  if (token.size() > kLongestToken) return TokenFault::token_too_large;
  const auto first = token.find('.');
  const auto second = first == std::string_view::npos ? first : token.find('.', first + 1);
  if (second == std::string_view::npos || token.find('.', second + 1) != std::string_view::npos) {
    return TokenFault::not_a_jwt;
  }
  return decode(token.substr(0, first), token.substr(first + 1, second - first - 1),
                token.substr(second + 1), token.substr(0, second));
}

std::optional<TokenFault> find_signature_fault(const Jws& jws,
                                               const tenens::crypto::VerificationKey& key) {
  if (jws.header->alg != to_string(key.algorithm())) return TokenFault::algorithm_mismatch;
  if (!key.verify(jws.signed_text, jws.signature)) return TokenFault::signature_invalid;
  return std::nullopt;
}

}  // namespace clerk_backend_api::detail
