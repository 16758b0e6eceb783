// The audit and its checkpoints on every store: what is signed, what is refused, and what somebody
// who edits the database cannot hide.
#include "core/audit_verification.hpp"

#include "base/base64url.hpp"
#include "core/setup.hpp"
#include "crypto/jwt.hpp"
#include "crypto/random.hpp"
#include "support/fakes.hpp"

#include "support/store_contract.hpp"

namespace tenens::test {
namespace {

class AuditCheckpointsContract : public StoreContract {
 protected:
  void SetUp() override {
    StoreContract::SetUp();
    if (IsSkipped()) return;
    ASSERT_TRUE(prepare(store(), clock_, random_, {}));
    load();
  }
  void load() {
    keyring_ = Keyring::load(store()).value();
    instance_ = keyring_->frontend_instance().id;
  }

  AuditEvent numbered(int number) const {
    auto event = test::event(AuditAction::actor_token_created);
    event.instance_id = instance_;
    event.reason = "reason " + std::to_string(number);
    return event;
  }
  void append(int events) {
    change([&](WriteTx& tx) {
      for (int i = 0; i < events; ++i) tx.append(numbered(i));
    });
  }
  AuditCheckpoints::Advance advance() {
    return AuditCheckpoints(store(), clock_, *keyring_).advance(instance_).value();
  }
  /// Events in several checkpoints, the last of which is returned.
  WitnessedCheckpoint fill(std::initializer_list<int> counts) {
    for (const auto count : counts) {
      append(count);
      (void)advance();
    }
    return newest();
  }
  WitnessedCheckpoint newest() {
    const auto seal = ask([&](ReadTx& tx) { return tx.newest_audit_seal(instance_); });
    return read_checkpoint(seal.value().checkpoint.jws).value();
  }

  AuditVerdict verify(std::vector<WitnessedCheckpoint> witnessed = {}) {
    AuditVerification what{.instance_id = instance_, .witnessed = std::move(witnessed)};
    return ask([&](ReadTx& tx) {
      for (const auto& stored : tx.signing_keys()) {
        what.keys.push_back(
            {stored.kid, crypto::PrivateKey::from_pem(stored.private_pem).verification_key()});
      }
      return verify_audit(tx, what);
    });
  }
  using Faults = std::vector<std::string>;

  FakeClock clock_;
  crypto::SystemRandom random_;
  std::shared_ptr<Keyring> keyring_;
  InstanceId instance_;
};
TENENS_FOR_EVERY_STORE(AuditCheckpointsContract);

/// The same, on stores that somebody else can edit.
class EditedAudit : public AuditCheckpointsContract {
 protected:
  void SetUp() override {
    AuditCheckpointsContract::SetUp();
    if (!IsSkipped() && !home().survives_reopening()) GTEST_SKIP() << "nobody else writes there";
  }
  void edit(const std::string& sql) { reopen_after(sql); }
};
TENENS_FOR_EVERY_STORE(EditedAudit);

TEST_P(AuditCheckpointsContract, CoverWhatIsNewAndNothingTwice) {
  EXPECT_EQ(advance().size, 0) << "of no events there is none";
  append(3);
  EXPECT_EQ(advance().leaves, 3);
  EXPECT_EQ(advance().leaves, 0);
  append(2);
  const auto second = advance();
  EXPECT_EQ(second.leaves, 2);
  EXPECT_EQ(second.size, 5);

  const auto verdict = verify({newest()});
  EXPECT_EQ(verdict.faults, Faults{});
  EXPECT_EQ(verdict.events, 5);
  EXPECT_EQ(verdict.covered, 5);
  EXPECT_EQ(verdict.checkpoints, 2);
  EXPECT_EQ(verdict.witnessed, 1);
}

TEST_P(AuditCheckpointsContract, ManyEventsTakeSeveral) {
  append(AuditCheckpoints::kMostLeaves + 1);
  EXPECT_EQ(advance().leaves, AuditCheckpoints::kMostLeaves);
  EXPECT_EQ(advance().leaves, 1);
  EXPECT_EQ(advance().leaves, 0);
  EXPECT_EQ(verify().faults, Faults{});
}

TEST_P(AuditCheckpointsContract, ManyEventsAreReadInShortStretches) {
  append(AuditCheckpoints::kMostLeaves);
  AuditCheckpoints checkpoints(store(), clock_, *keyring_);
  int rests = 0;
  EXPECT_EQ(checkpoints.advance(instance_, [&] { ++rests; })->leaves,
            AuditCheckpoints::kMostLeaves);
  EXPECT_GE(rests, 4);
  EXPECT_EQ(verify().faults, Faults{});
}

TEST_P(AuditCheckpointsContract, AreListedNewestFirst) {
  fill({1, 1, 1});
  const Caller caller{.instance_id = instance_, .key_id = {}, .address = {}};
  const auto listing =
      AuditCheckpoints(store(), clock_, *keyring_).list(caller, {.limit = 2}).value();
  EXPECT_EQ(listing.total, 3);
  ASSERT_EQ(listing.items.size(), 2U);
  EXPECT_EQ(listing.items[0].size, 3);
  EXPECT_EQ(listing.items[1].size, 2);
}

TEST_P(AuditCheckpointsContract, TwoOfOneSizeAreOne) {
  fill({2});
  const auto seal = ask([&](ReadTx& tx) { return tx.newest_audit_seal(instance_); }).value();
  change([&](WriteTx& tx) { tx.insert(seal); });
  EXPECT_EQ(ask([&](ReadTx& tx) { return tx.audit_seals_after(instance_, 0, 10); }),
            std::vector<AuditSeal>{seal});
}

TEST_P(AuditCheckpointsContract, OfTwoServersAtOnceAgree) {
  append(2);
  (void)advance();
  const auto first = ask([&](ReadTx& tx) { return tx.newest_audit_seal(instance_); }).value();
  append(3);
  (void)advance();
  // A server that had seen fewer events, and was slower.
  auto late = first;
  crypto::MerkleTree tree(2, first.peaks);
  const auto events = ask([&](ReadTx& tx) {
    std::vector<AuditEvent> found;
    tx.audit_events_after(instance_, 2, 1, found);
    return found;
  });
  late.leaves = {audit::leaf(events.front())};
  tree.append(late.leaves.front());
  late.peaks = tree.peaks();
  late.checkpoint.size = 3;
  late.checkpoint.root = tree.root();
  const auto signer = keyring_->signer(instance_, clock_.now());
  late.checkpoint.jws = crypto::sign_audit_checkpoint(signer->key, signer->kid,
                                                      audit::checkpoint_payload(late.checkpoint));
  change([&](WriteTx& tx) { tx.insert(late); });
  append(1);
  EXPECT_EQ(advance().size, 6);
  const auto verdict = verify();
  EXPECT_EQ(verdict.faults, Faults{});
  EXPECT_EQ(verdict.checkpoints, 4);
}

TEST_P(AuditCheckpointsContract, AreNoSessionTokens) {
  fill({1});
  const auto jws =
      ask([&](ReadTx& tx) { return tx.newest_audit_seal(instance_); }).value().checkpoint.jws;
  const auto header = parse_base64url(jws.substr(0, jws.find('.'))).value();
  EXPECT_NE(header.find(R"("typ":"audit-checkpoint+jwt")"), std::string::npos) << header;
  EXPECT_FALSE(read_checkpoint("no.checkpoint"));
  EXPECT_FALSE(read_checkpoint("a.e30.c")) << "an object without members";
  EXPECT_FALSE(read_checkpoint(""));
}

TEST_P(EditedAudit, AnEventThatWasEditedIsNamed) {
  fill({3, 4});
  for (const auto* change :
       {"reason = 'another'", "reason = NULL", "at = at + 1",
        "actor_sub = 'x', actor_payload = '{}'", "address = '::1'", "action = 'session_ended'",
        "action = replace(action, '_', '.')", "code = 'x'"}) {
    edit(
        "CREATE TABLE kept AS SELECT * FROM audit_events WHERE sequence = 5;"
        "UPDATE audit_events SET " +
        std::string(change) + " WHERE sequence = 5");
    EXPECT_EQ(verify().faults, Faults{"event 5 is not the one that was recorded"}) << change;
    edit(
        "DELETE FROM audit_events WHERE sequence = 5;"
        "INSERT INTO audit_events SELECT * FROM kept; DROP TABLE kept");
    ASSERT_EQ(verify().faults, Faults{}) << change;
  }
}

TEST_P(EditedAudit, AnEventWithANumberThatIsNoneIsNamed) {
  fill({3, 4});
  append(1);
  for (const auto* number : {"0", "-7"}) {
    edit(
        "CREATE TABLE forged AS SELECT * FROM audit_events WHERE sequence = 5;"
        "UPDATE forged SET sequence = " +
        std::string(number) + "; INSERT INTO audit_events SELECT * FROM forged; DROP TABLE forged");
    EXPECT_EQ(verify().faults,
              Faults{"event " + std::string(number) + " was not recorded: numbers begin at 1"});
    edit("DELETE FROM audit_events WHERE sequence < 1");
  }
  ASSERT_EQ(verify().faults, Faults{});
}

TEST_P(EditedAudit, AWitnessThatWasEditedIsNamed) {
  const auto kept = fill({3, 4});
  EXPECT_EQ(verify({kept}).witnessed_up_to, 7);
  auto forged = kept;
  forged.root = {};  // with what its JWS says besides
  AuditCheckpoint other;
  other.instance_id = instance_;
  other.size = 7;
  forged.payload = audit::checkpoint_payload(other);
  EXPECT_EQ(verify({forged}).faults,
            Faults{"the witness's checkpoint of 7 events is not signed by this server: it was "
                   "changed where it was kept"});
  forged.size = 1000;
  EXPECT_EQ(verify({forged}).faults,
            Faults{"the witness's checkpoint of 1000 events is not signed by this server: it was "
                   "changed where it was kept"});
}

TEST_P(EditedAudit, AnEventThatWasRemovedIsNamed) {
  fill({3, 4});
  edit("DELETE FROM audit_events WHERE sequence = 2");
  EXPECT_EQ(verify().faults, Faults{"event 2 is missing"});
}

TEST_P(EditedAudit, TwoThatChangedPlacesAreNamed) {
  fill({3, 4});
  edit(
      "UPDATE audit_events SET sequence = -1 WHERE sequence = 2;"
      "UPDATE audit_events SET sequence = 2 WHERE sequence = 6;"
      "UPDATE audit_events SET sequence = 6 WHERE sequence = -1");
  EXPECT_EQ(verify().faults, (Faults{"event 2 is not the one that was recorded",
                                     "event 6 is not the one that was recorded"}));
}

TEST_P(EditedAudit, ACheckpointThatWasEditedIsNamed) {
  fill({3, 1});
  edit("UPDATE audit_checkpoints SET leaves = peaks WHERE size = 4");
  EXPECT_EQ(verify().faults,
            (Faults{"event 4 is not the one that was recorded",
                    "the checkpoint of 4 events has another root than its leaves"}));
}

TEST_P(EditedAudit, ACheckpointThatIsGoneIsMissed) {
  fill({3, 4, 2});
  edit("DELETE FROM audit_checkpoints WHERE size = 7");
  EXPECT_EQ(verify().faults, Faults{"the checkpoints of the events 4 to 7 are missing"});
}

TEST_P(EditedAudit, AnotherRootTakesTheKey) {
  fill({3});
  edit("UPDATE audit_checkpoints SET created_at = created_at + 1000");
  EXPECT_EQ(verify().faults, Faults{"the checkpoint of 3 events is not signed by this server"});
}

TEST_P(EditedAudit, WhatWasCutOffWithItsCheckpointsTheWitnessKnows) {
  const auto kept = fill({3, 4});
  edit("DELETE FROM audit_events WHERE sequence > 3; DELETE FROM audit_checkpoints WHERE size > 3");
  EXPECT_EQ(verify().faults, Faults{}) << "nothing here can tell";
  EXPECT_EQ(verify({kept}).faults, Faults{"the witness has seen 7 events, of which 3 are here"});
}

TEST_P(EditedAudit, WhatWasWrittenAnewWithTheKeyTheWitnessKnows) {
  const auto kept = fill({3, 4});
  edit(
      "UPDATE audit_events SET reason = 'another' WHERE sequence = 2; DELETE FROM "
      "audit_checkpoints");
  EXPECT_EQ(advance().leaves, 7) << "whoever can remove all checkpoints gets new ones";
  EXPECT_EQ(verify().faults, Faults{});
  EXPECT_EQ(verify({kept}).faults, Faults{"the witness has seen other events up to 7"});
}

TEST_P(EditedAudit, NothingIsSignedOfAnAuditThatWasCutOff) {
  fill({3, 4});
  edit("DELETE FROM audit_events WHERE sequence > 5");
  EXPECT_EQ(advance().broken_at, 7);
  append(5);  // on PostgreSQL they go on from 8, on SQLite from 6
  const auto again = advance();
  EXPECT_EQ(again.broken_at, 7);
  EXPECT_EQ(again.leaves, 0);
  EXPECT_EQ(ask([&](ReadTx& tx) { return tx.count_audit_checkpoints(instance_); }), 2);
}

TEST_P(EditedAudit, NothingIsSignedOverAGap) {
  fill({3});
  append(4);
  edit("DELETE FROM audit_events WHERE sequence = 5");
  const auto advanced = advance();
  EXPECT_EQ(advanced.broken_at, 5);
  EXPECT_EQ(advanced.leaves, 0);
}

TEST_P(EditedAudit, NothingIsSignedOverAGapThatIsFarFromItsBeginning) {
  append(AuditCheckpoints::kMostLeaves);
  edit("DELETE FROM audit_events WHERE sequence = 700");
  const auto advanced = advance();
  EXPECT_EQ(advanced.broken_at, 700);
  EXPECT_EQ(advanced.leaves, 0);
  EXPECT_EQ(ask([&](ReadTx& tx) { return tx.count_audit_checkpoints(instance_); }), 0);
}

TEST_P(EditedAudit, ADamagedCheckpointIsNoEndOfTheServer) {
  fill({3});
  edit("UPDATE audit_checkpoints SET peaks = substr(peaks, 1, 32)");
  EXPECT_EQ(advance().broken_at, 3);
  edit("UPDATE audit_checkpoints SET leaves = substr(leaves, 1, 0)");
  EXPECT_EQ(advance().broken_at, 3);
  EXPECT_EQ(verify().faults.front(), "the checkpoint of 3 events is damaged");
}

}  // namespace
}  // namespace tenens::test
