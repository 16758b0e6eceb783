// A whole server without its sockets: real rules, real SQLite in memory, time and chance under
// control.
#pragma once

#include <algorithm>

#include "core/services.hpp"
#include "core/setup.hpp"
#include "store/sqlite/sqlite_store.hpp"
#include "support/fakes.hpp"

namespace tenens {

class World {
 public:
  explicit World(Settings chosen = {})
      : store(store::open_sqlite({.path = ":memory:"})),
        setup(prepare(*store, clock, random,
                      {.secret_key = Secret("sk_test_0123456789abcdef0123"),
                       .development = true,
                       .jwt_algorithm = kQuickToMake})
                  .value()),
        keyring(Keyring::load(*store).value()),
        services(*store, clock, random, *keyring, std::move(chosen)),
        caller{keyring->frontend_instance().id,
               keyring->find_secret_key("sk_test_0123456789abcdef0123")->id, "203.0.113.7"},
        customer(setup.sample_users.at(0)),
        agent(setup.sample_users.at(1)) {}

  [[nodiscard]] NewActorToken wanted() const {
    const auto payload = R"({"sub":")" + agent.id.text + R"("})";
    return {.user_id = customer.id, .actor = {agent.id.text, {payload}}};
  }
  MintedToken mint() { return services.actor_tokens.create(caller, wanted(), {}).value(); }

  [[nodiscard]] Visitor visitor(std::optional<Secret> cookie = {}) const {
    return {.instance_id = caller.instance_id,
            .address = "198.51.100.9",
            .origin = "https://app.example.com",
            .client_cookie = std::move(cookie)};
  }
  Result<SignedIn> redeem(const MintedToken& minted, std::optional<Secret> cookie = {}) {
    return services.sign_ins.redeem(visitor(std::move(cookie)), minted.ticket);
  }

  std::vector<AuditEvent> audit() {
    auto events = services.audit_events.list(caller, {}, {.limit = 500}).value().items;
    std::reverse(events.begin(), events.end());
    return events;
  }

  FakeClock clock;
  SeededRandom random;
  std::unique_ptr<Store> store;
  SetupOutcome setup;
  std::shared_ptr<const Keyring> keyring;
  Services services;
  Caller caller;
  User customer;
  User agent;
};

template <class T>
Code code_of(const Result<T>& result) {
  return result ? Code::internal : result.error().code;
}

}  // namespace tenens
