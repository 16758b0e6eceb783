// The document that we serve about ourselves, against the table that decides.
#include <gtest/gtest.h>

#include <set>

#include "clerk_backend_api/value.hpp"
#include "core/audit_events.hpp"
#include "http/router.hpp"
#include "http/web_files.hpp"

namespace tenens::http {
namespace {

using clerk_backend_api::Object;
using Operations = std::set<std::pair<std::string, std::string>>;  // method, path

const Object& document() {
  static const auto parsed = clerk_backend_api::parse_json(web_file("openapi.json"));
  return *parsed.value().if_object();
}

const Object& member(const Object& object, std::string_view name) {
  return *object.find(name)->if_object();
}

std::string upper(std::string text) {
  for (auto& c : text) c = static_cast<char>(c - 'a' + 'A');
  return text;
}

template <class Wanted>
Operations described(Wanted wanted) {
  Operations operations;
  for (const auto& [path, methods] : member(document(), "paths")) {
    for (const auto& [method, operation] : *methods.if_object()) {
      if (wanted(*operation.if_object())) operations.insert({upper(method), path});
    }
  }
  return operations;
}

template <class Wanted>
Operations routed(Wanted wanted) {
  Operations operations;
  for (const auto& route : route_table()) {
    if (wanted(route)) operations.insert({std::string(route.method), std::string(route.pattern)});
  }
  return operations;
}

TEST(OpenApi, DescribesEveryRouteAndNoOther) {
  EXPECT_EQ(described([](const Object&) { return true; }),
            routed([](const Route&) { return true; }));
}

TEST(OpenApi, AsksForASecretKeyWhereTheRouterDoes) {
  EXPECT_EQ(
      described([](const Object& operation) { return operation.find("security") == nullptr; }),
      routed([](const Route& route) { return route.audience == Audience::backend; }));
}

TEST(OpenApi, NamesEveryActOfTheAudit) {
  const auto& schemas = member(member(document(), "components"), "schemas");
  std::set<std::string> described;
  for (const auto& name : *member(schemas, "AuditAction").find("enum")->if_array()) {
    described.insert(*name.if_string());
  }
  std::set<std::string> known;
  for (int action = 0; action < static_cast<int>(AuditAction::unknown); ++action) {
    known.emplace(to_text(static_cast<AuditAction>(action)));
  }
  EXPECT_EQ(described, known);
}

}  // namespace
}  // namespace tenens::http
