// What is in this process's memory stays there.
#pragma once

namespace tenens::server {

/// No core dumps, and no tracing by processes of the same user: keys, tickets and cookies are in
/// the memory. Where the system forbids even to ask, it has its own rules.
void keep_memory_private();

}  // namespace tenens::server
