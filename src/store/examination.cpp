#include "store/examination.hpp"

#include <array>

#include "core/retention.hpp"

namespace tenens::store {
namespace {

struct Question {
  std::string_view check;
  std::string_view sql;  // counts what breaks the promise
  std::string_view wrong;
  std::string_view fine;
};

// EXCEPT, because it is one pass over each table in either database, without an index.
constexpr std::array kQuestions = {
    Question{"audit_sequence",
             "SELECT CAST(coalesce(sum(missing), 0) AS BIGINT) FROM"
             " (SELECT abs(max(sequence) - count(*)) + abs(min(sequence) - 1) AS missing"
             " FROM audit_events GROUP BY instance_id) x",
             "numbers are missing from the audit's sequence, or are none of it",
             "the audit's sequence has no gap"},
    Question{"sessions",
             "SELECT count(*) FROM (SELECT instance_id, id FROM sessions"
             " EXCEPT SELECT instance_id, session_id FROM audit_events"
             " WHERE action IN ('actor_token_redeemed', 'sign_in_token_redeemed',"
             " 'session_created')) x",
             "sessions have no redemption in the audit", "every session has its redemption"},
    // Token and session may have been removed, together and not within a day (core/retention.hpp).
    // {}: the moment since when none can have been.
    Question{"redemptions",
             "SELECT count(*) FROM (SELECT a.instance_id, a.session_id FROM audit_events a"
             " WHERE action IN ('actor_token_redeemed', 'sign_in_token_redeemed')"
             " AND (at > {}"
             " OR EXISTS (SELECT 1 FROM actor_tokens t"
             " WHERE t.instance_id = a.instance_id AND t.id = a.actor_token_id)"
             " OR EXISTS (SELECT 1 FROM sign_in_tokens t"
             " WHERE t.instance_id = a.instance_id AND t.id = a.sign_in_token_id))"
             " EXCEPT SELECT instance_id, id FROM sessions) x",
             "redemptions in the audit have no session",
             "every redemption whose token is still kept has its session"},
    Question{"single_use",
             "SELECT count(*) FROM (SELECT instance_id, actor_token_id, sign_in_token_id"
             " FROM audit_events WHERE action IN ('actor_token_redeemed', 'sign_in_token_redeemed')"
             " GROUP BY instance_id, actor_token_id, sign_in_token_id HAVING count(*) > 1) x",
             "tokens were redeemed more than once", "no token was redeemed twice"},
    Question{"accepted_tokens",
             "SELECT count(*) FROM (SELECT instance_id, session_id FROM actor_tokens"
             " WHERE state = 'accepted' UNION SELECT instance_id, session_id FROM sign_in_tokens"
             " WHERE state = 'accepted' EXCEPT SELECT instance_id, id FROM sessions) x",
             "accepted tokens have no session", "every accepted token has its session"},
};

}  // namespace

void examine_consistency(Examination& examination,
                         const std::function<std::int64_t(std::string_view)>& count) {
  using Level = Finding::Level;
  const auto none_removed_since = std::to_string(to_unix_ms(SystemClock().now() - kLeastRetention));
  for (const auto& question : kQuestions) {
    const std::string check(question.check);
    std::string sql(question.sql);
    if (const auto gap = sql.find("{}"); gap != std::string::npos)
      sql.replace(gap, 2, none_removed_since);
    try {
      const auto found = count(sql);
      if (found == 0) {
        examination.add(Level::fine, check, std::string(question.fine));
      } else {
        examination.add(Level::wrong, check,
                        std::to_string(found) + " " + std::string(question.wrong));
      }
    } catch (const StoreError& error) {
      examination.add(Level::wrong, check, std::string("cannot be examined: ") + error.what());
    }
  }
}

}  // namespace tenens::store
