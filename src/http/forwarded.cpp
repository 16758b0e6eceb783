#include "http/forwarded.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>

namespace tenens::http {
namespace {

/// Some proxies name the port, too: `203.0.113.7:51234`, `[2001:db8::1]:51234`.
std::optional<std::string> address_of_hop(std::string_view hop) {
  const auto colon = hop.rfind(':');
  if (hop.starts_with('[')) {
    const auto end = hop.find(']');
    if (end == std::string_view::npos || (end + 1 != hop.size() && end + 1 != colon)) return {};
    return parse_ip_address(std::string(hop.substr(1, end - 1)));
  }
  const bool has_port = colon != std::string_view::npos && hop.find(':') == colon;
  return parse_ip_address(std::string(has_port ? hop.substr(0, colon) : hop));
}

}  // namespace

std::optional<std::string> parse_ip_address(const std::string& text) {
  in6_addr address{};
  if (::inet_pton(AF_INET, text.c_str(), &address) == 1) return text;
  if (::inet_pton(AF_INET6, text.c_str(), &address) != 1) return std::nullopt;
  std::array<char, INET6_ADDRSTRLEN> spelled{};
  constexpr std::size_t kMapped = 12;  // bytes in front of an IPv4 address
  const char* end =
      IN6_IS_ADDR_V4MAPPED(&address)
          ? ::inet_ntop(AF_INET, address.s6_addr + kMapped, spelled.data(), spelled.size())
          : ::inet_ntop(AF_INET6, &address, spelled.data(), spelled.size());
  return std::string(end);
}

bool is_loopback(const std::string& address) {
  return address.starts_with("127.") || address == "::1";
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
    auto hop = address_of_hop(trim(rest.substr(start)));
    if (!hop) break;
    address = *std::move(hop);
    if (!is_trusted(address)) break;
    rest = rest.substr(0, start == 0 ? 0 : comma);
  }
  return address;
}

}  // namespace tenens::http
