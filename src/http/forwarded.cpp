#include "http/forwarded.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>

namespace tenens::http {

std::optional<std::string> to_ip_address(const std::string& text) {
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
    auto hop = to_ip_address(std::string(trim(rest.substr(start))));
    if (!hop) break;
    address = *std::move(hop);
    if (!is_trusted(address)) break;
    rest = rest.substr(0, start == 0 ? 0 : comma);
  }
  return address;
}

}  // namespace tenens::http
