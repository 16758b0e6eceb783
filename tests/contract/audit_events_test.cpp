#include "core/audit_events.hpp"
#include "support/store_contract.hpp"

namespace tenens::test {
namespace {

class AuditEventsContract : public StoreContract {
 protected:
  std::vector<std::int64_t> passing(const AuditFilter& filter, Page page = {}) {
    std::vector<std::int64_t> found;
    for (const auto& event :
         ask([&](ReadTx& tx) { return tx.audit_events(kHere, filter, page); })) {
      found.push_back(event.sequence);
    }
    return found;
  }

  /// With something in each field.
  static AuditEvent full_event(AuditAction action) {
    auto full = event(action);
    full.key_id = id<SecretKeyId>(1);
    full.actor = actor("admin");
    full.user_id = id<UserId>(2);
    full.actor_token_id = id<ActorTokenId>(3);
    full.sign_in_token_id = id<SignInTokenId>(4);
    full.session_id = id<SessionId>(5);
    full.address = "2001:db8::1";
    full.reason = "why";
    full.code = "ticket_used";
    return full;
  }
};
TENENS_FOR_EVERY_STORE(AuditEventsContract);

using Numbers = std::vector<std::int64_t>;

TEST_P(AuditEventsContract, AnEventComesBackAsItWasStoredWithItsNumber) {
  auto full = full_event(AuditAction::actor_token_redeem_refused);
  full.sequence = 4711;  // not the caller's to choose
  insert(full, event(AuditAction::session_ended));

  auto plain = event(AuditAction::session_ended);
  full.sequence = 1;
  plain.sequence = 2;
  EXPECT_EQ(ask([](ReadTx& tx) { return tx.audit_events(kHere, {}, {}); }),
            (std::vector<AuditEvent>{plain, full}));
}

TEST_P(AuditEventsContract, WhatIsReadInThePlaceOfOthersHasNothingOfThem) {
  auto full = full_event(AuditAction::unknown);
  full.unknown_action = "session_paused";
  insert(event(AuditAction::session_ended), event(AuditAction::session_removed));
  const auto read = ask([&](ReadTx& tx) {
    std::vector<AuditEvent> found(3, full);
    tx.audit_events_after(kHere, 0, 5, found);
    return found;
  });
  auto first = event(AuditAction::session_ended);
  auto second = event(AuditAction::session_removed);
  first.sequence = 1;
  second.sequence = 2;
  EXPECT_EQ(read, (std::vector<AuditEvent>{first, second}));
}

TEST_P(AuditEventsContract, EveryActionComesBackAsItWasStored) {
  for (int number = 0; number < static_cast<int>(AuditAction::unknown); ++number) {
    const auto action = static_cast<AuditAction>(number);
    insert(event(action));
    const auto found =
        ask([&](ReadTx& tx) { return tx.audit_events(kHere, {.action = action}, {}); });
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].action, action);
  }
}

TEST_P(AuditEventsContract, AnActionOfALaterVersionIsReadAsItsWord) {
  if (!home().survives_reopening()) GTEST_SKIP() << "nobody else writes there";
  insert(event(AuditAction::session_ended), event(AuditAction::session_removed));
  reopen_after("UPDATE audit_events SET action = 'session_paused' WHERE sequence = 1");
  auto later = event(AuditAction::unknown);
  later.unknown_action = "session_paused";
  later.sequence = 1;
  auto known = event(AuditAction::session_removed);
  known.sequence = 2;
  EXPECT_EQ(ask([](ReadTx& tx) { return tx.audit_events(kHere, {}, {}); }),
            (std::vector<AuditEvent>{known, later}));
  EXPECT_EQ(action_text(later), "session_paused");

  const auto forged = store().write([&](WriteTx& tx) -> Done {
    tx.append(later);
    return {};
  });
  EXPECT_FALSE(forged) << "whoever cannot name an act must not record one";
}

TEST_P(AuditEventsContract, ListsAreNewestFirstAndFilteredAndPaged) {
  for (int n = 1; n <= 6; ++n) {
    auto made = redeemed_event(pending_token(n % 2), id<SessionId>(n % 3));
    if (n > 4) made.actor = actor("other");
    if (n == 6) made.action = AuditAction::session_ended;
    made.user_id = id<UserId>(n);
    insert(made);
  }
  EXPECT_EQ(passing({}), (Numbers{6, 5, 4, 3, 2, 1}));
  EXPECT_EQ(passing({.actor_sub = "other"}), (Numbers{6, 5}));
  EXPECT_EQ(passing({.user_id = id<UserId>(3)}), (Numbers{3}));
  EXPECT_EQ(passing({.actor_token_id = id<ActorTokenId>(1)}), (Numbers{5, 3, 1}));
  EXPECT_EQ(passing({.session_id = id<SessionId>(0)}), (Numbers{6, 3}));
  EXPECT_EQ(passing({.action = AuditAction::session_ended}), (Numbers{6}));
  EXPECT_EQ(passing({.actor_sub = "admin", .session_id = id<SessionId>(1)}), (Numbers{4, 1}));
  EXPECT_EQ(passing({}, {.limit = 2, .offset = 3}), (Numbers{3, 2}));
  const AuditFilter admin{.actor_sub = "admin"};
  EXPECT_EQ(ask([&](ReadTx& tx) { return tx.count_audit_events(kHere, admin); }), 4);
  EXPECT_EQ(ask([&](ReadTx& tx) { return tx.count_audit_events(kElsewhere, {}); }), 0);
}

TEST_P(AuditEventsContract, EveryInstanceCountsItsOwnEventsFromOne) {
  auto other = event(AuditAction::session_ended);
  other.instance_id = kElsewhere;
  insert(event(AuditAction::session_ended), other, event(AuditAction::session_ended), other);
  EXPECT_EQ(sequences(kHere), (Numbers{2, 1}));
  EXPECT_EQ(sequences(kElsewhere), (Numbers{2, 1}));
}

TEST_P(AuditEventsContract, AFailureLeavesNoGapInTheNumbers) {
  insert(event(AuditAction::session_ended));
  const auto refused = store().write([](WriteTx& tx) -> Done {
    tx.append(event(AuditAction::session_revoked));
    tx.append(event(AuditAction::session_revoked));
    return refuse(Code::ticket_used);
  });
  EXPECT_FALSE(refused);
  insert(event(AuditAction::session_removed));
  EXPECT_EQ(sequences(), (Numbers{2, 1}));
  EXPECT_TRUE(passing({.action = AuditAction::session_revoked}).empty());
}

TEST_P(AuditEventsContract, TheNumbersGoOnAfterReopening) {
  if (!home().survives_reopening()) GTEST_SKIP() << "its data end with it";
  insert(event(AuditAction::session_ended), event(AuditAction::session_ended));
  reopen();
  insert(event(AuditAction::session_ended));
  EXPECT_EQ(sequences(), (Numbers{3, 2, 1}));
}

}  // namespace
}  // namespace tenens::test
