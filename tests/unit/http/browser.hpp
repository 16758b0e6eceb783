// The whole server without a socket: a real store, fake time and chance, and a browser that keeps
// its cookies.
#pragma once

#include <map>
#include <string>

#include "base/percent_encode.hpp"
#include "core/setup.hpp"
#include "http/app.hpp"
#include "http/url_text.hpp"
#include "store/sqlite/sqlite_store.hpp"
#include "support/fakes.hpp"
#include "wire/json.hpp"

namespace tenens::http::test {

inline constexpr std::string_view kSecretKey = "sk_test_0123456789abcdef0123456789abcdef";

inline clerk_backend_api::Value parsed(const std::string& json) {
  return clerk_backend_api::parse_json(json).value_or(clerk_backend_api::Value());
}

/// The text at a path such as `errors.0.code`, as JSON unless it is a text; empty if there is none.
inline std::string at(const clerk_backend_api::Value& value, std::string_view path) {
  const auto* here = &value;
  while (here != nullptr && !path.empty()) {
    const auto end = std::min(path.find('.'), path.size());
    const auto name = path.substr(0, end);
    path.remove_prefix(std::min(end + 1, path.size()));
    if (const auto* array = here->if_array()) {
      const auto index = std::stoul(std::string(name));
      here = index < array->size() ? &(*array)[index] : nullptr;
    } else {
      const auto* object = here->if_object();
      here = object == nullptr ? nullptr : object->find(name);
    }
  }
  if (here == nullptr) return {};
  const auto* text = here->if_string();
  return text != nullptr ? *text : clerk_backend_api::to_json(*here);
}

inline std::string at(const Reply& reply, std::string_view path) {
  return at(parsed(reply.body), path);
}

inline std::string header(const Reply& reply, std::string_view name) {
  const auto* value = reply.headers.find(name);
  return value == nullptr ? std::string() : *value;
}

class World {
 public:
  explicit World(AppOptions options = {.dev = true}, const Settings& settings = {},
                 std::string key = std::string(kSecretKey))
      : key_(std::move(key)) {
    const auto done = prepare(*store_, clock, random_,
                              {.secret_key = Secret(key_), .jwt_algorithm = kQuickToMake});
    if (!done) throw std::runtime_error("prepare");
    keyring_ = Keyring::load(*store_).value();
    services.emplace(*store_, clock, random_, *keyring_, settings);
    app.emplace(*services, std::move(options), log_);
  }

  Reply send(std::string method, const std::string& target, Headers headers = {},
             std::string body = {}) {
    auto parsed_target = parse_target(target).value();
    return app->handle({.method = std::move(method),
                        .path = std::string(parsed_target.path),
                        .query = std::move(parsed_target.query),
                        .headers = std::move(headers),
                        .body = std::move(body),
                        .address = "192.0.2.1"});
  }

  /// As a back end with the right key.
  Reply call(std::string method, const std::string& target, std::string body = {},
             Headers more = {}) {
    more.add("Authorization", "Bearer " + key_);
    if (!body.empty()) more.add("Content-Type", "application/json");
    return send(std::move(method), target, std::move(more), std::move(body));
  }

  std::string new_user(std::string_view first_name = "Ada") {
    return at(call("POST", "/v1/users", R"({"first_name":")" + std::string(first_name) + R"("})"),
              "id");
  }

  /// The ticket of a new token.
  /// Of a link that signs the user in as themselves.
  std::string new_sign_in_ticket(const std::string& user) {
    return at(call("POST", "/v1/sign_in_tokens", R"({"user_id":")" + user + R"("})"), "token");
  }
  std::string new_ticket(const std::string& user, std::string_view more = "") {
    const auto reply = call(
        "POST", "/v1/actor_tokens",
        R"({"user_id":")" + user + R"(","actor":{"sub":"user_support"})" + std::string(more) + "}");
    return at(reply, "token");
  }

  FakeClock clock;

 private:
  std::string key_;
  SeededRandom random_;
  std::unique_ptr<Store> store_ = store::open_sqlite({.path = ":memory:"});
  std::shared_ptr<const Keyring> keyring_;
  Log log_{LogLevel::off, clock};

 public:
  std::optional<Services> services;
  std::optional<App> app;
};

/// Keeps cookies and fills forms, as browsers do; sends no Origin unless told to.
class Browser {
 public:
  explicit Browser(World& world) : world_(world) {}

  Reply get(const std::string& target, Headers headers = {}) {
    return send("GET", target, std::move(headers), {});
  }
  Reply post(const std::string& target, const std::string& form, Headers headers = {}) {
    headers.add("Content-Type", "application/x-www-form-urlencoded");
    return send("POST", target, std::move(headers), form);
  }
  Reply redeem(const std::string& ticket, Headers headers = {}) {
    return post("/v1/client/sign_ins", "strategy=ticket&ticket=" + percent_encode(ticket),
                std::move(headers));
  }

  std::map<std::string, std::string> cookies;

 private:
  Reply send(std::string method, const std::string& target, Headers headers, std::string body) {
    std::string line;
    for (const auto& [name, value] : cookies)
      line += (line.empty() ? "" : "; ") + name + "=" + value;
    if (!line.empty()) headers.add("Cookie", line);
    auto reply = world_.send(std::move(method), target, std::move(headers), std::move(body));
    for (const auto& cookie : reply.headers.all("set-cookie")) {
      const auto equals = cookie.find('=');
      cookies[cookie.substr(0, equals)] = cookie.substr(equals + 1, cookie.find(';') - equals - 1);
    }
    return reply;
  }

  World& world_;
};

}  // namespace tenens::http::test
