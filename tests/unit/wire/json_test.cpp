#include <gtest/gtest.h>

#include <limits>
#include <type_traits>
#include <vector>

#include "wire/json.hpp"

namespace clerk_backend_api {
namespace {

std::string round_trip(std::string_view text) {
  const auto value = parse_json(text);
  return value ? to_json(*value) : "refused";
}

TEST(Json, KeepsOrderAndNumberTypes) {
  const std::string text = R"({"z":1,"a":1.0,"u":18446744073709551615,"n":-3,"l":[true,null,"é"]})";
  EXPECT_EQ(round_trip(text), text);
}

TEST(Json, GivesEachNumberAsItCame) {
  for (const auto* text : {"123456789.123", "0.1", "1e-07", "5e-324", "1.7976931348623157e+308",
                           "9.223371844674487e+25", "2.2250738585072014e-308"}) {
    EXPECT_EQ(round_trip(text), text);
  }
  EXPECT_EQ(round_trip("9223371844674487309551615.0"), "9.223371844674487e+24");
  EXPECT_EQ(round_trip("1e-400"), "0.0");
}

TEST(Json, RefusesDuplicateNamesAtAnyDepth) {
  EXPECT_EQ(round_trip(R"({"a":1,"a":2})"), "refused");
  EXPECT_EQ(round_trip(R"({"o":{"a":1,"\u0061":2}})"), "refused");
}

TEST(Json, RefusesWhatIsNotExactlyOneValue) {
  for (const auto* text :
       {"", " ", "nul", "[1]x", "[1,]", "{\"a\"}", "01", "1e999", "\"\xff\"", "NaN"}) {
    EXPECT_EQ(round_trip(text), "refused") << text;
  }
}

TEST(Json, RefusesBeyondItsLimits) {
  EXPECT_TRUE(parse_json("[[1]]", {.depth = 2}));
  EXPECT_FALSE(parse_json("[[[1]]]", {.depth = 2}));
  EXPECT_FALSE(parse_json("[1,2]", {.bytes = 4}));
}

TEST(Json, RefusesMoreOfOneThingThanAnybodyHas) {
  const auto accepts = [](const std::string& text) {
    return parse_json(text, {.bytes = text.size()}).has_value();
  };
  const auto items = [](int count) {
    std::string text = "[0";
    for (int i = 1; i < count; ++i) text += ",0";
    return text + "]";
  };
  EXPECT_TRUE(accepts(items(4096)));
  EXPECT_FALSE(accepts(items(4097)));
  const auto members = [](int count) {
    std::string text = "{";
    for (int i = 0; i < count; ++i) text += (i == 0 ? "\"" : ",\"") + std::to_string(i) + "\":0";
    return text + "}";
  };
  EXPECT_TRUE(accepts(members(1024)));
  EXPECT_FALSE(accepts(members(1025)));
  const auto name = [](std::size_t size) { return "{\"" + std::string(size, 'a') + "\":0}"; };
  EXPECT_TRUE(accepts(name(16 * 1024)));
  EXPECT_FALSE(accepts(name(16 * 1024 + 1)));
  const auto text = [](std::size_t size) { return "\"" + std::string(size, 'a') + "\""; };
  EXPECT_TRUE(accepts(text(1024 * 1024)));
  EXPECT_FALSE(accepts(text(1024 * 1024 + 1)));
}

TEST(Json, EscapesWhatMustBeEscaped) {
  EXPECT_EQ(to_json(Value("a\"\\\n\x01")), R"("a\"\\\n\u0001")");
}

TEST(Json, WritesEveryKindOfValueWhereverItsTextHasToGrow) {
  const Array kinds{Value(nullptr),
                    Value(false),
                    Value(std::int64_t{-9223372036854775807}),
                    Value(std::uint64_t{18446744073709551615U}),
                    Value(-2.2250738585072014e-308),
                    Value(1.0),
                    Value(std::string(3, '\x1f')),
                    Value(Object{{"\"", Value("\n")}}),
                    Value(Array{Value(Array{})})};
  for (std::size_t length = 960; length < 1030; ++length) {
    const Value value(Array{Value(std::string(length, 'x')), Value(kinds), Value(kinds)});
    const auto text = to_json(value);
    EXPECT_EQ(parse_json(text), value) << length;
    EXPECT_EQ(round_trip(text), text) << length;
  }
}

TEST(Json, AnActorReadsLikeTheJsonItBecomes) {
  const Object actor{{"sub", "user_1"}, {"level", 3}, {"tags", Array{"a", 1.5}}};
  EXPECT_EQ(to_json(actor), R"({"sub":"user_1","level":3,"tags":["a",1.5]})");
}

TEST(Json, AnObjectInAnObjectIsBracesInBracesAndAnArrayIsNamed) {
  const Object one{{"a", {{"b", "c"}}}};
  EXPECT_EQ(to_json(one), R"({"a":{"b":"c"}})");
  const std::string admin = "b";
  const Object chain = {{"sub", "a"},
                        {"act", {{"sub", admin}, {"k", 2}, {"act", {{"sub", Value("c")}}}}}};
  EXPECT_EQ(to_json(chain), R"({"sub":"a","act":{"sub":"b","k":2,"act":{"sub":"c"}}})");
  const Object levels{{"levels", Array{1, 2, {{"of", "three"}}}}, {"none", {}}};
  EXPECT_EQ(to_json(levels), R"({"levels":[1,2,{"of":"three"}],"none":null})");
}

TEST(Json, WhatIsWrittenInPlaceIsAnObject) {
  EXPECT_EQ(to_json({{"sub", "a"}, {"level", 3}}), R"({"sub":"a","level":3})");
}

TEST(Json, AnIntegerIsTheSameWhateverTypeItHadInCpp) {
  for (const Value& five : {Value(5), Value(5U), Value(5L), Value(5LL), Value(std::size_t{5}),
                            Value(std::int8_t{5}), Value(std::uint64_t{5})}) {
    EXPECT_EQ(five, parse_json("5"));
    EXPECT_EQ(five.if_integer(), 5);
  }
  EXPECT_EQ(Value(std::numeric_limits<std::uint64_t>::max()), parse_json("18446744073709551615"));
  EXPECT_EQ(Value(true), parse_json("true"));
}

enum Unscoped { kZero };
enum class Scoped { kZero };

template <class... T>
constexpr bool any_is_a_value = (std::is_constructible_v<Value, T> || ...);
template <class... T>
constexpr bool all_are_values = (std::is_convertible_v<T, Value> && ...);

// A name alone is no member, whose value would be null.
static_assert(!std::is_constructible_v<Member, const char*> && !std::is_constructible_v<Member>);

// A pointer would become `true` if anything took it, and an enumerator `0.0`.
static_assert(!any_is_a_value<void*, const int*, const unsigned char*, const char8_t*>);
static_assert(!any_is_a_value<Unscoped, Scoped, std::vector<bool>::reference>);
static_assert(!any_is_a_value<char, wchar_t, char8_t, char16_t, char32_t>);
static_assert(all_are_values<bool, signed char, unsigned char, int, std::uint64_t, float, double>);
static_assert(all_are_values<std::nullptr_t, const char*, std::string_view, std::string, Object>);

}  // namespace
}  // namespace clerk_backend_api
