// What the operator chose for this room.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace tenens::http {

struct AppOptions {
  std::string public_url = "http://localhost:4400";  // where browsers reach the Frontend API
  std::optional<std::string> app_url = {};           // whose `/sign-in` a link leads to
  bool confirm_links = false;                        // by a page of ours with a button
  std::vector<std::string> allowed_origins = {};     // of pages that may call the Frontend API
  bool dev = false;                                  // any page on this machine may, too
  std::string publishable_key = {};                  // names Clerk's suffixed cookies
  std::string frontend_host = "clerk.localhost";     // decides the domain of `__client_uat`
  std::optional<std::string> clerk_assets = {};      // a folder with Clerk's browser packages
  bool production = false;                           // the kind of the instance browsers speak to
  std::size_t requests_per_key = 0;                  // in ten seconds; 0: no limit
  std::size_t requests_per_address = 0;              // likewise, of those without a secret key
  std::vector<std::string> trusted_proxies = {};     // whose X-Forwarded-For is believed
};

}  // namespace tenens::http
