#include "http/request_parser.hpp"

#include <boost/beast/http/error.hpp>

#include "http/url_text.hpp"

namespace tenens::http {

void RequestParser::on_request_impl(boost::beast::http::verb /*known*/, Text method, Text target,
                                    int /*version*/, Error& error) {
  auto parts = http::parse_target(target);
  if (!parts) {
    error = boost::beast::http::error::bad_target;
    return;
  }
  request_.method = method;
  request_.path = parts->path;
  request_.query = std::move(parts->query);
  request_.headers.clear();
  request_.body = {};
}

void RequestParser::on_field_impl(boost::beast::http::field /*known*/, Text name, Text value,
                                  Error& /*error*/) {
  request_.headers.add(std::string(name), std::string(value));
}

void RequestParser::on_body_init_impl(const Length& length, Error& /*error*/) {
  // The limit for bodies has been kept by now.
  if (length) request_.body.reserve(*length);
}

std::size_t RequestParser::on_body_impl(Text body, Error& /*error*/) {
  request_.body.append(body.data(), body.size());
  return body.size();
}

}  // namespace tenens::http
