#include "store/sqlite/columns.hpp"

#include <algorithm>

namespace tenens::store {

void put(Query& query, const Secret& secret) {
  const auto text = secret.expose();
  query.bind_blob({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
}

void put(Query& query, const Actor& actor) {
  bind(query, actor.sub, actor.payload);
}

void put(Query& query, const std::optional<Actor>& actor) {
  if (actor) return put(query, *actor);
  query.bind_null();
  query.bind_null();
}

void take(Query& query, Digest& digest) {
  const auto bytes = query.blob();
  if (bytes.size() != digest.size()) throw StoreError("the database holds a damaged digest");
  std::copy(bytes.begin(), bytes.end(), digest.begin());
}

void take(Query& query, std::vector<Digest>& digests) {
  digests = to_digests(query.blob());
}

void take(Query& query, TokenState& state) {
  from_text(query.text(), state);
}
void take(Query& query, SessionState& state) {
  from_text(query.text(), state);
}

void take(Query& query, Secret& secret) {
  const auto bytes = query.blob();
  secret = std::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size());
}

void take(Query& query, Actor& actor) {
  read(query, actor.sub, actor.payload);
}

void take(Query& query, std::optional<Actor>& actor) {
  if (!query.next_is_null()) return take(query, actor ? *actor : actor.emplace());
  query.skip();
  query.skip();
  actor.reset();
}

}  // namespace tenens::store
