#include "core/policy.hpp"

#include <gtest/gtest.h>

namespace tenens {
namespace {

struct Case {
  const char* what;
  bool enabled;
  Standing subject;
  Standing acting_user;
  std::optional<Code> refused;
};

class PolicyTest : public testing::TestWithParam<Case> {};

TEST_P(PolicyTest, Decides) {
  const auto& given = GetParam();
  Settings settings;
  settings.impersonation_enabled = given.enabled;
  const UserId subject_id{"user_1"};
  const Actor actor{"user_2", {}};
  const auto verdict = may_impersonate({.subject = given.subject,
                                        .subject_id = subject_id,
                                        .acting_user = given.acting_user,
                                        .actor = actor},
                                       settings);
  EXPECT_EQ(verdict ? std::nullopt : std::optional(verdict.error().code), given.refused)
      << given.what;
}

using enum Standing;
INSTANTIATE_TEST_SUITE_P(
    WhoMayBecomeWhom, PolicyTest,
    testing::Values(Case{"a usable user, by a user", true, usable, usable, std::nullopt},
                    Case{"a usable user, by somebody from outside", true, usable, unknown,
                         std::nullopt},
                    Case{"nobody", true, unknown, usable, Code::user_not_found},
                    Case{"somebody who was a user", true, removed, usable, Code::user_not_found},
                    Case{"a banned user", true, banned, usable, Code::user_banned},
                    Case{"by a banned user", true, usable, banned, Code::actor_banned},
                    Case{"by somebody who was a user", true, usable, removed, Code::actor_removed},
                    Case{"switched off", false, usable, usable, Code::impersonation_disabled}));

TEST(Policy, NobodyBecomesAProtectedUser) {
  Settings settings;
  settings.protected_users = {"user_root"};
  const auto verdict = [&](const UserId& subject, const std::string& actor) {
    const auto done = may_impersonate({.subject = usable,
                                       .subject_id = subject,
                                       .acting_user = usable,
                                       .actor = Actor{actor, {}}},
                                      settings);
    return done ? "" : std::string(code_word(done.error().code)) + " " + done.error().param;
  };
  EXPECT_EQ(verdict(UserId{"user_root"}, "user_1"), "user_protected user_root");
  EXPECT_EQ(verdict(UserId{"user_1"}, "user_root"), "") << "they may act for others";
  EXPECT_EQ(verdict(UserId{"user_root2"}, "user_1"), "");
}

TEST(Policy, NobodyActsOnTheirOwnBehalf) {
  const UserId self{"user_1"};
  const auto done = may_impersonate(
      {.subject = usable, .subject_id = self, .acting_user = usable, .actor = Actor{self.text, {}}},
      Settings{});
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, Code::impersonating_oneself);
}

}  // namespace
}  // namespace tenens
