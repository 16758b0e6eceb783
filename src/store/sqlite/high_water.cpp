#include "store/sqlite/high_water.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <sstream>
#include <system_error>
#include <utility>

#include "store/schema/columns.hpp"
#include "store/sqlite/database_file.hpp"

namespace tenens::store {
namespace {

constexpr seconds kAhead{1};
constexpr std::string_view kMagic = "tenens-high-water-1";

/// Always of the same length, so that writing over it never leaves a part of what was there.
std::string to_line(const HighWater& mark) {
  std::array<char, 160> line{};
  std::snprintf(line.data(), line.size(), "%s %s %020lld %020lld\n", kMagic.data(),
                mark.lineage.c_str(), static_cast<long long>(mark.commits),
                static_cast<long long>(to_unix_ms(mark.time)));
  return line.data();
}

HighWater read_from(Db& db) {
  HighWater mark;
  auto query = db.query("SELECT id, commits, time FROM lineage");
  if (!query.step()) throw StoreError("the database has lost its lineage");
  store::read(query, mark.lineage, mark.commits, mark.time);
  return mark;
}

std::string new_lineage(Db& db) {
  return db.text("SELECT lower(hex(randomblob(16)))");
}

/// Why the database cannot be what it was when it was last open here; "" if it can.
std::string misfit(const HighWater& database, const std::optional<HighWater>& beside) {
  if (!beside) {
    return database.commits == 0 ? "" : "was in use, and its high-water mark is not beside it";
  }
  if (database.lineage != beside->lineage) return "is not the database that was last open here";
  if (database.commits < beside->commits) {
    return "is an older copy: it ends at commit " + std::to_string(database.commits) +
           ", and commit " + std::to_string(beside->commits) + " was acknowledged";
  }
  return "";
}

}  // namespace

HighWaterFile::HighWaterFile(std::string path)
    : path_(std::move(path)), descriptor_(::open(path_.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW)) {
  if (descriptor_ < 0 && errno != ENOENT) fail_on_file("open", path_);
}

HighWaterFile::~HighWaterFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

void HighWaterFile::create() {
  ensure_private_file(path_);
  descriptor_ = ::open(path_.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW);
  if (descriptor_ < 0) fail_on_file("open", path_);
}

std::optional<HighWater> HighWaterFile::read() const {
  if (descriptor_ < 0) return std::nullopt;
  std::array<char, 256> text{};
  const auto size = ::pread(descriptor_, text.data(), text.size(), 0);
  if (size < 0) fail_on_file("read", path_);
  // Created, and the machine stopped before anything was noted.
  if (size == 0) return std::nullopt;
  std::istringstream words(std::string(text.data(), static_cast<std::size_t>(size)));
  std::string magic;
  HighWater mark;
  std::int64_t time = 0;
  if (!(words >> magic >> mark.lineage >> mark.commits >> time) || magic != kMagic) {
    throw StoreError(path_ + " is damaged");
  }
  mark.time = from_unix_ms(time);
  return mark;
}

void HighWaterFile::note(const HighWater& mark) {
  if (descriptor_ < 0) create();
  const auto line = to_line(mark);
  const auto size = static_cast<ssize_t>(line.size());
  if (::pwrite(descriptor_, line.data(), line.size(), 0) != size) fail_on_file("write", path_);
}

void HighWaterFile::sync() {
  if (descriptor_ >= 0 && ::fdatasync(descriptor_) != 0) fail_on_file("sync", path_);
}

void refuse_misfit(Db& db, const std::string& path, const HighWaterFile& file) {
  if (const auto why = misfit(read_from(db), file.read()); !why.empty()) {
    throw StoreError(path + " " + why +
                     ". Tickets that were spent since could be spent again. If it was restored or "
                     "moved on purpose: tenensd recover --database sqlite:" +
                     path);
  }
}

HighWaterMark::HighWaterMark(Db& db, const std::string& path, std::unique_ptr<HighWaterFile> file,
                             bool begin_anew)
    : file_(std::move(file)), mark_(read_from(db)) {
  if (begin_anew) {
    mark_ = {.lineage = new_lineage(db)};
    is_ours_ = false;
    return;
  }
  if (!file_) return;
  refuse_misfit(db, path, *file_);
  if (const auto beside = file_->read()) mark_.time = std::max(mark_.time, beside->time);
  may_tell_ms_ = to_unix_ms(mark_.time);
  note();
  file_->sync();
}

void HighWaterMark::will_tell(Instant now) {
  if (to_unix_ms(now) <= may_tell_ms_.load()) return;
  const std::lock_guard lock(mutex_);
  if (now <= mark_.time) return;
  mark_.time = now + kAhead;
  may_tell_ms_ = to_unix_ms(mark_.time);
  try {
    note();
  } catch (const StoreError&) {
    // A disk that fails now: the next commit will say so.
  }
}

void HighWaterMark::stamp(Db& db, Instant now) {
  auto query = db.query("UPDATE lineage SET id = ?, commits = ?, time = ?");
  store::bind(query, mark_.lineage, mark_.commits + 1, now);
  query.run();
}

void HighWaterMark::confirm() {
  const std::lock_guard lock(mutex_);
  ++mark_.commits;
  is_ours_ = true;
  note();
}

void HighWaterMark::read_again(Db& db) {
  const std::lock_guard lock(mutex_);
  if (is_ours_) {
    const auto found = read_from(db).commits;
    if (found < mark_.commits) throw LostCommits();
    mark_.commits = found;
  }
  note();
}

void HighWaterMark::close(Instant now) {
  const std::lock_guard lock(mutex_);
  mark_.time = now;
  note();
  if (file_ && is_ours_) file_->sync();
}

void HighWaterMark::note() {
  if (file_ && is_ours_) file_->note(mark_);
}

}  // namespace tenens::store
