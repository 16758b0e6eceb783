// Several members of one value: what Clerk's front end wants to see and we have nothing to say
// about.
#pragma once

#include <initializer_list>

#include "wire/json.hpp"

namespace tenens::http {

using Names = std::initializer_list<wire::Text>;

template <class T>
void write_all(wire::Writer& writer, const T& value, Names names) {
  for (const auto name : names) writer.member(name, value);
}

inline void write_nulls(wire::Writer& writer, Names names) {
  for (const auto name : names) writer.name(name).null();
}

inline void write_empty_arrays(wire::Writer& writer, Names names) {
  for (const auto name : names) writer.name(name).begin_array().end_array();
}

}  // namespace tenens::http
