// Which texts of flags are taken, and how they become numbers.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <string_view>

#include "base/duration.hpp"
#include "http/forwarded.hpp"
#include "http/site.hpp"

namespace tenens::server {

/// As parse_duration takes it; seconds come out, and 0 for `off`, if that may be said.
inline CLI::Validator duration_check(bool or_off = false) {
  return {[=](std::string& text) -> std::string {
            const auto duration = parse_duration(text);
            if (!duration && !(or_off && text == "off")) {
              return std::string("wants a duration such as 90s, 10m, 2h or 7d, ") +
                     (or_off ? "or off, " : "") + "got " + text;
            }
            if (duration > kLongestDuration) return "a hundred years are the most, got " + text;
            text = std::to_string(duration ? duration->count() : 0);
            return {};
          },
          ""};
}

/// Instead of CLI11's own checks, which name the largest double there is.
inline CLI::Validator at_least(std::int64_t least) {
  return {[=](const std::string& text) {
            std::int64_t number = 0;
            const bool ok = CLI::detail::lexical_cast(text, number) && number >= least;
            return ok ? "" : "wants at least " + std::to_string(least) + ", got " + text;
          },
          ""};
}

inline CLI::Validator user_id_check() {
  return {[](const std::string& text) {
            return text.starts_with("user_") ? "" : "wants the id of a user, got " + text;
          },
          "ID"};
}

inline CLI::Validator origin_check() {
  return {[](const std::string& text) {
            // A path would look as if it narrowed what is allowed.
            const auto end = text.find_first_of("/?#", text.find("://") + 3);
            const bool is_bare = end == text.npos || text.substr(end) == "/";
            return is_bare && http::origin_of(text) ? ""
                                                    : "wants http(s)://HOST[:PORT], got " + text;
          },
          "ORIGIN"};
}

/// What Clerk's SDKs take from a publishable key: labels with dots between, and no port.
inline CLI::Validator host_check() {
  return {[](const std::string& text) {
            constexpr std::string_view kTaken =
                "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.";
            const bool is_host = text.find('.') != text.npos && !text.starts_with('.') &&
                                 !text.ends_with('.') && text.find("..") == text.npos &&
                                 text.find_first_not_of(kTaken) == text.npos;
            return is_host ? "" : "wants a host name with a dot and no port, got " + text;
          },
          "HOST"};
}

/// Without the slashes at its end.
inline CLI::Validator url_check() {
  return {[](std::string& text) -> std::string {
            if (!http::origin_of(text) || text.find_first_of("?#@ \\\"<>") != std::string::npos) {
              return "wants http(s)://HOST[:PORT][/PATH], got " + text;
            }
            while (text.ends_with('/')) text.pop_back();
            return {};
          },
          "URL"};
}

/// Spelled as parse_ip_address does.
inline CLI::Validator address_check() {
  return {[](std::string& text) -> std::string {
            auto address = http::parse_ip_address(text);
            if (!address) return "wants an IP address, got " + text;
            text = *std::move(address);
            return {};
          },
          "ADDRESS"};
}

}  // namespace tenens::server
