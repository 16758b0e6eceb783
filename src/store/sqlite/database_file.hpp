// Who may have the file open, and who may read it.
#pragma once

#include <string>

namespace tenens::store {

/// Holds `<path>.lock`, and with it the right to open the database, until destroyed. The file stays
/// behind on purpose: removing it would let two processes lock two files of one name.
class DatabaseLock {
 public:
  /// Throws StoreError if another holder exists, in this process or in any other.
  explicit DatabaseLock(const std::string& path);
  ~DatabaseLock();
  DatabaseLock(const DatabaseLock&) = delete;
  DatabaseLock& operator=(const DatabaseLock&) = delete;

 private:
  int descriptor_ = -1;
};

/// Keeps servers from opening the database for a while, where nobody has it open; writes nothing.
class LookingLock {
 public:
  explicit LookingLock(const std::string& path);
  ~LookingLock();
  LookingLock(const LookingLock&) = delete;
  LookingLock& operator=(const LookingLock&) = delete;

  [[nodiscard]] bool in_use() const { return in_use_; }

 private:
  int descriptor_ = -1;
  bool in_use_ = false;
};

/// One name for one file, so that two spellings or a symbolic link do not lead to two locks. Throws
/// StoreError.
[[nodiscard]] std::string canonical_path(const std::string& path);

/// Creates an empty database file that only its owner can read, or makes sure that an existing one
/// and its companions are such files. Call it under the lock and before SQLite opens the file:
/// closing a descriptor of it later would drop SQLite's own locks. True if there was none. Throws
/// StoreError.
bool ensure_private_file(const std::string& path);

/// Root, who restores a copy, must not leave files that the service cannot open: what is root's, in
/// a directory that is somebody else's, becomes theirs. Only for what is known to be a file of
/// ours. Opens nothing. Throws StoreError.
void give_to_owner(const std::string& path);

/// Makes the kernel read database and log from the disk again. What it once failed to write it
/// keeps as if it were written, and ext4 then writes the same pages to where it will not find them
/// again. No connection may be open. Throws StoreError.
void forget_cached(const std::string& path);

/// Throws StoreError if the file or one of its companions can be read by others, or has two names.
void refuse_loose_files(const std::string& path);

/// Throws StoreError with what could not be done to the file, and errno's reason.
[[noreturn]] void fail_on_file(const std::string& what, const std::string& path);

}  // namespace tenens::store
