#include "support/store_contract.hpp"

namespace tenens::test {
namespace {

class InstancesContract : public StoreContract {};
TENENS_FOR_EVERY_STORE(InstancesContract);

TEST_P(InstancesContract, AnInstanceComesBackAsItWasStored) {
  // A key is bytes, not text: a zero in it must not end it.
  const Secret key(std::string_view("\0\xff key \0 with zeros", 19));
  insert(Instance{kHere, true, key, at(7)}, Instance{kElsewhere, false, "other", at(8)});

  const auto found = ask([](ReadTx& tx) { return tx.instances(); });
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].id, kElsewhere) << "newest first";
  EXPECT_FALSE(found[0].production);
  EXPECT_EQ(found[1].id, kHere);
  EXPECT_TRUE(found[1].production);
  EXPECT_EQ(found[1].ticket_key, key);
  EXPECT_EQ(found[1].created_at, at(7));
}

TEST_P(InstancesContract, SecretKeysComeBackAndGoWithTheirInstanceOnly) {
  insert(SecretKey{id<SecretKeyId>(1), kHere, digest(1), at(1)},
         SecretKey{id<SecretKeyId>(2), kHere, digest(2), at(2)},
         SecretKey{id<SecretKeyId>(3), kElsewhere, digest(3), at(3)});
  EXPECT_EQ(ask([](ReadTx& tx) { return tx.secret_keys().size(); }), 3U);

  change([](WriteTx& tx) { tx.remove_secret_keys(kHere); });
  const auto left = ask([](ReadTx& tx) { return tx.secret_keys(); });
  ASSERT_EQ(left.size(), 1U);
  EXPECT_EQ(left[0].id, id<SecretKeyId>(3));
  EXPECT_EQ(left[0].instance_id, kElsewhere);
  EXPECT_EQ(left[0].digest, digest(3));
  EXPECT_EQ(left[0].created_at, at(3));
}

TEST_P(InstancesContract, OneSecretKeyCannotNameTwoInstances) {
  insert(SecretKey{id<SecretKeyId>(1), kHere, digest(1), at(1)});
  const auto done = store().write([](WriteTx& tx) -> Done {
    tx.insert(SecretKey{id<SecretKeyId>(2), kElsewhere, digest(1), at(1)});
    return {};
  });
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, Code::unavailable);
}

TEST_P(InstancesContract, SigningKeysComeBackAndRetireByName) {
  insert(SigningKey{"kid-1", kHere, "pem 1", at(1), std::nullopt, at(0)},
         SigningKey{"kid-2", kHere, "pem 2", at(2), at(9), at(1)});
  change([](WriteTx& tx) { tx.retire_signing_key("kid-1", at(5)); });

  const auto found = ask([](ReadTx& tx) { return tx.signing_keys(); });
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].kid, "kid-2") << "the youngest first";
  EXPECT_EQ(found[0].retired_at, at(9));
  EXPECT_EQ(found[1].kid, "kid-1");
  EXPECT_EQ(found[1].instance_id, kHere);
  EXPECT_EQ(found[1].private_pem, Secret("pem 1"));
  EXPECT_EQ(found[1].active_from, at(1));
  EXPECT_EQ(found[1].retired_at, at(5));
  EXPECT_EQ(found[1].created_at, at(0));
}

TEST_P(InstancesContract, HowAKeyIsStoredChangesInItsOwnRecordOnly) {
  const Secret sealed(std::string_view("\0sealed\0", 8));
  insert(Instance{kHere, true, "key", at(1)}, Instance{kElsewhere, true, "other", at(1)},
         SigningKey{"kid-1", kHere, "pem 1", at(1), at(3), at(0)},
         SigningKey{"kid-2", kHere, "pem 2", at(2), std::nullopt, at(0)});
  change([&](WriteTx& tx) {
    tx.update_ticket_key(Instance{kHere, false, sealed, at(9)});
    tx.update_private_pem(SigningKey{"kid-1", kElsewhere, sealed, at(9), std::nullopt, at(9)});
  });

  const auto instances = ask([](ReadTx& tx) { return tx.instances(); });
  ASSERT_EQ(instances.size(), 2U);
  EXPECT_EQ(instances[0].ticket_key, Secret("other"));
  EXPECT_EQ(instances[1].ticket_key, sealed);
  EXPECT_TRUE(instances[1].production);
  const auto keys = ask([](ReadTx& tx) { return tx.signing_keys(); });
  ASSERT_EQ(keys.size(), 2U);
  EXPECT_EQ(keys[0].private_pem, Secret("pem 2"));
  EXPECT_EQ(keys[1].private_pem, sealed);
  EXPECT_EQ(keys[1].retired_at, at(3));
}

TEST_P(InstancesContract, AnIdempotencyRecordComesBackToItsInstanceOnly) {
  insert(IdempotencyRecord{kHere, digest(1), digest(2), id<ActorTokenId>(3), at(4)});

  const auto find = [&](const InstanceId& where, int key) {
    return ask([&](ReadTx& tx) { return tx.find_idempotency(where, digest(key)); });
  };
  const auto found = find(kHere, 1);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->instance_id, kHere);
  EXPECT_EQ(found->key_digest, digest(1));
  EXPECT_EQ(found->body_digest, digest(2));
  EXPECT_EQ(found->actor_token_id, id<ActorTokenId>(3));
  EXPECT_EQ(found->created_at, at(4));
  EXPECT_FALSE(find(kHere, 2));
  EXPECT_FALSE(find(kElsewhere, 1));
}

TEST_P(InstancesContract, AnIdempotencyRecordGivesWayToALaterOneAndTheOldestAreForgotten) {
  insert(IdempotencyRecord{kHere, digest(1), digest(2), id<ActorTokenId>(3), at(4)});
  insert(IdempotencyRecord{kHere, digest(1), digest(2), id<ActorTokenId>(5), at(6)});
  insert(IdempotencyRecord{kHere, digest(7), digest(2), id<ActorTokenId>(8), at(9)});
  const auto find = [&](int key) {
    return ask([&](ReadTx& tx) { return tx.find_idempotency(kHere, digest(key)); });
  };
  EXPECT_EQ(find(1)->actor_token_id, id<ActorTokenId>(5));

  change([](WriteTx& tx) { tx.forget_idempotency_before(at(9)); });
  EXPECT_FALSE(find(1));
  EXPECT_TRUE(find(7));
}

}  // namespace
}  // namespace tenens::test
