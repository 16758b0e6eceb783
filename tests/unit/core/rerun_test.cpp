// A store may run a closure again after what it did was undone. Nothing of the first run may show.
#include <gtest/gtest.h>

#include "core/transact.hpp"
#include "unit/core/world.hpp"

namespace tenens {
namespace {

/// Runs every write twice; `rival` decides what the undone run finds.
class RunsTwice final : public Store {
 public:
  explicit RunsTwice(Store& inner) : inner_(inner) {}

  Done write(const std::function<Done(WriteTx&)>& work) override {
    const auto undone = inner_.write([&](WriteTx& tx) -> Done {
      if (rival) rival(tx);
      (void)work(tx);
      return refuse(Code::internal);
    });
    EXPECT_FALSE(undone);
    return inner_.write(work);
  }
  Done read(const std::function<Done(ReadTx&)>& work) override { return inner_.read(work); }

  std::function<void(WriteTx&)> rival;

 private:
  Store& inner_;
};

class Rerun : public testing::Test {
 protected:
  void ban_customer_in_the_undone_run() {
    store_.rival = [this](WriteTx& tx) {
      auto user = world_.customer;
      user.banned = true;
      std::string taken;
      EXPECT_TRUE(tx.update(user, taken)) << taken;
    };
  }

  World world_;
  RunsTwice store_{*world_.store};
  Services services_{store_, world_.clock, world_.random, *world_.keyring, Settings{}};
};

TEST_F(Rerun, WhatAWriteReturnsIsWhatItsLastRunReturned) {
  int runs = 0;
  EXPECT_EQ(write_to(store_, [&](WriteTx&) { return ++runs; }).value(), 2);
}

TEST_F(Rerun, ARedemptionThatWasRefusedAtFirstIsNotRefused) {
  const auto minted = world_.mint();
  ban_customer_in_the_undone_run();
  EXPECT_TRUE(services_.sign_ins.redeem(world_.visitor(), minted.ticket));
  EXPECT_EQ(world_.audit().back().action, AuditAction::actor_token_redeemed);
}

TEST_F(Rerun, AnIdempotentCreateReturnsTheTokenThatWasStored) {
  const Idempotency key{.key = {1}, .body = {2}};
  const auto other = world_.mint();
  store_.rival = [&](WriteTx& tx) {
    tx.insert(IdempotencyRecord{world_.caller.instance_id, key.key, key.body, other.record.id,
                                world_.clock.now()});
  };
  const auto made = services_.actor_tokens.create(world_.caller, world_.wanted(), key);
  ASSERT_TRUE(made);
  EXPECT_NE(made->record.id, other.record.id);
  EXPECT_TRUE(services_.actor_tokens.find(world_.caller, made->record.id));
}

TEST_F(Rerun, ARotationReportsEachKeyOnce) {
  const auto rotated =
      rotate_signing_keys(store_, world_.clock, world_.random, {},
                          crypto::SignatureAlgorithm::es256, seconds(1), std::chrono::hours(1));
  ASSERT_TRUE(rotated);
  EXPECT_EQ(rotated->size(), 1U);
}

}  // namespace
}  // namespace tenens
