// Requests in, replies out: everything the server says, without a socket.
#pragma once

#include <atomic>

#include "base/log.hpp"
#include "core/services.hpp"
#include "http/message.hpp"
#include "http/options.hpp"
#include "http/rate_limit.hpp"
#include "http/router.hpp"
#include "http/site.hpp"
#include "tasks/worker_pool.hpp"

namespace tenens::http {

/// Thread-safe. `services` and `log` must outlive it.
class App final : public Handler {
 public:
  /// Long reads run on `readers` where a task waits for them; null: where they are asked for.
  App(Services& services, AppOptions options, const Log& log, tasks::WorkerPool* readers = nullptr)
      : services_(services),
        site_(std::move(options)),
        log_(log),
        readers_(readers),
        by_key_(site_.options().requests_per_key),
        by_address_(site_.options().requests_per_address) {}

  /// Blocks while the store does. Never throws: what is thrown inside is answered with 500 here.
  [[nodiscard]] Reply handle(const Request& request) override;
  [[nodiscard]] Reply refuse(const Failure& failure) override;
  [[nodiscard]] Way way_of(const Request& request) const override;

 private:
  [[nodiscard]] Reply answer(const Request& request, const Resource& resource,
                             const std::string& trace_id) const;
  void note_cause(const Failure& failure, const std::string& trace_id) const;
  [[nodiscard]] Reply run(const Route& route, Context context) const;
  [[nodiscard]] Done admit(const Route& route, Context& context) const;
  [[nodiscard]] Done admit_caller(Context& context) const;
  [[nodiscard]] Done charge_address(const Request& request) const;
  [[nodiscard]] Reply answer_logged(const Request& request) const;
  [[nodiscard]] Answer call(const Route& route, const Context& context) const;
  [[nodiscard]] Reply refusal(const Failures& failures, Audience audience,
                              const std::string& trace_id) const;
  [[nodiscard]] std::string new_trace_id() const;

  Services& services_;
  Site site_;
  const Log& log_;
  tasks::WorkerPool* const readers_;
  mutable std::atomic<std::size_t> signing_{0};  // requests
  mutable RateLimit by_key_;
  mutable RateLimit by_address_;
  Router router_{route_table()};
};

}  // namespace tenens::http
