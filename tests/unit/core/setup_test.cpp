#include "core/setup.hpp"

#include <gtest/gtest.h>

#include "unit/core/world.hpp"

namespace tenens {
namespace {

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

TEST(Rotation, PublishesANewKeyBeforeItSigns) {
  World world;
  const auto& id = world.caller.instance_id;
  const auto old_kid = world.keyring->signer(id, world.clock.now())->kid;
  const auto rotated =
      rotate_signing_keys(*world.store, world.clock, world.random, {}, seconds(600), seconds(3600))
          .value();
  const auto keyring = Keyring::load(*world.store).value();
  EXPECT_EQ(keyring->signer(id, world.clock.now())->kid, old_kid);
  EXPECT_EQ(keyring->published(id, world.clock.now()).size(), 2U);

  world.clock.advance(seconds(600));
  EXPECT_EQ(keyring->signer(id, world.clock.now())->kid, rotated.front().kid);
  EXPECT_EQ(keyring->published(id, world.clock.now()).size(), 2U) << "earlier tokens still verify";
  world.clock.advance(seconds(3600));
  EXPECT_EQ(keyring->published(id, world.clock.now()).size(), 1U);
}

TEST(PublishableKey, IsTheOneClerksSdksDecode) {
  EXPECT_EQ(publishable_key(Instance{}, "clerk.localhost"), "pk_test_Y2xlcmsubG9jYWxob3N0JA");
}

}  // namespace
}  // namespace tenens
