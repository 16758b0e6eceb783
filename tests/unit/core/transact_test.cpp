#include "core/transact.hpp"

#include <gtest/gtest.h>

#include "unit/core/world.hpp"

namespace tenens {
namespace {

/// Says of every write that nobody knows what became of it.
class LosesAnswers final : public Store {
 public:
  explicit LosesAnswers(Store& inner) : inner_(inner) {}

  Done write(const std::function<Done(WriteTx&)>& work) override {
    EXPECT_TRUE(inner_.write(work));
    return refuse(Code::outcome_unknown);
  }
  Done read(const std::function<Done(ReadTx&)>& work) override { return inner_.read(work); }

 private:
  Store& inner_;
};

TEST(Transact, AValueIsTheAnswer) {
  const World world;
  const auto standing = read_from(*world.store, [&](ReadTx& tx) {
    return tx.standing(world.customer.instance_id, world.customer.id);
  });
  EXPECT_EQ(standing.value(), Standing::usable);
}

TEST(Transact, AFailureUndoesWhatItsWorkDid) {
  const World world;
  const auto& id = world.customer.id;
  const auto& instance_id = world.customer.instance_id;
  const auto removed = write_to(*world.store, [&](WriteTx& tx) -> Result<int> {
    EXPECT_TRUE(tx.remove_user(instance_id, id));
    return refuse(Code::user_protected, id.text);
  });
  EXPECT_EQ(removed.error(), (Failure{Code::user_protected, id.text}));
  EXPECT_TRUE(
      read_from(*world.store, [&](ReadTx& tx) { return tx.find_user(instance_id, id); }).value());
}

TEST(Transact, WhatWorkReturnedIsNoAnswerWhereTheCommitsOutcomeIsUnknown) {
  const World world;
  LosesAnswers store(*world.store);
  const auto written = write_to(store, [](WriteTx&) { return 1; });
  EXPECT_EQ(written.error().code, Code::outcome_unknown);
}

}  // namespace
}  // namespace tenens
