#include "store/postgres/pulse.hpp"

namespace tenens::store::postgres {
namespace {

using std::chrono::steady_clock;

constexpr milliseconds kAskEvery{250};
constexpr milliseconds kAnswerWithin{2000};
constexpr milliseconds kUnwellAfter{1500};
// A checkpoint on a slow disk may hold everything up for a moment; that is worth waiting for.
constexpr milliseconds kLostAfter{3000};

}  // namespace

Pulse::Pulse(Connector& connector, UnknownOutcomes& unknown)
    : connector_(connector),
      unknown_(unknown),
      answered_at_(steady_clock::now().time_since_epoch().count()) {
  thread_ = std::thread([this] { run(); });
}

Pulse::~Pulse() {
  {
    const std::lock_guard lock(mutex_);
    closing_ = true;
  }
  closing_or_due_.notify_all();
  thread_.join();
}

SteadyTime::duration Pulse::silence() const {
  return steady_clock::now() - SteadyTime(SteadyTime::duration(answered_at_.load()));
}

bool Pulse::is_well() const {
  return !refused_ && silence() < kUnwellAfter;
}

bool Pulse::is_lost() const {
  return refused_ || silence() >= kLostAfter;
}

void Pulse::run() {
  std::unique_ptr<Connection> connection;
  std::unique_lock lock(mutex_);
  while (!closing_) {
    lock.unlock();
    ask(connection);
    lock.lock();
    closing_or_due_.wait_for(lock, kAskEvery, [this] { return closing_; });
  }
}

void Pulse::ask(std::unique_ptr<Connection>& connection) {
  try {
    if (!connection || connection->is_lost() || connector_.is_outdated(*connection)) {
      connection = connector_.connect();
    }
  } catch (const StoreError&) {
    connection.reset();
    refused_ = true;
    return;
  }
  try {
    connection->set_deadline(steady_clock::now() + kAnswerWithin);
    UnknownOutcomes::Floors floors;
    auto query = connection->query("SELECT instance_id, last_sequence FROM audit_counters");
    while (query.step()) {
      InstanceId instance{std::string(query.text())};
      floors[std::move(instance)] = query.integer();
    }
    unknown_.note(std::move(floors));
    answered_at_ = steady_clock::now().time_since_epoch().count();
    refused_ = false;
  } catch (const StoreError&) {
    connection.reset();  // the next round finds out whether there is another one to be had
  }
}

}  // namespace tenens::store::postgres
