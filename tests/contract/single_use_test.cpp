// The promise that this field breaks most: a token opens one session, whatever happens at the same
// moment. The judge is tested as well: it must reject what the usual bugs leave behind.
#include <atomic>
#include <barrier>
#include <functional>
#include <map>
#include <thread>

#include "support/store_contract.hpp"

namespace tenens::test {
namespace {

// Sanitizers make each round several times slower; they look for races and misuse, not for rare
// outcomes.
#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
constexpr int kTokens = 150;
#else
constexpr int kTokens = 1000;
#endif
constexpr int kRacers = 64;

/// What the callers were told about one token.
struct Told {
  std::atomic<int> redeemed = 0;
  std::atomic<int> revoked = 0;
};

/// What is wrong with token `number`, given what its callers were told; empty if nothing is.
std::string objection(const ActorToken& token, const Told& told,
                      const std::vector<SessionId>& opened, std::size_t recorded) {
  if (told.redeemed + told.revoked != 1) {
    return "winners: " + std::to_string(told.redeemed) + " redeemed, " +
           std::to_string(told.revoked) + " revoked";
  }
  if (opened.size() != static_cast<std::size_t>(told.redeemed.load())) {
    return "sessions: " + std::to_string(opened.size());
  }
  if (recorded != opened.size()) return "sessions and audit records differ";
  const auto state = told.redeemed == 1 ? TokenState::accepted : TokenState::revoked;
  if (token.state != state) return "its state is not what its winner was told";
  const auto session = opened.empty() ? std::nullopt : std::optional(opened.front());
  return token.session_id == session ? "" : "it names another session than it opened";
}

class SingleUseContract : public StoreContract {
 protected:
  using Attempt = std::function<void(int thread, const ActorToken& token, Told& told)>;

  /// Lets 64 threads attempt each token at the same moment.
  void race(int tokens, const Attempt& attempt) {
    told_ = std::vector<Told>(static_cast<std::size_t>(tokens));
    change([&](WriteTx& tx) {
      for (int n = 0; n < tokens; ++n) tx.insert(pending_token(n));
    });
    std::barrier start(kRacers);
    std::vector<std::thread> threads;
    for (int thread = 0; thread < kRacers; ++thread) {
      threads.emplace_back([&, thread] {
        for (int n = 0; n < tokens; ++n) {
          start.arrive_and_wait();
          attempt(thread, pending_token(n), told_[static_cast<std::size_t>(n)]);
        }
      });
    }
    for (auto& thread : threads) thread.join();
  }

  /// What is wrong after a race, token by token.
  std::vector<std::string> objections() {
    std::map<ActorTokenId, std::vector<SessionId>> opened;
    std::map<ActorTokenId, std::size_t> recorded;
    const Page all{.limit = 1'000'000};
    for (const auto& session : ask([&](ReadTx& tx) { return tx.sessions(kHere, {}, all); })) {
      opened[*session.actor_token_id].push_back(session.id);
    }
    const AuditFilter redeemed{.action = AuditAction::actor_token_redeemed};
    for (const auto& event :
         ask([&](ReadTx& tx) { return tx.audit_events(kHere, redeemed, all); })) {
      ++recorded[*event.actor_token_id];
    }
    std::vector<std::string> found;
    for (std::size_t n = 0; n < told_.size(); ++n) {
      const auto stored = token(static_cast<int>(n));
      const auto why = objection(*stored, told_[n], opened[stored->id], recorded[stored->id]);
      if (!why.empty()) found.push_back(stored->id.text + ": " + why);
    }
    return found;
  }

  static SessionId session_of(const ActorToken& token, int thread) {
    return SessionId{"sess_" + token.id.text + "_" + std::to_string(thread)};
  }
  static void open_session(WriteTx& tx, const ActorToken& token, const SessionId& id) {
    auto session = active_session(0);
    session.id = id;
    session.actor_token_id = token.id;
    tx.insert(session);
  }

  /// As the domain does it: one conditional update, session and record in the same write.
  void redeem(int thread, const ActorToken& token, Told& told) {
    const auto session = session_of(token, thread);
    Foresight about{.instance_id = kHere};  // every second one knows beforehand, as the domain does
    if (thread % 2 == 0) about.actor_token_id = token.id;
    const auto foresee = [&] { return about; };
    const auto done = store().write_foreseen(foresee, [&](WriteTx& tx) -> Done {
      if (!tx.accept_if_pending(kHere, token.id, session, at(1))) return refuse(Code::ticket_used);
      open_session(tx, token, session);
      tx.append(redeemed_event(token, session));
      return {};
    });
    if (done) ++told.redeemed;
    EXPECT_TRUE(done || done.error().code == Code::ticket_used)
        << code_word(done.error().code) << ": " << done.error().detail;
  }

  void revoke(const ActorToken& token, Told& told) {
    const auto done = store().write([&](WriteTx& tx) -> Done {
      if (!tx.revoke_if_pending(kHere, token.id, at(1))) return refuse(Code::token_not_revocable);
      tx.append(event(AuditAction::actor_token_revoked));
      return {};
    });
    if (done) ++told.revoked;
  }

  std::vector<Told> told_;
};
TENENS_FOR_EVERY_STORE(SingleUseContract);

TEST_P(SingleUseContract, SixtyFourRedeemersOfOneTokenHaveOneWinner) {
  race(kTokens,
       [&](int thread, const ActorToken& token, Told& told) { redeem(thread, token, told); });
  EXPECT_EQ(objections(), std::vector<std::string>{});
  EXPECT_EQ(ask([](ReadTx& tx) { return tx.count_sessions(kHere, {}); }), kTokens);
  EXPECT_EQ(sequences().front(), kTokens) << "numbered without a gap";
}

TEST_P(SingleUseContract, ATokenIsRedeemedOrRevokedNeverBoth) {
  race(kTokens, [&](int thread, const ActorToken& token, Told& told) {
    // Which kind arrives first changes from token to token.
    if ((thread + token.ticket_digest[0]) % 2 == 0) {
      redeem(thread, token, told);
    } else {
      revoke(token, told);
    }
  });
  EXPECT_EQ(objections(), std::vector<std::string>{});
  EXPECT_EQ(static_cast<int>(sequences().size()), kTokens);
}

TEST_P(SingleUseContract, NoMomentHasASessionWithoutItsRecord) {
  std::atomic<bool> stop = false;
  std::atomic<int> looks = 0;
  std::thread watcher([&] {
    while (!stop) {
      const auto [sessions, records] = ask([](ReadTx& tx) {
        const auto opened = tx.count_sessions(kHere, {});
        return std::pair(
            opened, tx.count_audit_events(kHere, {.action = AuditAction::actor_token_redeemed}));
      });
      EXPECT_EQ(sessions, records);
      ++looks;
    }
  });
  race(100, [&](int thread, const ActorToken& token, Told& told) { redeem(thread, token, told); });
  stop = true;
  watcher.join();
  EXPECT_GT(looks, 0);
  EXPECT_EQ(objections(), std::vector<std::string>{});
}

// The bug of the field: read, check, then mark. The barrier forces the interleaving that chance
// finds in production.
TEST_P(SingleUseContract, TheJudgeRejectsReadCheckThenMark) {
  std::barrier all_have_read(kRacers);
  race(3, [&](int thread, const ActorToken& token, Told& told) {
    bool pending = false;
    const auto read = store().read([&](ReadTx& tx) -> Done {
      pending = tx.find_actor_token(kHere, token.id)->state == TokenState::pending;
      return {};
    });
    EXPECT_TRUE(read);
    all_have_read.arrive_and_wait();
    if (!pending) return;

    const auto session = session_of(token, thread);
    const auto done = store().write([&](WriteTx& tx) -> Done {
      (void)tx.accept_if_pending(kHere, token.id, session, at(1));  // marks, and asks nobody
      open_session(tx, token, session);
      tx.append(redeemed_event(token, session));
      return {};
    });
    if (done) ++told.redeemed;
  });
  EXPECT_EQ(objections().size(), 3U) << "every token was redeemed 64 times";
}

TEST_P(SingleUseContract, TheJudgeRejectsARecordInASecondWriteThatIsLost) {
  race(3, [&](int thread, const ActorToken& token, Told& told) {
    const auto session = session_of(token, thread);
    const auto done = store().write([&](WriteTx& tx) -> Done {
      if (!tx.accept_if_pending(kHere, token.id, session, at(1))) return refuse(Code::ticket_used);
      open_session(tx, token, session);
      return {};
    });
    if (done) ++told.redeemed;
    (void)store().write([&](WriteTx& tx) -> Done {
      tx.append(redeemed_event(token, session));
      return refuse(Code::unavailable);
    });
  });
  EXPECT_EQ(objections().size(), 3U);
}

TEST_P(SingleUseContract, TheJudgeRejectsALoserWhoIsToldThatHeWon) {
  race(3, [&](int thread, const ActorToken& token, Told& told) {
    redeem(thread, token, told);
    if (thread == 0) ++told.redeemed;
  });
  EXPECT_EQ(objections().size(), 3U);
}

}  // namespace
}  // namespace tenens::test
