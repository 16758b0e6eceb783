#include "store/sqlite/database_file.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <system_error>

#include "core/store.hpp"

namespace tenens::store {
namespace {

constexpr mode_t kOwnerOnly = 0600;

/// Closes a descriptor at the end of a scope.
class Closing {
 public:
  explicit Closing(int descriptor) : descriptor_(descriptor) {}
  ~Closing() { ::close(descriptor_); }
  Closing(const Closing&) = delete;
  Closing& operator=(const Closing&) = delete;

 private:
  int descriptor_;
};

std::string holder_of(int descriptor) {
  std::array<char, 32> text{};
  const auto size = ::pread(descriptor, text.data(), text.size(), 0);
  std::string pid;
  for (ssize_t i = 0; i < size; ++i) {
    const char c = text[static_cast<std::size_t>(i)];
    if (c >= '0' && c <= '9') pid += c;
  }
  return pid.empty() ? "" : " (process " + pid + ")";
}

void sync_directory_of(const std::string& path) {
  const auto directory = std::filesystem::path(path).parent_path();
  const int descriptor = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) fail_on_file("open", directory);
  const Closing closing(descriptor);
  if (::fsync(descriptor) != 0) fail_on_file("sync", directory);
}

/// True if it did not exist.
bool create(const std::string& path) {
  const int descriptor =
      ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, kOwnerOnly);
  if (descriptor < 0) {
    if (errno == EEXIST) return false;
    fail_on_file("create", path);
  }
  const Closing closing(descriptor);
  // The umask may have taken more away than others' rights.
  if (::fchmod(descriptor, kOwnerOnly) != 0) fail_on_file("set the permissions of", path);
  if (::fsync(descriptor) != 0) fail_on_file("sync", path);
  sync_directory_of(path);
  return true;
}

void refuse_loose_file(const std::string& path) {
  struct stat found {};
  if (::lstat(path.c_str(), &found) != 0) {
    if (errno == ENOENT) return;
    fail_on_file("examine", path);
  }
  if (!S_ISREG(found.st_mode)) throw StoreError(path + " is not a regular file");
  if (found.st_nlink > 1) {
    throw StoreError(path + " has a second name (hard link), under which it could be opened twice");
  }
  if ((found.st_mode & 0077) != 0) {
    std::array<char, 8> mode{};
    std::snprintf(mode.data(), mode.size(), "%04o", static_cast<unsigned>(found.st_mode & 07777));
    throw StoreError(path + " can be read by others (mode " + mode.data() +
                     "), and it holds keys; run: chmod 600 " + path);
  }
}

}  // namespace

void fail_on_file(const std::string& what, const std::string& path) {
  throw StoreError("cannot " + what + " " + path + ": " + std::generic_category().message(errno));
}

DatabaseLock::DatabaseLock(const std::string& path) {
  const std::string name = path + ".lock";
  const int descriptor =
      ::open(name.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, kOwnerOnly);
  if (descriptor < 0) fail_on_file("open", name);
  try {
    if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
      if (errno != EWOULDBLOCK) fail_on_file("lock", name);
      if (::flock(descriptor, LOCK_SH | LOCK_NB) == 0) {
        ::flock(descriptor, LOCK_UN);
        throw StoreError(path + " is being looked at, by tenensd doctor, audit verify or migrate");
      }
      throw StoreError(path + " is in use by another tenensd" + holder_of(descriptor));
    }
    const std::string pid = std::to_string(::getpid()) + "\n";
    if (::fchmod(descriptor, kOwnerOnly) != 0 || ::ftruncate(descriptor, 0) != 0 ||
        ::pwrite(descriptor, pid.data(), pid.size(), 0) < 0) {
      fail_on_file("write", name);
    }
  } catch (const StoreError&) {
    ::close(descriptor);
    throw;
  }
  descriptor_ = descriptor;
}

DatabaseLock::~DatabaseLock() {
  // So that no later message names a process that is gone. Closing releases the lock.
  if (::ftruncate(descriptor_, 0) != 0) errno = 0;
  ::close(descriptor_);
}

LookingLock::LookingLock(const std::string& path)
    : descriptor_(::open((path + ".lock").c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW)) {
  // Without the file no server has ever opened it by this name.
  if (descriptor_ >= 0) in_use_ = ::flock(descriptor_, LOCK_SH | LOCK_NB) != 0;
}

LookingLock::~LookingLock() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

std::string canonical_path(const std::string& path) {
  std::error_code error;
  auto absolute = std::filesystem::absolute(path, error);
  if (!error) absolute = std::filesystem::weakly_canonical(absolute, error);
  if (error) throw StoreError("cannot open " + path + ": " + error.message());
  return absolute;
}

void give_to_owner(const std::string& path) {
  struct stat folder {};
  struct stat file {};
  const auto name = std::filesystem::path(path).parent_path();
  if (::geteuid() != 0 || ::stat(name.c_str(), &folder) != 0 || ::lstat(path.c_str(), &file) != 0) {
    return;
  }
  // A second name of it may be a file of anybody's.
  const bool is_roots = file.st_uid == 0 && file.st_nlink == 1 && S_ISREG(file.st_mode);
  if (!is_roots || folder.st_uid == 0) return;
  const auto [owner, group] = std::pair(folder.st_uid, folder.st_gid);
  if (::fchownat(AT_FDCWD, path.c_str(), owner, group, AT_SYMLINK_NOFOLLOW) != 0) {
    fail_on_file("give away", path);
  }
}

bool ensure_private_file(const std::string& path) {
  if (create(path)) {
    give_to_owner(path);
    return true;
  }
  refuse_loose_files(path);
  return false;
}

void forget_cached(const std::string& path) {
  for (const auto& name : {path, path + "-wal"}) {
    const int descriptor = ::open(name.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (descriptor < 0) {
      if (errno == ENOENT) continue;
      fail_on_file("open", name);
    }
    const Closing closing(descriptor);
    // Only clean pages are dropped. One that cannot be written is clean after that, too.
    (void)::fsync(descriptor);
    (void)::posix_fadvise(descriptor, 0, 0, POSIX_FADV_DONTNEED);
  }
}

void refuse_loose_files(const std::string& path) {
  for (const auto* suffix : {"", "-wal", "-shm"}) refuse_loose_file(path + suffix);
}

}  // namespace tenens::store
