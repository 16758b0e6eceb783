// How the fields of records become parameters and come back as columns, in every kind of database.
// `bind` and `read` take the fields in the order of the statement's text; every record has one list
// of columns for both ways.
//
// `Into` is where parameters go (`bind_text` and its like), `Query` where columns come from (`text`
// and its like): a database's own Query is both.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/audit_events.hpp"
#include "core/records.hpp"
#include "core/store.hpp"
#include "store/schema/digests.hpp"

namespace tenens::store {

template <class Into>
void put(Into& into, bool value) {
  into.bind_bool(value);
}
template <class Into>
void put(Into& into, std::int64_t value) {
  into.bind_integer(value);
}
template <class Into>
void put(Into& into, Instant at) {
  into.bind_integer(to_unix_ms(at));
}
template <class Into>
void put(Into& into, seconds duration) {
  into.bind_integer(duration.count());
}
template <class Into>
void put(Into& into, const std::string& text) {
  into.bind_text(text);
}
template <class Into>
void put(Into& into, const JsonObject& object) {
  into.bind_text(object.text);
}
template <class Into>
void put(Into& into, const Digest& digest) {
  into.bind_blob(digest);
}
template <class Into>
void put(Into& into, const std::vector<Digest>& digests) {
  into.bind_blob(bytes_of(digests));
}
template <class Into>
void put(Into& into, const Secret& secret) {
  const auto text = secret.expose();
  into.bind_blob({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
}
template <class Into>
void put(Into& into, TokenState state) {
  into.bind_text(to_text(state));
}
template <class Into>
void put(Into& into, SessionState state) {
  into.bind_text(to_text(state));
}
template <class Into>
void put(Into& into, AuditAction action) {
  into.bind_text(to_word(action));
}
template <class Into, class Kind>
void put(Into& into, const Id<Kind>& id) {
  into.bind_text(id.text);
}
template <class Into>
void put(Into& into, const Actor& actor) {  // two columns
  put(into, actor.sub);
  put(into, actor.payload);
}
template <class Into>
void put(Into& into, const std::optional<Actor>& actor) {  // two columns
  if (actor) return put(into, *actor);
  into.bind_null();
  into.bind_null();
}
template <class Into, class T>
void put(Into& into, const std::optional<T>& value) {
  if (value) {
    put(into, *value);
  } else {
    into.bind_null();
  }
}

// These read over what a record has, and use the room of its texts again.

template <class Query>
void take(Query& query, bool& value) {
  value = query.boolean();
}
template <class Query>
void take(Query& query, std::int64_t& value) {
  value = query.integer();
}
template <class Query>
void take(Query& query, Instant& at) {
  at = from_unix_ms(query.integer());
}
template <class Query>
void take(Query& query, seconds& duration) {
  duration = seconds(query.integer());
}
template <class Query>
void take(Query& query, std::string& text) {
  text = query.text();
}
template <class Query>
void take(Query& query, std::string_view& text) {  // lives as long as query.text()
  text = query.text();
}
template <class Query>
void take(Query& query, JsonObject& object) {
  object.text = query.text();
}
template <class Query>
void take(Query& query, Secret& secret) {
  const auto bytes = query.blob();
  secret = std::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size());
}
template <class Query, class Kind>
void take(Query& query, Id<Kind>& id) {
  id.text = query.text();
}
// These four throw StoreError at a value that this program cannot have written.
template <class Query>
void take(Query& query, Digest& digest) {
  const auto bytes = query.blob();
  if (bytes.size() != digest.size()) throw StoreError("the database holds a damaged digest");
  std::copy(bytes.begin(), bytes.end(), digest.begin());
}
template <class Query>
void take(Query& query, std::vector<Digest>& digests) {
  digests = to_digests(query.blob());
}
/// Throws StoreError at a word that this program cannot have written.
template <class State, std::size_t size>
[[nodiscard]] State state_of(std::string_view word, const std::array<State, size>& known) {
  for (const auto state : known) {
    if (to_text(state) == word) return state;
  }
  throw StoreError("the database holds a value that this version does not know: " +
                   std::string(word));
}
template <class Query>
void take(Query& query, TokenState& state) {
  state = state_of(query.text(), kTokenStates);
}
template <class Query>
void take(Query& query, SessionState& state) {
  state = state_of(query.text(), kSessionStates);
}
template <class Query>
void take(Query& query, Actor& actor) {
  take(query, actor.sub);
  take(query, actor.payload);
}
template <class Query>
void take(Query& query, std::optional<Actor>& actor) {
  if (!query.next_is_null()) return take(query, actor ? *actor : actor.emplace());
  query.skip();
  if (query.next_is_null()) {
    query.skip();
    return actor.reset();
  }
  // Not written by us: whoever put it there must not have it passed over.
  if (!actor) actor.emplace();
  actor->sub.clear();
  take(query, actor->payload);
}
template <class Query, class T>
void take(Query& query, std::optional<T>& value) {
  if (query.next_is_null()) {
    query.skip();
    value.reset();
  } else {
    take(query, value ? *value : value.emplace());
  }
}

template <class Into, class... Fields>
void bind(Into& into, const Fields&... fields) {
  (put(into, fields), ...);
}
template <class Query, class... Fields>
void read(Query& query, Fields&... fields) {
  (take(query, fields), ...);
}

}  // namespace tenens::store
