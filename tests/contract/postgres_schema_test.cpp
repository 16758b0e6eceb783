// Servers of two versions on one PostgreSQL: which schema each of them accepts.
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "store/postgres/migrate.hpp"
#include "support/postgres_home.hpp"
#include "support/store_records.hpp"

namespace tenens::test {
namespace {

using store::kPostgresMigrations;
using store::Migration;

class PostgresSchema : public testing::Test {
 protected:
  void SetUp() override {
    const auto* cluster = PostgresCluster::find();
    if (cluster == nullptr) GTEST_SKIP() << "PostgreSQL is not installed on this machine";
    home_ = std::make_unique<PostgresHome>(*cluster);
  }

  /// What the start of a version does that has these steps more.
  void migrate_with(std::initializer_list<Migration> further) {
    std::vector<Migration> steps(kPostgresMigrations.begin(), kPostgresMigrations.end());
    steps.insert(steps.end(), further);
    store::postgres::Connection connection(home_->url());
    store::postgres::migrate(connection, steps);
  }
  std::string refusal() {
    try {
      const auto store = home_->open_postgres();
      return "";
    } catch (const StoreError& error) {
      return error.what();
    }
  }
  static bool insert(Store& store, int number) {
    return store
        .write([&](WriteTx& tx) -> Done {
          tx.insert(pending_token(number));
          tx.insert(active_session(number));
          return {};
        })
        .has_value();
  }
  static std::int64_t count(Store& store) {
    std::int64_t found = -1;
    const auto read = store.read([&](ReadTx& tx) -> Done {
      found = tx.count_sessions(kHere, {});
      return {};
    });
    EXPECT_TRUE(read);
    return found;
  }

  static constexpr Migration kExpands{
      "ALTER TABLE sessions ADD COLUMN next_note TEXT;"
      "ALTER TABLE actor_tokens ADD COLUMN next_count BIGINT NOT NULL DEFAULT 0;"
      "CREATE TABLE next_things (id TEXT PRIMARY KEY)",
      true};
  static constexpr Migration kContracts{"ALTER TABLE users DROP COLUMN last_sign_in_at", false};

  std::unique_ptr<PostgresHome> home_;
};

TEST_F(PostgresSchema, AServerGoesOnWhileTheNextVersionExpandsTheSchemaAndAnotherStarts) {
  const auto before = home_->open_postgres();
  std::atomic<bool> stop = false;
  std::atomic<int> made = 0;
  std::jthread writer([&] {
    while (!stop) {
      if (!insert(*before, made + 1)) ADD_FAILURE() << "a write failed beside the migration";
      ++made;
    }
  });
  while (made < 20) std::this_thread::yield();
  migrate_with({kExpands});
  const auto at_migration = made.load();
  while (made < at_migration + 20) std::this_thread::yield();
  stop = true;
  writer.join();

  const auto after = home_->open_postgres();
  EXPECT_EQ(after->promise().schema_version, after->promise().known_schema_version + 1);
  EXPECT_TRUE(insert(*after, 100'000));
  home_->execute("UPDATE sessions SET next_note = 'what only the next version knows'");
  EXPECT_EQ(count(*before), made + 1);
  EXPECT_EQ(count(*after), made + 1);
  migrate_with({kExpands});  // another of the next version's: nothing left to do
}

TEST_F(PostgresSchema, WhoStartsWaitsForAStepOfAnotherNodeForAsLongAsItTakes) {
  home_->open_postgres().reset();
  constexpr seconds kLongerThanAStatement(6);
  std::atomic<bool> begun = false;
  std::jthread other([&] {
    store::postgres::Connection connection(home_->url());
    connection.set_deadline(store::postgres::SteadyTime::max());
    connection.begin("BEGIN");
    connection.execute("LOCK TABLE tenens_schema IN ACCESS EXCLUSIVE MODE");
    begun = true;
    std::this_thread::sleep_for(kLongerThanAStatement);
    EXPECT_TRUE(connection.roll_back());
  });
  while (!begun) std::this_thread::yield();
  EXPECT_EQ(refusal(), "");
}

// CREATE TABLE IF NOT EXISTS says 42P07 when another node commits between its look and its insert:
// too short a moment to meet at will, so a step says it, once (a sequence is not rolled back).
TEST_F(PostgresSchema, ATableThatAnotherNodeCreatedMeanwhileIsTriedAgain) {
  home_->execute("CREATE SEQUENCE tries; CREATE TABLE tenens_schema (version BIGINT PRIMARY KEY)");
  store::postgres::Connection connection(home_->url());
  const std::vector<Migration> steps{
      {"DO $$ BEGIN IF nextval('tries') = 1 THEN RAISE duplicate_table; END IF; END $$", true}};
  store::postgres::migrate(connection, steps);
  EXPECT_EQ(store::postgres::schema_version(connection), 1);
}

TEST_F(PostgresSchema, TablesOfAnotherProgramAreNamed) {
  home_->execute("CREATE TABLE users (id TEXT PRIMARY KEY)");
  EXPECT_NE(refusal().find("tables of another program"), std::string::npos) << refusal();
}

TEST_F(PostgresSchema, AStepThatContractsIsRefused) {
  home_->open_postgres().reset();
  migrate_with({kContracts});
  EXPECT_NE(refusal().find("this tenensd knows versions up to"), std::string::npos) << refusal();
}

TEST_F(PostgresSchema, TwoStepsAreRefusedHoweverTheyAreMarked) {
  migrate_with({kExpands, Migration{"CREATE TABLE later (id TEXT PRIMARY KEY)", true}});
  EXPECT_NE(refusal().find("start the version that wrote it"), std::string::npos) << refusal();
}

TEST_F(PostgresSchema, ADatabaseOfBeforeTheMarkIsTakenForOneThatContracts) {
  home_->open_postgres().reset();
  home_->execute("ALTER TABLE tenens_schema DROP COLUMN expands");
  EXPECT_EQ(refusal(), "");
  home_->execute("INSERT INTO tenens_schema SELECT max(version) + 1 FROM tenens_schema");
  EXPECT_NE(refusal(), "");
  home_->execute(
      "DELETE FROM tenens_schema WHERE version = (SELECT max(version) FROM tenens_schema)");
  migrate_with({kExpands});
  EXPECT_EQ(refusal(), "") << "the next version has added the mark";
}

}  // namespace
}  // namespace tenens::test
