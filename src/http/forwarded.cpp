#include "http/forwarded.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>

namespace tenens::http {

bool is_ip_address(const std::string& text) {
  std::array<unsigned char, sizeof(in6_addr)> bytes{};
  return ::inet_pton(AF_INET, text.c_str(), bytes.data()) == 1 ||
         ::inet_pton(AF_INET6, text.c_str(), bytes.data()) == 1;
}

bool is_loopback(const std::string& address) {
  return address.starts_with("127.") || address.starts_with("::ffff:127.") || address == "::1";
}

std::string client_address(const Request& request, const std::vector<std::string>& trusted) {
  const auto is_trusted = [&](const std::string& address) {
    return std::find(trusted.begin(), trusted.end(), address) != trusted.end();
  };
  auto address = request.address;
  if (!is_trusted(address)) return address;
  std::string hops;
  for (const auto& header : request.headers.all("x-forwarded-for")) {
    hops.append(hops.empty() ? "" : ",").append(header);
  }
  std::string_view rest = hops;
  while (!rest.empty()) {
    const auto comma = rest.rfind(',');
    const auto start = comma == std::string_view::npos ? 0 : comma + 1;
    const std::string hop(trim(rest.substr(start)));
    if (!is_ip_address(hop)) break;
    address = hop;
    if (!is_trusted(address)) break;
    rest = rest.substr(0, start == 0 ? 0 : comma);
  }
  return address;
}

}  // namespace tenens::http
