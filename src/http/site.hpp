// Where we are and who may talk to us from a browser: the options, understood once.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/options.hpp"

namespace tenens::http {

/// `scheme://host[:port]` of an http or https URL, as browsers write it in `Origin`. Nothing if it
/// is not such a URL.
[[nodiscard]] std::optional<std::string> origin_of(std::string_view url);

/// `http(s)://` and `localhost`, `127.0.0.1` or `[::1]`, with or without a port, and nothing more.
[[nodiscard]] bool is_local_origin(std::string_view origin);

class Site {
 public:
  explicit Site(AppOptions options);

  /// The page's origin is on the exact list, or it is local and we are in development. `null`,
  /// which is what a sandboxed frame sends, is on no list.
  [[nodiscard]] bool admits(std::string_view origin) const;
  /// The origin of our own pages; `host` is the request's Host header, which counts in development
  /// only, where a server has several names.
  [[nodiscard]] bool is_own(std::string_view origin, std::string_view host) const;

  [[nodiscard]] const AppOptions& options() const { return options_; }
  [[nodiscard]] bool https() const { return https_; }
  /// Path of the public URL, without a slash at its end: a proxy may mount us below one.
  [[nodiscard]] const std::string& base_path() const { return base_path_; }
  /// Where a redirect to a page of ours leads. Below a path it is a whole URL: Clerk's proxy helper
  /// would put that path before one more time.
  [[nodiscard]] std::string address_of(std::string_view path) const;
  [[nodiscard]] const std::string& public_origin() const { return public_origin_; }
  /// Of the application, or empty.
  [[nodiscard]] const std::string& app_origin() const { return app_origin_; }
  /// What Clerk appends to the names of cookies, so that two instances can share a host.
  [[nodiscard]] const std::string& cookie_suffix() const { return cookie_suffix_; }

 private:
  AppOptions options_;
  bool https_ = false;
  std::string base_path_;
  std::string public_origin_;
  std::string app_origin_;
  std::string cookie_suffix_;
  std::vector<std::string> admitted_;
};

}  // namespace tenens::http
