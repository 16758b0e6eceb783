// The thread that removes what has been over for long; see core/retention.hpp.
#pragma once

#include <thread>

#include "base/log.hpp"
#include "core/retention.hpp"

namespace tenens::server {

/// Works until destroyed, whenever there is something to do and no more than a twentieth of the
/// time. What was removed has a line in the log: at the end of each sweep, and once a minute.
class RetentionThread {
 public:
  /// All must outlive this. `settings.retention` must be set.
  RetentionThread(Store& store, const Clock& clock, const Settings& settings, const Log& log);

 private:
  std::jthread thread_;
};

}  // namespace tenens::server
