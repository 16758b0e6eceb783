// The fixture of the contract suite: an open store of each kind, and the shortest way to use it.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <utility>

#include "support/postgres_home.hpp"
#include "support/store_home.hpp"
#include "support/store_records.hpp"

namespace tenens::test {

class StoreContract : public testing::TestWithParam<StoreKind> {
 protected:
  static constexpr std::int64_t kAny = 1000;  // no limit that a test comes to

  StoreContract() : home_(GetParam().make_home()), store_(home_ ? home_->open() : nullptr) {}
  void SetUp() override {
    if (!home_) GTEST_SKIP() << GetParam().name << " is not installed on this machine";
  }

  Store& store() { return *store_; }
  StoreHome& home() { return *home_; }
  void reopen() { reopen_after(""); }
  /// Runs statements meanwhile.
  void reopen_after(const std::string& sql) {
    store_.reset();
    if (!sql.empty()) home_->execute(sql);
    store_ = home_->open();
  }

  /// Runs `change` in one write, which must succeed.
  template <class Change>
  void change(Change change) {
    const auto done = store_->write([&](WriteTx& tx) -> Done {
      change(tx);
      return {};
    });
    ASSERT_TRUE(done) << done.error().detail;
  }

  template <class... Records>
  void insert(const Records&... records) {
    change([&](WriteTx& tx) { (insert_one(tx, records), ...); });
  }

  /// What `question` answers on a committed state.
  template <class Question>
  auto ask(Question question) {
    decltype(question(std::declval<ReadTx&>())) answer{};
    const auto done = store_->read([&](ReadTx& tx) -> Done {
      answer = question(tx);
      return {};
    });
    EXPECT_TRUE(done) << done.error().detail;
    return answer;
  }

  /// What `question` answers inside of a write.
  template <class Question>
  auto decide(Question question) {
    decltype(question(std::declval<WriteTx&>())) answer{};
    change([&](WriteTx& tx) { answer = question(tx); });
    return answer;
  }

  std::optional<ActorToken> token(int number) {
    return ask([&](ReadTx& tx) { return tx.find_actor_token(kHere, id<ActorTokenId>(number)); });
  }
  std::optional<Session> session(int number) {
    return ask([&](ReadTx& tx) { return tx.find_session(kHere, id<SessionId>(number)); });
  }
  std::optional<User> user(int number) {
    return ask([&](ReadTx& tx) { return tx.find_user(kHere, id<UserId>(number)); });
  }
  std::vector<std::int64_t> sequences(const InstanceId& instance = kHere) {
    return ask([&](ReadTx& tx) {
      std::vector<std::int64_t> found;
      for (const auto& event : tx.audit_events(instance, {}, {.limit = 100'000})) {
        found.push_back(event.sequence);
      }
      return found;
    });
  }

 private:
  template <class Record>
  static void insert_one(WriteTx& tx, const Record& record) {
    tx.insert(record);
  }
  static void insert_one(WriteTx& tx, const AuditEvent& event) { tx.append(event); }
  static void insert_one(WriteTx& tx, const User& user) {
    std::string taken;
    EXPECT_TRUE(tx.insert(user, taken)) << taken;
  }

  std::unique_ptr<StoreHome> home_;
  std::unique_ptr<Store> store_;
};

inline std::vector<StoreKind> store_kinds() {
  auto kinds = sqlite_kinds();
  kinds.push_back({"PostgreSQL", &make_postgres_home});
  return kinds;
}

/// Instantiates `Suite` for every kind of store.
#define TENENS_FOR_EVERY_STORE(Suite)                                                 \
  INSTANTIATE_TEST_SUITE_P(, Suite, testing::ValuesIn(::tenens::test::store_kinds()), \
                           [](const auto& tested) { return tested.param.name; })

}  // namespace tenens::test
