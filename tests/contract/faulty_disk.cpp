#include "faulty_disk.hpp"

#include <string_view>

namespace tenens::test {
namespace {

/// What SQLite allocates for an open file; the real one lies right behind it.
struct File {
  sqlite3_file base;
  FaultyDisk* disk;
  bool is_log;
  bool is_database;
};

File* own(sqlite3_file* file) {
  return reinterpret_cast<File*>(file);
}
sqlite3_file* real(sqlite3_file* file) {
  return reinterpret_cast<sqlite3_file*>(own(file) + 1);
}

int on_write(sqlite3_file* file, const void* data, int size, sqlite3_int64 offset) {
  auto& disk = *own(file)->disk;
  if (own(file)->is_log && disk.log_is_full) return SQLITE_FULL;
  if (own(file)->is_log && disk.log_cannot_grow) {
    sqlite3_int64 length = 0;
    real(file)->pMethods->xFileSize(real(file), &length);
    if (offset + size > length) return SQLITE_FULL;
  }
  if (own(file)->is_log && disk.log_cannot_be_written) return SQLITE_IOERR_WRITE;
  ++disk.writes;
  return real(file)->pMethods->xWrite(real(file), data, size, offset);
}

int on_sync(sqlite3_file* file, int flags) {
  auto& disk = *own(file)->disk;
  if (own(file)->is_log && disk.log_cannot_sync) return SQLITE_IOERR_FSYNC;
  if (own(file)->is_database && disk.database_cannot_sync) return SQLITE_IOERR_FSYNC;
  if (own(file)->is_log) {
    disk.log_sync_hangs.wait(true);
    ++disk.log_syncs;
  }
  if (own(file)->is_database) ++disk.database_syncs;
  return real(file)->pMethods->xSync(real(file), flags);
}

/// Hands a call on to the real file.
template <auto method, class... Arguments>
int pass(sqlite3_file* file, Arguments... arguments) {
  return (real(file)->pMethods->*method)(real(file), arguments...);
}

using M = sqlite3_io_methods;

void pass_barrier(sqlite3_file* file) {
  real(file)->pMethods->xShmBarrier(real(file));
}

const sqlite3_io_methods kMethods = {
    3,
    pass<&M::xClose>,
    pass<&M::xRead, void*, int, sqlite3_int64>,
    on_write,
    pass<&M::xTruncate, sqlite3_int64>,
    on_sync,
    pass<&M::xFileSize, sqlite3_int64*>,
    pass<&M::xLock, int>,
    pass<&M::xUnlock, int>,
    pass<&M::xCheckReservedLock, int*>,
    pass<&M::xFileControl, int, void*>,
    pass<&M::xSectorSize>,
    pass<&M::xDeviceCharacteristics>,
    pass<&M::xShmMap, int, int, int, void volatile**>,
    pass<&M::xShmLock, int, int, int>,
    pass_barrier,
    pass<&M::xShmUnmap, int>,
    pass<&M::xFetch, sqlite3_int64, int, void**>,
    pass<&M::xUnfetch, sqlite3_int64, void*>,
};

int on_open(sqlite3_vfs* vfs, sqlite3_filename name, sqlite3_file* file, int flags,
            int* flags_out) {
  auto* real_vfs = sqlite3_vfs_find("unix");
  const int code = real_vfs->xOpen(real_vfs, name, real(file), flags, flags_out);
  // Without methods SQLite does not close it; nor does it need to.
  own(file)->base.pMethods = code == SQLITE_OK ? &kMethods : nullptr;
  own(file)->disk = static_cast<FaultyDisk*>(vfs->pAppData);
  const std::string_view text = name == nullptr ? "" : name;
  own(file)->is_log = text.ends_with("-wal");
  own(file)->is_database = text.ends_with(".db");
  return code;
}

}  // namespace

FaultyDisk::FaultyDisk() : real_(sqlite3_vfs_find("unix")) {
  vfs_ = *real_;
  vfs_.pNext = nullptr;
  vfs_.zName = "faulty-disk";
  vfs_.szOsFile = static_cast<int>(sizeof(File)) + real_->szOsFile;
  vfs_.pAppData = this;
  vfs_.xOpen = on_open;
  sqlite3_vfs_register(&vfs_, 1);
}

FaultyDisk::~FaultyDisk() {
  sqlite3_vfs_unregister(&vfs_);
  sqlite3_vfs_register(real_, 1);
}

}  // namespace tenens::test
