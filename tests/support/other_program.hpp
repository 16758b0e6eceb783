// A second program with the database open, such as a shell.
#pragma once

#include <sqlite3.h>

#include <stdexcept>
#include <string>

namespace tenens::test {

/// It has run `sql`, and stays.
class OtherProgram {
 public:
  explicit OtherProgram(const std::string& path, const char* sql = kIdle) {
    sqlite3_open(path.c_str(), &handle_);
    if (sqlite3_exec(handle_, sql, nullptr, nullptr, nullptr) == SQLITE_OK) return;
    const std::string why = sqlite3_errmsg(handle_);
    sqlite3_close(handle_);
    throw std::runtime_error(why);
  }
  ~OtherProgram() { sqlite3_close(handle_); }
  OtherProgram(const OtherProgram&) = delete;
  OtherProgram& operator=(const OtherProgram&) = delete;

  static constexpr const char* kIdle = "SELECT count(*) FROM lineage";
  static constexpr const char* kReads = "BEGIN; SELECT count(*) FROM lineage";
  static constexpr const char* kIsAlone = "PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE";

 private:
  sqlite3* handle_ = nullptr;
};

}  // namespace tenens::test
