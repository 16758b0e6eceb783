// Accepts connections and hands each to one of the loops.
#pragma once

#include <vector>

#include "http/connection.hpp"

namespace tenens::http {

using Acceptor = boost::asio::basic_socket_acceptor<boost::asio::ip::tcp, Executor>;

/// Runs until the acceptor is closed, which must happen on the acceptor's own loop. While there are
/// as many connections as allowed, new ones wait in the kernel's queue.
[[nodiscard]] Awaitable<> accept_connections(Acceptor* acceptor, std::vector<Loop*> loops);

}  // namespace tenens::http
