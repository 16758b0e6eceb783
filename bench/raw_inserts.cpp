// The ceiling of create on PostgreSQL: its two rows, inserted 64 creates a transaction by two
// multi-row statements that travel with BEGIN and COMMIT in one pipeline. No rules, no counter, no
// answer for anybody.
//   bench_raw_inserts URL CONNECTIONS SECONDS
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

#include "base/ids.hpp"
#include "crypto/digest.hpp"
#include "crypto/random.hpp"
#include "store/postgres/connection.hpp"
#include "store/schema/columns.hpp"

namespace {

using namespace tenens;
using store::postgres::Connection;
using store::postgres::Parameters;
using Steady = std::chrono::steady_clock;

constexpr int kBatch = 64;
constexpr std::string_view kTokens =
    "INSERT INTO actor_tokens (instance_id, id, user_id, actor_sub, actor_payload, state,"
    " ticket_digest, expires_in_seconds, expires_at, session_max_duration_in_seconds, created_at,"
    " updated_at) SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[],"
    " $6::text[], $7::bytea[], $8::bigint[], $9::bigint[], $10::bigint[], $11::bigint[],"
    " $12::bigint[])";
constexpr std::string_view kAudit =
    "INSERT INTO audit_events (instance_id, sequence, at, action, key_id, actor_sub, actor_payload,"
    " user_id, actor_token_id, address) SELECT * FROM unnest($1::text[], $2::bigint[],"
    " $3::bigint[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[],"
    " $10::text[])";

class Inserter {
 public:
  Inserter(const std::string& url, IdMint& ids, std::atomic<std::int64_t>& sequence)
      : connection_(url), ids_(ids), sequence_(sequence) {}

  bool insert_batch() {
    std::vector<Parameters> tokens(kBatch);
    std::vector<Parameters> events(kBatch);
    for (std::size_t i = 0; i < kBatch; ++i) bind_rows(tokens[i], events[i]);
    connection_.set_deadline(Steady::now() + std::chrono::seconds(10));
    connection_.post_begin("BEGIN");
    post(kTokens, tokens);
    post(kAudit, events);
    return connection_.commit() == Connection::Committed::yes;
  }

 private:
  void bind_rows(Parameters& token, Parameters& event) {
    const auto now = clock_.now();
    const auto id = ids_.make<ActorTokenId>();
    const auto number = ++sequence_;
    store::bind(token, instance_, id, user_, actor_, TokenState::pending,
                crypto::sha256(std::to_string(number)), seconds(3600), now + seconds(3600),
                seconds(1800), now, now);
    store::bind(event, instance_, number, now, AuditAction::actor_token_created, key_, actor_,
                user_, id, std::string("127.0.0.1"));
  }
  void post(std::string_view sql, const std::vector<Parameters>& rows) {
    auto query = connection_.query(sql);
    query.bind_columns(rows);
    query.post();
  }

  Connection connection_;
  IdMint& ids_;
  std::atomic<std::int64_t>& sequence_;
  SystemClock clock_;
  const InstanceId instance_{"ins_raw"};
  const UserId user_ = ids_.make<UserId>();
  const SecretKeyId key_ = ids_.make<SecretKeyId>();
  const Actor actor_{"user_support", {R"({"sub":"user_support"})"}};
};

int run(const std::string& url, int connections, double length) {
  SystemClock clock;
  crypto::SystemRandom random;
  IdMint ids(clock, random);
  // Above those of an earlier run.
  std::atomic<std::int64_t> sequence = to_unix_ms(clock.now()) * 1000;
  std::atomic<std::int64_t> batches = 0;
  std::atomic<bool> failed = false;
  const auto began = Steady::now();
  const auto until =
      began + std::chrono::duration_cast<Steady::duration>(std::chrono::duration<double>(length));
  std::vector<std::thread> threads;
  for (int i = 0; i < connections; ++i) {
    threads.emplace_back([&] {
      try {
        Inserter inserter(url, ids, sequence);
        for (; Steady::now() < until && !failed; ++batches) {
          if (!inserter.insert_batch()) failed = true;
        }
      } catch (const StoreError& error) {
        std::fprintf(stderr, "bench_raw_inserts: %s\n", error.what());
        failed = true;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  const std::chrono::duration<double> took = Steady::now() - began;
  std::printf("{\"rate\": %.1f}\n", static_cast<double>(batches) * kBatch / took.count());
  return failed ? 1 : 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) {
    std::fprintf(stderr, "usage: bench_raw_inserts URL CONNECTIONS SECONDS\n");
    return 2;
  }
  return run(argv[1], std::atoi(argv[2]), std::atof(argv[3]));
}
