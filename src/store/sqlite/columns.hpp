// How the fields of records become parameters and come back as columns. `bind` and `read` take the
// fields in the order of the statement's text; every record has one list of columns for both ways.
#pragma once

#include <string_view>

#include "core/records.hpp"
#include "store/schema/digests.hpp"
#include "store/schema/names.hpp"
#include "store/sqlite/sqlite_db.hpp"

namespace tenens::store {

inline void put(Query& query, bool value) {
  query.bind_integer(value ? 1 : 0);
}
inline void put(Query& query, std::int64_t value) {
  query.bind_integer(value);
}
inline void put(Query& query, Instant at) {
  query.bind_integer(to_unix_ms(at));
}
inline void put(Query& query, seconds duration) {
  query.bind_integer(duration.count());
}
inline void put(Query& query, const std::string& text) {
  query.bind_text(text);
}
inline void put(Query& query, const JsonObject& object) {
  query.bind_text(object.text);
}
inline void put(Query& query, const Digest& digest) {
  query.bind_blob(digest);
}
inline void put(Query& query, const std::vector<Digest>& digests) {
  query.bind_blob(bytes_of(digests));
}
inline void put(Query& query, TokenState state) {
  query.bind_text(to_text(state));
}
inline void put(Query& query, SessionState state) {
  query.bind_text(to_text(state));
}
inline void put(Query& query, AuditAction action) {
  query.bind_text(to_text(action));
}
void put(Query& query, const Secret& secret);
void put(Query& query, const Actor& actor);                 // two columns
void put(Query& query, const std::optional<Actor>& actor);  // two columns
template <class Kind>
void put(Query& query, const Id<Kind>& id) {
  query.bind_text(id.text);
}
template <class T>
void put(Query& query, const std::optional<T>& value) {
  if (value) {
    put(query, *value);
  } else {
    query.bind_null();
  }
}

inline void take(Query& query, bool& value) {
  value = query.integer() != 0;
}
inline void take(Query& query, std::int64_t& value) {
  value = query.integer();
}
inline void take(Query& query, Instant& at) {
  at = from_unix_ms(query.integer());
}
inline void take(Query& query, seconds& duration) {
  duration = seconds(query.integer());
}
inline void take(Query& query, std::string& text) {
  text = query.text();
}
inline void take(Query& query, std::string_view& text) {  // lives as long as query.text()
  text = query.text();
}
inline void take(Query& query, JsonObject& object) {
  object.text = query.text();
}
// These throw StoreError at a value that this program cannot have written.
void take(Query& query, Digest& digest);
void take(Query& query, std::vector<Digest>& digests);
void take(Query& query, TokenState& state);
void take(Query& query, SessionState& state);
void take(Query& query, Secret& secret);
void take(Query& query, Actor& actor);
void take(Query& query, std::optional<Actor>& actor);
template <class Kind>
void take(Query& query, Id<Kind>& id) {
  id.text = query.text();
}
template <class T>
void take(Query& query, std::optional<T>& value) {
  if (query.next_is_null()) {
    query.skip();
    value.reset();
  } else {
    take(query, value ? *value : value.emplace());
  }
}

template <class... Fields>
void bind(Query& query, const Fields&... fields) {
  (put(query, fields), ...);
}
template <class... Fields>
void read(Query& query, Fields&... fields) {
  (take(query, fields), ...);
}

}  // namespace tenens::store
