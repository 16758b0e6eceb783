// The thread that does what the clock asks for in the database: it notes which impersonations have
// run out (core/run_outs.hpp), and removes what has been over for long (core/retention.hpp).
#pragma once

#include <thread>

#include "base/log.hpp"
#include "core/retention.hpp"
#include "core/run_outs.hpp"

namespace tenens::server {

/// Works until destroyed, whenever there is something to do and no more than a tenth of the time.
/// What was removed has a line in the log: at the end of each sweep, and once a minute.
class HousekeepingThread {
 public:
  /// All must outlive this. Nothing is removed where `settings.retention` is not set.
  HousekeepingThread(Store& store, const Clock& clock, const Settings& settings, const Log& log);

 private:
  std::jthread thread_;
};

}  // namespace tenens::server
