// A TCP connection, with TLS or without: reads and writes take one branch to the right one, so that
// plain HTTP pays nothing for it. Includes Asio; see connection.hpp.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <optional>

namespace tenens::http {

// The concrete executor, not any_io_executor: a quarter of the CPU time of a request.
using Executor = boost::asio::io_context::executor_type;
using Socket = boost::asio::basic_stream_socket<boost::asio::ip::tcp, Executor>;

struct TlsContext {
  boost::asio::ssl::context context{boost::asio::ssl::context::tls_server};
};

class Stream {
 public:
  using executor_type = Executor;
  using Secure = boost::asio::ssl::stream<Socket&>;

  /// `tls` may be null; what it refers to is shared with OpenSSL and may go before this does.
  Stream(Socket socket, TlsContext* tls) : socket_(std::move(socket)) {
    if (tls != nullptr) secure_.emplace(socket_, tls->context);
  }
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  [[nodiscard]] executor_type get_executor() { return socket_.get_executor(); }
  [[nodiscard]] Socket& socket() { return socket_; }
  /// The layer to shake hands on and to say goodbye on, or null.
  [[nodiscard]] Secure* secure() { return encrypts_ && secure_ ? &*secure_ : nullptr; }
  /// After the goodbye, or instead of it: what still comes is read as it is.
  void leave_tls() { encrypts_ = false; }

  template <class Buffers, class Token>
  auto async_read_some(const Buffers& buffers, Token&& token) {
    return secure() != nullptr ? secure_->async_read_some(buffers, std::forward<Token>(token))
                               : socket_.async_read_some(buffers, std::forward<Token>(token));
  }
  template <class Buffers, class Token>
  auto async_write_some(const Buffers& buffers, Token&& token) {
    return secure() != nullptr ? secure_->async_write_some(buffers, std::forward<Token>(token))
                               : socket_.async_write_some(buffers, std::forward<Token>(token));
  }

 private:
  Socket socket_;
  std::optional<Secure> secure_;
  bool encrypts_ = true;
};

}  // namespace tenens::http
