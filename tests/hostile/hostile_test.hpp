// What the tests of this folder have in common.
#pragma once

#include <gtest/gtest.h>

#include <chrono>

#include "clerk_backend_api/clerk.hpp"
#include "hostile/hostile_server.hpp"

namespace clerk_backend_api::hostile {

using namespace std::chrono_literals;

inline constexpr const char* kSecretKey = "sk_test_canaryHostile81c5d2";
inline constexpr const char* kToken =
    R"({"object":"actor_token","id":"act_1","status":"pending","user_id":"user_1",)"
    R"("actor":{"sub":"a"},"token":"secret-ticket","url":"https://x/?ticket=secret-ticket",)"
    R"("created_at":1,"updated_at":1})";
inline const RetryConfig kNoRetries{.strategy = RetryStrategy::none};

inline Clerk client_of(const std::string& url, std::optional<RetryConfig> retries = kNoRetries,
                       std::chrono::milliseconds timeout = 5s) {
  return Clerk({.bearer_auth = kSecretKey,
                .server_url = url,
                .timeout = timeout,
                .retries = std::move(retries)});
}

inline Result<ActorToken> create(Clerk& s, const RequestOptions& options = {}) {
  return s.actor_tokens.create_actor_token({.user_id = "user_1", .actor = {{"sub", "a"}}}, options);
}

/// The server answers every request with these bytes, then hangs up.
inline HostileServer::Behaviour always(std::string bytes) {
  return [bytes = std::move(bytes)](const Peer& peer) {
    if (!peer.read_request().empty()) static_cast<void>(peer.write(bytes));
  };
}

/// All that a log could get out of an error.
inline std::string text_of(const Error& error) {
  std::string text =
      error.code + ' ' + error.message + ' ' + error.trace_id + ' ' + error.body_excerpt;
  for (const auto& item : error.errors) {
    text += ' ' + item.code + ' ' + item.message + ' ' + item.long_message + to_json(item.meta);
  }
  return text;
}

/// What both kinds of call make of such a server. Neither may quote the key or a ticket.
inline void expect_kinds(HostileServer::Behaviour behaviour, ErrorKind of_a_read,
                         ErrorKind of_a_create, std::string_view code = "",
                         std::chrono::milliseconds timeout = 5s) {
  const HostileServer server(std::move(behaviour));
  // One each: a connection that the server closes while the next request is on its way is another
  // story.
  auto reader = client_of(server.url(), kNoRetries, timeout);
  auto creator = client_of(server.url(), kNoRetries, timeout);
  const auto begin = std::chrono::steady_clock::now();
  const auto read = reader.actor_tokens.get("act_1");
  const auto created = create(creator);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 4 * timeout);
  ASSERT_FALSE(read);
  ASSERT_FALSE(created);
  EXPECT_EQ(to_string(read.error().kind), to_string(of_a_read)) << read.error().message;
  EXPECT_EQ(to_string(created.error().kind), to_string(of_a_create)) << created.error().message;
  if (!code.empty()) {
    EXPECT_EQ(read.error().code, code) << read.error().message;
  }
  for (const auto* result : {&read, &created}) {
    const auto text = text_of(result->error());
    EXPECT_EQ(text.find(kSecretKey), std::string::npos) << text;
    EXPECT_EQ(text.find("secret-ticket"), std::string::npos) << text;
  }
}

}  // namespace clerk_backend_api::hostile
