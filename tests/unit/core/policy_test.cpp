#include "core/policy.hpp"

#include <gtest/gtest.h>

namespace tenens {
namespace {

struct Case {
  const char* what;
  bool enabled;
  bool subject_exists;
  bool subject_banned;
  bool acting_user_exists;
  bool acting_user_banned;
  bool acting_user_removed;
  std::optional<Code> refused;
};

class PolicyTest : public testing::TestWithParam<Case> {};

TEST_P(PolicyTest, Decides) {
  const auto& given = GetParam();
  User subject;
  subject.banned = given.subject_banned;
  ActingUser acting_user{.removed = given.acting_user_removed};
  if (given.acting_user_exists) acting_user.user.emplace().banned = given.acting_user_banned;
  Settings settings;
  settings.impersonation_enabled = given.enabled;
  const UserId subject_id{"user_1"};
  const Actor actor{"user_2", {}};
  const auto verdict = may_impersonate({.subject = given.subject_exists ? &subject : nullptr,
                                        .subject_id = subject_id,
                                        .actor = actor,
                                        .acting_user = acting_user},
                                       settings);
  EXPECT_EQ(verdict ? std::nullopt : std::optional(verdict.error().code), given.refused)
      << given.what;
}

INSTANTIATE_TEST_SUITE_P(
    WhoMayBecomeWhom, PolicyTest,
    testing::Values(
        Case{"a usable user, by a user", true, true, false, true, false, false, std::nullopt},
        Case{"a usable user, by somebody from outside", true, true, false, false, false, false,
             std::nullopt},
        Case{"nobody", true, false, false, true, false, false, Code::user_not_found},
        Case{"a banned user", true, true, true, true, false, false, Code::user_banned},
        Case{"by a banned user", true, true, false, true, true, false, Code::actor_banned},
        Case{"by somebody who was a user", true, true, false, false, false, true,
             Code::actor_removed},
        Case{"switched off", false, true, false, true, false, false,
             Code::impersonation_disabled}));

}  // namespace
}  // namespace tenens
