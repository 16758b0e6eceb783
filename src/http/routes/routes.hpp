// What answers each route; the table that names them is in route_table.cpp.
#pragma once

#include "http/route.hpp"

namespace tenens::http::routes {

namespace actor_tokens {
Answer create(const Context& context);
Answer revoke(const Context& context);
Answer end(const Context& context);
Answer get(const Context& context);
Answer list(const Context& context);
}  // namespace actor_tokens

namespace users {
Answer create(const Context& context);
Answer list(const Context& context);
Answer count(const Context& context);
Answer get(const Context& context);
Answer update(const Context& context);
Answer merge_metadata(const Context& context);
Answer replace_metadata(const Context& context);
Answer remove(const Context& context);
Answer ban(const Context& context);
Answer unban(const Context& context);
}  // namespace users

namespace sessions {
Answer create(const Context& context);
Answer list(const Context& context);
Answer get(const Context& context);
Answer revoke(const Context& context);
Answer create_token(const Context& context);
}  // namespace sessions

namespace audit_events {
Answer list(const Context& context);
}  // namespace audit_events

namespace audit_checkpoints {
Answer list(const Context& context);
}  // namespace audit_checkpoints

namespace jwks {
Answer for_backend(const Context& context);
Answer for_everybody(const Context& context);
}  // namespace jwks

namespace openapi {
Answer get(const Context& context);
}  // namespace openapi

namespace health {
Answer get(const Context& context);
}  // namespace health

namespace environment {
Answer get(const Context& context);
}  // namespace environment

namespace client {
Answer get(const Context& context);
}  // namespace client

namespace sign_in_tokens {
Answer create(const Context& context);
Answer revoke(const Context& context);
}  // namespace sign_in_tokens

namespace testing_tokens {
Answer create(const Context& context);
}  // namespace testing_tokens

namespace sign_ins {
Answer create(const Context& context);
}  // namespace sign_ins

namespace me {
Answer get(const Context& context);
Answer sessions(const Context& context);
Answer revoke_session(const Context& context);
}  // namespace me

namespace client_sessions {
Answer get(const Context& context);
Answer touch(const Context& context);
Answer create_token(const Context& context);
Answer end(const Context& context);
Answer remove(const Context& context);
Answer remove_all(const Context& context);
}  // namespace client_sessions

namespace tickets {
Answer show(const Context& context);
Answer accept(const Context& context);
}  // namespace tickets

namespace ticket_session {
Answer show(const Context& context);
Answer end(const Context& context);
}  // namespace ticket_session

namespace handshake {
Answer get(const Context& context);
Answer payload(const Context& context);
}  // namespace handshake

namespace dev_browser {
Answer create(const Context& context);
}  // namespace dev_browser

namespace npm {
Answer get(const Context& context);
}  // namespace npm

namespace assets {
Answer get(const Context& context);
Answer banner(const Context& context);
}  // namespace assets

}  // namespace tenens::http::routes
