// All items of a list, page by page, as a range.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <iterator>
#include <optional>
#include <utility>
#include <vector>

#include "clerk_backend_api/result.hpp"

namespace clerk_backend_api {

/// What `list_all` returns: a range over all pages. Each element is a Result, and a page that
/// cannot be had is the last element, an error: nothing throws behind your back, and a list that
/// broke off cannot be taken for a whole one.
///
///     for (const auto& user : s.users.list_all({.query = "example.com"})) {
///       if (!user) return report(user.error());
///       use(*user);
///     }
///
/// With `use(user.value())` it throws instead. A page is fetched when its first item is asked for
/// and blocks like any other call, with the options given to `list_all`; memory holds one page.
/// Iterates once; not thread-safe.
///
/// Pages are counted by offset, but for users after `starting_after`. An item that appears
/// meanwhile pushes one onto the next page, to be seen twice; one that leaves the list, for
/// instance because the loop revokes what it finds, pulls one past you unseen. Gather the ids
/// first, then change things.
template <class T>
class Listing {
 public:
  struct Page {
    std::vector<T> data = {};
    bool is_last = false;
  };
  /// Asks for the page that begins after `offset` items.
  using Fetch = std::function<Result<Page>(std::int64_t offset)>;

  class Iterator {
   public:
    using iterator_concept = std::input_iterator_tag;
    using difference_type = std::ptrdiff_t;
    using value_type = Result<T>;

    Iterator() = default;
    [[nodiscard]] Result<T>& operator*() const { return *listing_->current_; }
    [[nodiscard]] Result<T>* operator->() const { return &*listing_->current_; }
    Iterator& operator++() {
      listing_->advance();
      return *this;
    }
    void operator++(int) { listing_->advance(); }
    friend bool operator==(const Iterator& at, std::default_sentinel_t) { return at.is_past(); }

   private:
    friend class Listing;
    explicit Iterator(Listing* listing) : listing_(listing) {}
    [[nodiscard]] bool is_past() const { return !listing_->current_; }
    Listing* listing_ = nullptr;
  };

  Listing(Fetch fetch, std::int64_t offset) : fetch_(std::move(fetch)), offset_(offset) {}
  Listing(Listing&&) = default;
  Listing& operator=(Listing&&) = default;

  /// Fetches the first page. Call it once.
  [[nodiscard]] Iterator begin() {
    advance();
    return Iterator(this);
  }
  [[nodiscard]] std::default_sentinel_t end() const { return {}; }

 private:
  void advance() {
    current_.reset();
    if (at_ == page_.data.size() && !page_.is_last && !fetch_next()) return;
    if (at_ < page_.data.size()) current_.emplace(std::move(page_.data[at_++]));
  }

  /// False if there is an error in its place.
  bool fetch_next() {
    auto page = fetch_(offset_);
    page_ = page ? *std::move(page) : Page{};
    // An empty page ends it whatever the server says, or a wrong total would be asked for for ever.
    page_.is_last = page_.is_last || page_.data.empty();
    offset_ += static_cast<std::int64_t>(page_.data.size());
    at_ = 0;
    if (!page) current_.emplace(page.error());
    return page.has_value();
  }

  Fetch fetch_;
  std::int64_t offset_ = 0;
  Page page_ = {};
  std::size_t at_ = 0;
  std::optional<Result<T>> current_ = {};
};

}  // namespace clerk_backend_api
