// `--faults`: a server that fails on purpose, for clients that want to know whether they can take
// it.
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <random>
#include <string>

#include "http/message.hpp"
#include "tasks/worker_pool.hpp"

namespace tenens::server {

/// Probabilities from 0 to 1, drawn for every request from a generator with a known seed.
struct Faults {
  std::uint64_t seed = 1;
  double unavailable = 0;    // 503 before anything is done
  double rate_limited = 0;   // 429 with `Retry-After: 0`, before anything is done
  double delay = 0;          // up to 50 ms late
  double drop_reply = 0;     // done, and then the connection ends without an answer
  bool rotate_keys = false;  // a new signing key every second
};

/// `default`, or some of `seed:7,503:0.05,429:0.05,delay:0.05,drop_reply:0.05,rotate_keys`. Throws
/// std::invalid_argument with a text for the operator.
[[nodiscard]] Faults parse_faults(const std::string& text);
/// For the announcement at start, in the form that parse_faults reads.
[[nodiscard]] std::string to_text(const Faults& faults);

/// Stands before the real handler and lets some of its work go wrong.
class FaultyHandler final : public http::Handler {
 public:
  FaultyHandler(http::Handler& inner, Faults faults)
      : inner_(inner), faults_(faults), engine_(faults.seed) {}

  http::Reply handle(const http::Request& request) override;
  http::Reply refuse(const Failure& failure) override { return inner_.refuse(failure); }

 private:
  struct Draw {
    double fate;
    double delay;
    double late_by;
  };
  [[nodiscard]] Draw draw();

  http::Handler& inner_;
  const Faults faults_;
  std::mutex mutex_;
  std::mt19937_64 engine_;
  tasks::WorkerPool pauses_{64};  // threads that sleep, so that no event loop does
};

}  // namespace tenens::server
