// Beast's parser, which writes what it reads into a Request. A body in chunks is not its business:
// see chunked_body.hpp.
#pragma once

#include <boost/beast/http/basic_parser.hpp>

#include "http/message.hpp"

namespace tenens::http {

class RequestParser final : public boost::beast::http::basic_parser<true> {
 public:
  /// Begins `request` anew, with the memory it has; only its address is left as it is.
  explicit RequestParser(Request& request) : request_(request) {}

 private:
  using Text = boost::beast::string_view;
  using Error = boost::system::error_code;
  using Length = boost::optional<std::uint64_t>;

  void on_request_impl(boost::beast::http::verb, Text method, Text target, int version,
                       Error& error) override;
  void on_field_impl(boost::beast::http::field, Text name, Text value, Error& error) override;
  void on_body_init_impl(const Length& length, Error& error) override;
  std::size_t on_body_impl(Text body, Error& error) override;

  void on_response_impl(int, Text, int, Error&) override {}
  void on_header_impl(Error&) override {}
  void on_chunk_header_impl(std::uint64_t, Text, Error&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, Text body, Error&) override { return body.size(); }
  void on_finish_impl(Error&) override {}

  Request& request_;
};

}  // namespace tenens::http
