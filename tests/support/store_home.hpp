// Where a store under test lives. The contract suite runs once for every kind in store_kinds(); a
// new backend joins by adding one there.
#pragma once

#include <unistd.h>

#include <filesystem>
#include <functional>
#include <memory>
#include <ostream>
#include <stdexcept>
#include <string>
#include <vector>

#include "store/sqlite/sqlite_store.hpp"
#include "support/other_program.hpp"

namespace tenens::test {

/// An empty database of its own; opened, closed and opened again by the test.
class StoreHome {
 public:
  virtual ~StoreHome() = default;
  virtual std::unique_ptr<Store> open() = 0;
  /// False if closing the store ends its data.
  [[nodiscard]] virtual bool survives_reopening() const = 0;
  /// Runs statements behind the store's back, while it is closed.
  virtual void execute(const std::string& sql) const = 0;
};

/// A directory that only its owner can enter, removed at the end.
class TemporaryDirectory {
 public:
  TemporaryDirectory() {
    std::string pattern = std::filesystem::temp_directory_path() / "tenens-store-XXXXXX";
    if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary directory");
    path_ = pattern;
  }
  ~TemporaryDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

  [[nodiscard]] std::string file(const std::string& name) const { return path_ / name; }

 private:
  std::filesystem::path path_;
};

class SqliteMemoryHome final : public StoreHome {
 public:
  std::unique_ptr<Store> open() override { return store::open_sqlite({.path = ":memory:"}); }
  [[nodiscard]] bool survives_reopening() const override { return false; }
  void execute(const std::string& /*sql*/) const override {
    throw std::logic_error("a store in memory has no back");
  }
};

class SqliteFileHome final : public StoreHome {
 public:
  std::unique_ptr<Store> open() override { return store::open_sqlite({.path = path()}); }
  [[nodiscard]] bool survives_reopening() const override { return true; }
  void execute(const std::string& sql) const override {
    const OtherProgram done(path(), sql.c_str());
  }
  [[nodiscard]] std::string path() const { return directory_.file("tenens.db"); }

 private:
  TemporaryDirectory directory_;
};

struct StoreKind {
  std::string name;
  /// Null if this machine lacks what it takes.
  std::function<std::unique_ptr<StoreHome>()> make_home;
};

inline void PrintTo(const StoreKind& kind, std::ostream* out) {
  *out << kind.name;
}

inline std::vector<StoreKind> sqlite_kinds() {
  return {
      {"SqliteMemory", [] { return std::make_unique<SqliteMemoryHome>(); }},
      {"SqliteFile", [] { return std::make_unique<SqliteFileHome>(); }},
  };
}

}  // namespace tenens::test
