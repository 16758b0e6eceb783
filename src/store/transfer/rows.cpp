#include "store/transfer/rows.hpp"

namespace tenens::store::transfer {
namespace {

/// With kind and length before each cell, so that no two rows read alike.
void append(std::string& text, char kind, std::string_view bytes) {
  text += kind;
  text += std::to_string(bytes.size());
  text += ':';
  text += bytes;
}

struct Encoder {
  std::string& text;
  void operator()(std::monostate) const { append(text, 'n', ""); }
  void operator()(std::int64_t number) const { append(text, 'i', std::to_string(number)); }
  void operator()(const std::string& value) const { append(text, 't', value); }
  void operator()(const Blob& blob) const { append(text, 'b', blob.bytes); }
};

}  // namespace

Row Table::key_of(const Row& row) const {
  Row found;
  for (const auto at : key) found.push_back(row[at]);
  return found;
}

std::string Table::column_list() const {
  std::string list;
  for (const auto& column : columns) list += (list.empty() ? "" : ", ") + column.name;
  return list;
}

std::string Table::key_list(std::string_view after_each) const {
  std::string list;
  for (const auto at : key) {
    list += (list.empty() ? "" : ", ") + columns[at].name;
    list += after_each;
  }
  return list;
}

void Digester::add(const Row& row) {
  std::string text(crypto::as_bytes(digest_));
  for (const auto& cell : row) std::visit(Encoder{text}, cell);
  digest_ = crypto::sha256(text);
  ++rows_;
}

}  // namespace tenens::store::transfer
