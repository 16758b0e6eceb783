// Acts whose commit nobody confirmed, until an audit row says what became of them.
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <vector>

#include "store/postgres/database_clock.hpp"
#include "store/postgres/transaction.hpp"

namespace tenens::store::postgres {

/// An act took place if its audit row is there. Who holds the instance's counter knows that nobody
/// is about to write it any more; and as rows are numbered in the order of commits, it is among
/// those after the last one that was there when the act's transaction began. Kept in memory, so it
/// dies with the process; `report` is told at once, for the log. Thread-safe.
class UnknownOutcomes {
 public:
  using Report = std::function<void(const AuditEvent&)>;
  using Floors = std::map<InstanceId, std::int64_t>;
  explicit UnknownOutcomes(Report report) : report_(std::move(report)) {}

  /// The last sequence numbers, as they were a moment ago.
  void note(Floors floors);
  [[nodiscard]] Floors floors() const;

  /// Of one commit, and what floors() was when its transaction began.
  void remember(std::vector<AuditEvent> acts, const Floors& floors);
  [[nodiscard]] bool any() const;
  /// More than can be kept: no write may begin until some are settled.
  [[nodiscard]] bool is_full() const;
  /// There are some, and nobody has looked for a while.
  [[nodiscard]] bool is_due() const;
  /// Somebody is about to look.
  void put_off();
  /// How long a thread without work may sleep.
  [[nodiscard]] milliseconds next_look() const;

  /// Looks for some of them and writes what it found, in a transaction of its own, which is open
  /// afterwards if this throws. Each is told once: if this transaction's own outcome is unknown,
  /// the next one looks for what it wrote first.
  void settle(Connection& connection, DatabaseClock& clock);

 private:
  struct Act {
    AuditEvent event;
    std::int64_t after = 0;
    std::optional<AuditEvent> told = {};  // perhaps
  };
  [[nodiscard]] std::vector<Act> take_some();
  void put_back(std::vector<Act> acts);

  const Report report_;
  mutable std::mutex mutex_;
  Floors floors_;
  std::vector<Act> acts_;
  SteadyTime looked_at_{};
  bool settling_ = false;
};

}  // namespace tenens::store::postgres
