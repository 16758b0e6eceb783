#include "support/store_contract.hpp"

namespace tenens::test {
namespace {

class UsersContract : public StoreContract {
 protected:
  /// The parameter that another user has; "" if there was no other objection than none.
  std::string insert_refused(const User& user) {
    return decide([&](WriteTx& tx) {
      std::string taken = "left over";
      return tx.insert(user, taken) ? std::string("accepted") : taken;
    });
  }
  std::string update_refused(const User& user) {
    return decide([&](WriteTx& tx) {
      std::string taken = "left over";
      return tx.update(user, taken) ? std::string("accepted") : taken;
    });
  }
  /// The numbers of the users that pass `filter`, in their order.
  std::vector<UserId> passing(const UserFilter& filter, Page page = {},
                              const InstanceId& where = kHere) {
    std::vector<UserId> ids;
    for (const auto& user : ask([&](ReadTx& tx) { return tx.users(where, filter, page); })) {
      ids.push_back(user.id);
    }
    return ids;
  }
  static std::vector<UserId> numbers(std::initializer_list<int> wanted) {
    std::vector<UserId> ids;
    for (const int number : wanted) ids.push_back(id<UserId>(number));
    return ids;
  }
};
TENENS_FOR_EVERY_STORE(UsersContract);

TEST_P(UsersContract, AUserWithEverythingComesBackAsItWasStored) {
  insert(full_user(1));
  EXPECT_EQ(user(1), full_user(1));
}

TEST_P(UsersContract, AUserWithNothingComesBackAsItWasStored) {
  insert(plain_user(1), plain_user(2));  // absent identifiers never collide
  EXPECT_EQ(user(1), plain_user(1));
  EXPECT_EQ(user(2), plain_user(2));
}

TEST_P(UsersContract, AListHoldsWholeUsers) {
  insert(full_user(1), full_user(2));
  const auto all = ask([](ReadTx& tx) { return tx.users(kHere, {}, {}); });
  EXPECT_EQ(all, (std::vector<User>{full_user(2), full_user(1)}));
}

TEST_P(UsersContract, AnUpdateReplacesEveryField) {
  insert(plain_user(1));
  auto changed = full_user(1);
  EXPECT_EQ(update_refused(changed), "accepted");
  EXPECT_EQ(user(1), changed);

  changed.emails.pop_back();
  changed.primary_email_id.reset();
  changed.username.reset();
  EXPECT_EQ(update_refused(changed), "accepted");
  EXPECT_EQ(user(1), changed);
}

TEST_P(UsersContract, AnUpdateOfNobodyChangesNothing) {
  EXPECT_EQ(update_refused(plain_user(1)), "");
  EXPECT_FALSE(user(1));
}

TEST_P(UsersContract, AnIdentifierOfAnotherUserIsRefusedByItsName) {
  insert(full_user(1));
  auto same_address = plain_user(2);
  same_address.emails = {email(99, "free@example.com"), email(98, "FIRST1@example.COM")};
  EXPECT_EQ(insert_refused(same_address), "email_address");

  auto same_name = plain_user(2);
  same_name.username = "user1";
  EXPECT_EQ(insert_refused(same_name), "username");

  auto same_external_id = plain_user(2);
  same_external_id.external_id = "external-1";
  EXPECT_EQ(insert_refused(same_external_id), "external_id");
  EXPECT_FALSE(user(2)) << "a refusal leaves nothing behind";
}

TEST_P(UsersContract, AnUpdateCannotTakeAnIdentifierOfAnotherUser) {
  insert(full_user(1), full_user(2));
  auto greedy = full_user(2);
  greedy.emails.push_back(email(97, "second1@EXAMPLE.com"));
  EXPECT_EQ(update_refused(greedy), "email_address");
  greedy = full_user(2);
  greedy.username = "user1";
  EXPECT_EQ(update_refused(greedy), "username");
  greedy = full_user(2);
  greedy.external_id = "external-1";
  EXPECT_EQ(update_refused(greedy), "external_id");
  EXPECT_EQ(user(2), full_user(2)) << "a refusal changes nothing";
}

TEST_P(UsersContract, OneUserCannotHaveAnAddressTwice) {
  auto twice = plain_user(1);
  twice.emails = {email(1, "a@example.com"), email(2, "A@EXAMPLE.COM")};
  EXPECT_EQ(insert_refused(twice), "email_address");
}

TEST_P(UsersContract, IdentifiersAreFreeInAnotherInstanceAndAfterRemoval) {
  insert(full_user(1));
  auto other = full_user(1);
  other.instance_id = kElsewhere;
  EXPECT_EQ(insert_refused(other), "accepted");

  EXPECT_TRUE(decide([](WriteTx& tx) { return tx.remove_user(kHere, id<UserId>(1)); }));
  EXPECT_FALSE(user(1));
  EXPECT_FALSE(decide([](WriteTx& tx) { return tx.remove_user(kHere, id<UserId>(1)); }));
  auto heir = full_user(1);
  heir.id = id<UserId>(2);
  EXPECT_EQ(insert_refused(heir), "accepted");
}

TEST_P(UsersContract, ARemovedUserIsKnownAsRemovedHereAndNobodyElseIs) {
  insert(full_user(1), plain_user(2));
  const auto standing = [&](const InstanceId& where, int number) {
    return ask([&](ReadTx& tx) { return tx.standing(where, id<UserId>(number)); });
  };
  EXPECT_EQ(standing(kHere, 1), Standing::banned);
  for (int i = 0; i < 2; ++i) {
    EXPECT_TRUE(decide([](WriteTx& tx) {
      return tx.remove_user(kHere, id<UserId>(1)) &&
             tx.standing(kHere, id<UserId>(1)) == Standing::removed;
    }));
    EXPECT_EQ(standing(kHere, 1), Standing::removed);
    EXPECT_EQ(standing(kElsewhere, 1), Standing::unknown);
    EXPECT_EQ(standing(kHere, 2), Standing::usable);
    insert(full_user(1));  // back, for instance imported; and removed once more
  }
  EXPECT_FALSE(decide([](WriteTx& tx) { return tx.remove_user(kHere, id<UserId>(3)); }));
  EXPECT_EQ(standing(kHere, 3), Standing::unknown) << "never was there";
  EXPECT_EQ(ask([](ReadTx& tx) { return tx.standing(kHere, UserId{"support@example.com"}); }),
            Standing::unknown);
}

TEST_P(UsersContract, AStandingIsAsTheTransactionHasLeftIt) {
  insert(plain_user(1));
  EXPECT_TRUE(decide([](WriteTx& tx) {
    const auto standing = [&](int number) { return tx.standing(kHere, id<UserId>(number)); };
    auto user = plain_user(1);
    std::string taken;
    bool right = standing(1) == Standing::usable && standing(2) == Standing::unknown;
    user.banned = true;
    right = right && tx.update(user, taken) && standing(1) == Standing::banned;
    right = right && tx.insert(plain_user(2), taken) && standing(2) == Standing::usable;
    return right && tx.remove_user(kHere, user.id) && standing(1) == Standing::removed;
  }));
}

TEST_P(UsersContract, AnotherInstancesUserIsNotFoundNotChangedAndNotRemoved) {
  insert(full_user(1));
  EXPECT_FALSE(ask([](ReadTx& tx) { return tx.find_user(kElsewhere, id<UserId>(1)); }));
  EXPECT_TRUE(passing({}, {}, kElsewhere).empty());
  EXPECT_TRUE(passing({.email_addresses = {"second1@example.com"}}, {}, kElsewhere).empty());
  EXPECT_TRUE(passing({.query = "second1"}, {}, kElsewhere).empty());
  EXPECT_EQ(ask([](ReadTx& tx) { return tx.count_users(kElsewhere, {}); }), 0);

  auto intruder = full_user(1);
  intruder.instance_id = kElsewhere;
  EXPECT_EQ(update_refused(intruder), "");
  EXPECT_FALSE(decide([](WriteTx& tx) { return tx.remove_user(kElsewhere, id<UserId>(1)); }));
  EXPECT_EQ(user(1), full_user(1));
}

TEST_P(UsersContract, ListsAreNewestFirstUnlessAskedOtherwise) {
  insert(plain_user(2), plain_user(1), plain_user(3));
  EXPECT_EQ(passing({}), numbers({3, 2, 1}));
  EXPECT_EQ(passing({.oldest_first = true}), numbers({1, 2, 3}));
  EXPECT_EQ(passing({.starting_after = id<UserId>(3)}), numbers({2, 1}));
  EXPECT_EQ(passing({.oldest_first = true, .starting_after = id<UserId>(1)}), numbers({2, 3}));
  EXPECT_EQ(passing({.starting_after = id<UserId>(1)}), numbers({}));
}

TEST_P(UsersContract, PagesFollowEachOtherAndEnd) {
  for (int n = 1; n <= 5; ++n) insert(plain_user(n));
  EXPECT_EQ(passing({}, {.limit = 2, .offset = 0}), numbers({5, 4}));
  EXPECT_EQ(passing({}, {.limit = 2, .offset = 4}), numbers({1}));
  EXPECT_EQ(passing({}, {.limit = 2, .offset = 5}), numbers({}));
  EXPECT_EQ(passing({}, {.limit = 0, .offset = 0}), numbers({}));
  EXPECT_EQ(passing({}, {.limit = -1, .offset = -1}), numbers({})) << "no page is not all pages";
  EXPECT_EQ(ask([](ReadTx& tx) { return tx.count_users(kHere, {}); }), 5) << "counts see no page";
}

TEST_P(UsersContract, EachFilterKeepsAnyOfItsValuesAndFiltersCombine) {
  insert(full_user(1), full_user(2), full_user(3));
  EXPECT_EQ(passing({.email_addresses = {"FIRST1@example.com", "second3@example.com"}}),
            numbers({3, 1}));
  EXPECT_EQ(passing({.email_addresses = {"first"}}), numbers({})) << "a part is not enough";
  EXPECT_EQ(passing({.user_ids = {id<UserId>(2).text, "user_nobody"}}), numbers({2}));
  EXPECT_EQ(passing({.external_ids = {"external-3", "external-1"}}), numbers({3, 1}));
  EXPECT_EQ(passing({.usernames = {"user2"}}), numbers({2}));
  EXPECT_EQ(passing({.external_ids = {"external-3"}, .usernames = {"user2"}}), numbers({}));
  const UserFilter two{.usernames = {"user1", "user2"}};
  EXPECT_EQ(ask([&](ReadTx& tx) { return tx.count_users(kHere, two); }), 2);
}

TEST_P(UsersContract, AQueryFindsPartsOfIdAddressUsernameAndName) {
  insert(full_user(1));
  auto other = plain_user(2);
  other.first_name = "Grace";
  other.last_name = "Hopper_100%";
  insert(other);
  EXPECT_EQ(passing({.query = "0002"}), numbers({2}));
  EXPECT_EQ(passing({.query = "SECOND1@ex"}), numbers({1}));
  EXPECT_EQ(passing({.query = "uSeR1"}), numbers({1}));
  EXPECT_EQ(passing({.query = "lovel"}), numbers({1}));
  EXPECT_EQ(passing({.query = "grace hop"}), numbers({2}));
  EXPECT_EQ(passing({.query = "r_100%"}), numbers({2}));
  EXPECT_EQ(passing({.query = "%"}), numbers({2})) << "no wildcards";
  EXPECT_EQ(passing({.query = "'; DROP TABLE users; --"}), numbers({}));
  EXPECT_EQ(passing({.query = "example.com"}), numbers({1})) << "once, for two addresses";
}

}  // namespace
}  // namespace tenens::test
