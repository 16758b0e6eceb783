#include "core/setup.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "unit/core/world.hpp"

namespace tenens {
namespace {

/// A store that runs every write's closure twice, as any store may, and tells which signing keys
/// each run left.
class NotesBothRuns : public Store {
 public:
  explicit NotesBothRuns(Store& store) : store_(store) {}
  Done write(const std::function<Done(WriteTx&)>& work) override {
    const auto undone = store_.write([&](WriteTx& tx) -> Done {
      if (const auto done = work(tx); !done) return done;
      note(first, tx);
      return refuse(Code::unavailable);
    });
    EXPECT_EQ(undone.error().code, Code::unavailable);
    return store_.write([&](WriteTx& tx) -> Done {
      if (const auto done = work(tx); !done) return done;
      note(second, tx);
      return {};
    });
  }
  Done read(const std::function<Done(ReadTx&)>& work) override { return store_.read(work); }

  std::vector<std::string> first = {};
  std::vector<std::string> second = {};

 private:
  static void note(std::vector<std::string>& kids, ReadTx& tx) {
    kids.clear();  // of an earlier run
    for (const auto& key : tx.signing_keys()) kids.push_back(key.kid);
  }
  Store& store_;
};

TEST(Setup, NoKeyIsMadeWhileAWriteHoldsItsLocks) {
  FakeClock clock;
  SeededRandom random;
  const auto store = store::open_sqlite({.path = ":memory:"});
  NotesBothRuns start(*store);
  ASSERT_TRUE(prepare(start, clock, random, {.development = true}));
  EXPECT_EQ(start.first.size(), 1U);
  EXPECT_EQ(start.first, start.second);

  NotesBothRuns rotation(*store);
  ASSERT_TRUE(rotate_signing_keys(rotation, clock, random, {}, {}, seconds(600), seconds(3600)));
  EXPECT_EQ(rotation.first.size(), 2U);
  EXPECT_EQ(rotation.first, rotation.second);
}

TEST(Setup, MakesAKeyOnceAndNeverShowsItAgain) {
  FakeClock clock;
  SeededRandom random;
  const auto store = store::open_sqlite({.path = ":memory:"});
  const auto first = prepare(*store, clock, random, {.development = true}).value();
  ASSERT_TRUE(first.new_secret_key);
  EXPECT_TRUE(first.new_secret_key->expose().starts_with("sk_test_"));
  EXPECT_EQ(first.sample_users.size(), 2U);
  const auto again = prepare(*store, clock, random, {.development = true}).value();
  EXPECT_FALSE(again.new_secret_key);
  EXPECT_TRUE(again.sample_users.empty());
  const auto keyring = Keyring::load(*store).value();
  EXPECT_NE(keyring->find_secret_key(first.new_secret_key->expose()), nullptr);
  EXPECT_EQ(keyring->find_secret_key("sk_test_other"), nullptr);
}

TEST(Setup, AKeyFromTheOperatorReplacesTheEarlierOne) {
  FakeClock clock;
  SeededRandom random;
  const auto store = store::open_sqlite({.path = ":memory:"});
  const auto first = prepare(*store, clock, random, {.development = true}).value();
  const Secret mine("sk_test_mine0123456789abcdef");
  ASSERT_TRUE(prepare(*store, clock, random, {.secret_key = mine}));
  const auto keyring = Keyring::load(*store).value();
  EXPECT_NE(keyring->find_secret_key(mine.expose()), nullptr);
  EXPECT_EQ(keyring->find_secret_key(first.new_secret_key->expose()), nullptr);
}

TEST(Setup, TheAuditNamesAReplacedKeyAndNeitherTheFirstNorTheSame) {
  FakeClock clock;
  SeededRandom random;
  const auto store = store::open_sqlite({.path = ":memory:"});
  const auto start = [&](const char* key) {
    EXPECT_TRUE(prepare(*store, clock, random, {.secret_key = Secret(key)}));
    const auto keyring = Keyring::load(*store).value();
    const auto caller = keyring->find_secret_key(key);
    auto all = AuditEvents(*store).list({caller->instance_id, caller->id, ""}, {}, {}).value();
    return std::pair(caller->id, all.items);
  };
  EXPECT_TRUE(start("sk_test_one0123456789abcdef").second.empty());
  EXPECT_TRUE(start("sk_test_one0123456789abcdef").second.empty());
  const auto [id, events] = start("sk_test_two0123456789abcdef");
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].action, AuditAction::secret_key_replaced);
  EXPECT_EQ(events[0].key_id, id);
}

TEST(Setup, RefusesKeysOfTheWrongFormOrKind) {
  FakeClock clock;
  SeededRandom random;
  const auto store = store::open_sqlite({.path = ":memory:"});
  ASSERT_TRUE(prepare(*store, clock, random, {.development = true}));
  for (const auto* bad : {"", "sk_test_short", "pk_test_0123456789abcdef0123", "secret",
                          "sk_live_0123456789abcdef0123"}) {
    EXPECT_EQ(code_of(prepare(*store, clock, random, {.secret_key = Secret(bad)})),
              Code::param_invalid)
        << bad;
  }
}

TEST(Setup, RefusesAKeyThatNoClientCanSend) {
  FakeClock clock;
  SeededRandom random;
  const auto store = store::open_sqlite({.path = ":memory:"});
  for (const auto* bad : {"sk_test_0123456789abcdef0123\n", "sk_test_0123456789abcdef0123\r",
                          "sk_test_0123456789 abcdef0123", "sk_test_0123456789abcdef0123\t",
                          "sk_test_0123456789abcd\xC3\xA9"}) {
    const auto refused = prepare(*store, clock, random, {.secret_key = Secret(bad)});
    ASSERT_EQ(code_of(refused), Code::param_invalid) << bad;
    EXPECT_NE(refused.error().detail.find("white space"), std::string::npos);
  }
}

TEST(Rotation, PublishesANewKeyBeforeItSigns) {
  World world;
  const auto& id = world.caller.instance_id;
  const auto old_kid = world.keyring->signer(id, world.clock.now())->kid;
  const auto rotated = rotate_signing_keys(*world.store, world.clock, world.random, {}, {},
                                           seconds(600), seconds(3600))
                           .value();
  const auto keyring = Keyring::load(*world.store).value();
  EXPECT_EQ(keyring->signer(id, world.clock.now())->kid, old_kid);
  EXPECT_EQ(keyring->published(id, world.clock.now()).size(), 2U);
  const auto event = world.audit().back();
  EXPECT_EQ(event.action, AuditAction::signing_key_rotated);
  EXPECT_EQ(event.reason, rotated.front().kid + " signs in 600 s");

  world.clock.advance(seconds(600));
  EXPECT_EQ(keyring->signer(id, world.clock.now())->kid, rotated.front().kid);
  EXPECT_EQ(keyring->published(id, world.clock.now()).size(), 2U) << "earlier tokens still verify";
  world.clock.advance(seconds(3600));
  EXPECT_EQ(keyring->published(id, world.clock.now()).size(), 1U);
}

/// The new key's.
std::string rotate(World& world, seconds ahead) {
  return rotate_signing_keys(*world.store, world.clock, world.random, {}, {}, ahead, seconds(3600))
      .value()
      .front()
      .kid;
}

TEST(Rotation, TheLastOneWins) {
  World world;
  const auto& id = world.caller.instance_id;
  const auto planned = rotate(world, seconds(600));
  const auto urgent = rotate(world, seconds(3));
  const auto keyring = Keyring::load(*world.store).value();
  for (const auto passed : {seconds(3), seconds(600), seconds(8 * 86400)}) {
    world.clock.advance(passed);
    const auto now = world.clock.now();
    const auto signer = keyring->signer(id, now);
    EXPECT_EQ(signer->kid, urgent);
    const auto published = keyring->published(id, now);
    EXPECT_NE(std::find(published.begin(), published.end(), signer), published.end());
    EXPECT_TRUE(std::none_of(published.begin(), published.end(),
                             [&](const auto& key) { return key->kid == planned; }));
  }
}

TEST(Rotation, OneThatIsPlannedForAfterTheNextOneFollowsIt) {
  World world;
  const auto& id = world.caller.instance_id;
  const auto soon = rotate(world, seconds(60));
  const auto later = rotate(world, seconds(600));
  const auto keyring = Keyring::load(*world.store).value();
  world.clock.advance(seconds(60));
  EXPECT_EQ(keyring->signer(id, world.clock.now())->kid, soon);
  world.clock.advance(seconds(540));
  EXPECT_EQ(keyring->signer(id, world.clock.now())->kid, later);
}

TEST(Rotation, KeepsTheAlgorithmUnlessAnotherIsAskedFor) {
  using enum crypto::SignatureAlgorithm;
  World world;
  const auto next = [&](std::optional<crypto::SignatureAlgorithm> algorithm) {
    world.clock.advance(seconds(60));
    return rotate_signing_keys(*world.store, world.clock, world.random, {}, algorithm, seconds(1),
                               seconds(3600))
        .value()
        .front()
        .algorithm;
  };
  EXPECT_EQ(next({}), kQuickToMake);
  EXPECT_EQ(next(rs256), rs256);
  EXPECT_EQ(next({}), rs256);
  EXPECT_EQ(next(es256), es256);
  EXPECT_EQ(next({}), es256);
}

TEST(PublishableKey, IsTheOneClerksSdksDecode) {
  EXPECT_EQ(publishable_key(Instance{}, "clerk.localhost"), "pk_test_Y2xlcmsubG9jYWxob3N0JA");
}

}  // namespace
}  // namespace tenens
