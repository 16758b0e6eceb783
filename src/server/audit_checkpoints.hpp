// The thread that makes checkpoints of the audit; see core/audit_checkpoints.hpp.
#pragma once

#include <thread>

#include "base/log.hpp"
#include "core/audit_checkpoints.hpp"

namespace tenens::server {

/// Works until destroyed: every five seconds, if there are new events, and once more at the end. An
/// audit that is not what was signed before has a line in the log, and no further checkpoint.
class CheckpointThread {
 public:
  /// All must outlive this.
  CheckpointThread(Store& store, AuditCheckpoints& checkpoints, const Log& log);

 private:
  std::jthread thread_;
};

}  // namespace tenens::server
