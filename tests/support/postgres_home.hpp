// Where a PostgreSQL store under test lives: a schema of its own in a cluster that the tests share.
#pragma once

#include <fcntl.h>
#include <libpq-fe.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <stdexcept>
#include <string>

#include "store/postgres/postgres_store.hpp"
#include "support/store_home.hpp"

namespace tenens::test {

/// The cluster that ctest started (TENENS_TEST_POSTGRES names the file with its URL), or else one
/// of this process's own, which ends with it.
class PostgresCluster {
 public:
  /// Null where PostgreSQL is not installed.
  static const PostgresCluster* find() {
    static const PostgresCluster cluster;
    return cluster.url_.empty() ? nullptr : &cluster;
  }
  [[nodiscard]] const std::string& url() const { return url_; }

  /// Runs statements on a connection of their own.
  void execute(const std::string& sql) const {
    const std::unique_ptr<PGconn, decltype(&PQfinish)> raw(PQconnectdb(url_.c_str()), &PQfinish);
    PQsetNoticeProcessor(
        raw.get(), [](void*, const char*) {}, nullptr);
    const std::unique_ptr<PGresult, decltype(&PQclear)> done(PQexec(raw.get(), sql.c_str()),
                                                             &PQclear);
    const auto status = PQresultStatus(done.get());
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) {
      throw std::runtime_error(PQerrorMessage(raw.get()));
    }
  }

  PostgresCluster(const PostgresCluster&) = delete;
  PostgresCluster& operator=(const PostgresCluster&) = delete;

 private:
  PostgresCluster() {
    if (const char* file = std::getenv("TENENS_TEST_POSTGRES")) {
      std::ifstream(file) >> url_;
    } else {
      start();
    }
  }
  ~PostgresCluster() {
    if (child_ <= 0) return;
    ::close(lifeline_);
    ::waitpid(child_, nullptr, 0);
  }

  /// The script lives until its input ends, however this process does.
  void start() {
    std::array<int, 2> input{};
    std::array<int, 2> output{};
    if (::pipe2(input.data(), O_CLOEXEC) != 0 || ::pipe2(output.data(), O_CLOEXEC) != 0) return;
    child_ = ::fork();
    if (child_ == 0) {
      ::dup2(input[0], STDIN_FILENO);
      ::dup2(output[1], STDOUT_FILENO);
      ::execlp("python3", "python3", TENENS_POSTGRES_CLUSTER, nullptr);
      ::_exit(127);
    }
    ::close(input[0]);
    ::close(output[1]);
    lifeline_ = input[1];
    char c = '\0';
    while (::read(output[0], &c, 1) == 1 && c != '\n') url_ += c;
    ::close(output[0]);
  }

  std::string url_;
  pid_t child_ = -1;
  int lifeline_ = -1;
};

class PostgresHome final : public StoreHome {
 public:
  explicit PostgresHome(const PostgresCluster& cluster)
      : cluster_(cluster), schema_("test_" + std::to_string(::getpid()) + "_" + next()) {
    cluster_.execute("CREATE SCHEMA " + schema_);
  }
  ~PostgresHome() override {
    try {
      cluster_.execute("DROP SCHEMA " + schema_ + " CASCADE");
    } catch (const std::runtime_error&) {
      // The cluster goes soon, and the schema with it.
    }
  }

  std::unique_ptr<Store> open() override { return open_postgres(); }
  std::unique_ptr<store::PostgresStore> open_postgres() const {
    return store::open_postgres({.url = url()});
  }
  [[nodiscard]] bool survives_reopening() const override { return true; }
  [[nodiscard]] std::string url() const {
    return cluster_.url() + "?options=-csearch_path%3D" + schema_;
  }
  void execute(const std::string& sql) const override {
    cluster_.execute("SET search_path = " + schema_ + "; " + sql);
  }

 private:
  static std::string next() {
    static int count = 0;
    return std::to_string(++count);
  }

  const PostgresCluster& cluster_;
  std::string schema_;
};

inline std::unique_ptr<StoreHome> make_postgres_home() {
  const auto* cluster = PostgresCluster::find();
  return cluster == nullptr ? nullptr : std::make_unique<PostgresHome>(*cluster);
}

}  // namespace tenens::test
