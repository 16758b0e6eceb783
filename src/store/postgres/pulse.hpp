// Whether the database answers, known at every moment without asking.
#pragma once

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "store/postgres/connector.hpp"
#include "store/postgres/unknown_outcomes.hpp"

namespace tenens::store::postgres {

/// Asks the database on a connection of its own, a few times a second.
class Pulse {
 public:
  /// Call it when the database has just answered.
  Pulse(Connector& connector, UnknownOutcomes& unknown);
  ~Pulse();
  Pulse(const Pulse&) = delete;
  Pulse& operator=(const Pulse&) = delete;

  /// It answers: false from 1.5 s after the last answer, or from the moment it could not be
  /// connected to.
  [[nodiscard]] bool is_well() const;
  /// Nobody shall begin to wait for it: a pause has turned into an outage.
  [[nodiscard]] bool is_lost() const;

 private:
  void run();
  void ask(std::unique_ptr<Connection>& connection);
  [[nodiscard]] SteadyTime::duration silence() const;

  Connector& connector_;
  UnknownOutcomes& unknown_;
  std::atomic<SteadyTime::rep> answered_at_;
  std::atomic<bool> refused_{false};  // no connection could be had
  std::mutex mutex_;
  std::condition_variable closing_or_due_;
  bool closing_ = false;
  std::thread thread_;  // last: it uses everything above
};

}  // namespace tenens::store::postgres
