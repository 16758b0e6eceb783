// Everything this room limits, on one screen.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace tenens::http {

using std::chrono::milliseconds;

/// Of the listener. In a struct, so that tests need not wait for the real ones.
struct Limits {
  std::size_t header_bytes = 16 * 1024;  // request line and headers; more: 431
  std::size_t body_bytes = 64 * 1024;    // more: 413, also when it comes in chunks
  std::size_t connections = 4096;        // then accepting pauses
  std::size_t tasks = 512;  // requests under way on each event loop; more are turned away with 503
  milliseconds queue_target{100};    // what requests may spend waiting for others before some are
                                     // turned away with 503
  std::size_t always_admitted = 32;  // under way at once, on each event loop, all the same
  milliseconds handshake_deadline{10'000};  // of TLS
  milliseconds header_deadline{10'000};     // from the first byte of a request to the last header
  milliseconds body_deadline{10'000};       // for the rest of it
  milliseconds idle_deadline{65'000};   // between requests; longer than proxies usually keep one
  milliseconds write_deadline{20'000};  // for the reader of a reply
  milliseconds linger_deadline{1'000};  // for what still comes in after a refusal
  milliseconds drain_deadline{10'000};  // for running requests when the server stops
  milliseconds sweep_every{500};        // how precisely the above are kept
};

/// How much longer than `body_bytes` a chunked body may be on the wire. Chunks of one byte need 6
/// times as much; beyond that it is padding in their headers.
inline constexpr std::size_t kMaxChunkedFactor = 8;
inline constexpr std::size_t kMaxChunkLineBytes = 1024;  // a chunk's size, or a trailer
inline constexpr std::size_t kMaxTrailers = 64;
/// Requests that may wait for a signature at once; more: 503. Fewer than there are tasks, so that a
/// request without one always begins.
inline constexpr std::size_t kMaxSigning = 256;
inline constexpr std::size_t kMaxParams = 512;           // of a query or a form
inline constexpr std::size_t kMaxValuesPerFilter = 100;  // such as `user_id=` in a list of users
inline constexpr std::size_t kMaxIdempotencyKeyBytes = 255;
inline constexpr std::int64_t kDefaultPageLimit = 10;  // Clerk's three numbers
inline constexpr std::int64_t kMaxPageLimit = 500;
inline constexpr std::int64_t kMaxPageOffset = 1'000'000'000;
inline constexpr std::chrono::hours kClientCookieLife{24 * 365};
inline constexpr std::size_t kMaxTicketBytes = 4096;
inline constexpr std::size_t kMinRedeemNonceBytes = 22;  // 128 bits in base64url
inline constexpr std::size_t kMaxRedeemNonceBytes = 128;

}  // namespace tenens::http
