// How the fields of records become parameters and come back as columns. `bind` and `read` take the
// fields in the order of the statement's text; every record has one list of columns for both ways.
#pragma once

#include <concepts>
#include <string_view>

#include "core/records.hpp"
#include "store/postgres/connection.hpp"
#include "store/schema/digests.hpp"
#include "store/schema/names.hpp"

namespace tenens::store::postgres {

inline void put(Parameters& parameters, bool value) {
  parameters.bind_bool(value);
}
inline void put(Parameters& parameters, std::int64_t value) {
  parameters.bind_integer(value);
}
inline void put(Parameters& parameters, Instant at) {
  parameters.bind_integer(to_unix_ms(at));
}
inline void put(Parameters& parameters, seconds duration) {
  parameters.bind_integer(duration.count());
}
inline void put(Parameters& parameters, const std::string& text) {
  parameters.bind_text(text);
}
inline void put(Parameters& parameters, const JsonObject& object) {
  parameters.bind_text(object.text);
}
inline void put(Parameters& parameters, const Digest& digest) {
  parameters.bind_blob(digest);
}
inline void put(Parameters& parameters, const std::vector<Digest>& digests) {
  parameters.bind_blob(bytes_of(digests));
}
inline void put(Parameters& parameters, TokenState state) {
  parameters.bind_text(to_text(state));
}
inline void put(Parameters& parameters, SessionState state) {
  parameters.bind_text(to_text(state));
}
inline void put(Parameters& parameters, AuditAction action) {
  parameters.bind_text(to_text(action));
}
void put(Parameters& parameters, const Secret& secret);
void put(Parameters& parameters, const Actor& actor);                 // two columns
void put(Parameters& parameters, const std::optional<Actor>& actor);  // two columns
template <class Kind>
void put(Parameters& parameters, const Id<Kind>& id) {
  parameters.bind_text(id.text);
}
template <class T>
void put(Parameters& parameters, const std::optional<T>& value) {
  if (value) {
    put(parameters, *value);
  } else {
    parameters.bind_null();
  }
}

inline void take(Query& query, bool& value) {
  value = query.boolean();
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

template <std::derived_from<Parameters> Into, class... Fields>
void bind(Into& parameters, const Fields&... fields) {
  (put(parameters, fields), ...);
}
template <class... Fields>
void read(Query& query, Fields&... fields) {
  (take(query, fields), ...);
}

}  // namespace tenens::store::postgres
