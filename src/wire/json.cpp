#include "wire/json.hpp"

#include <algorithm>
#include <array>
#include <boost/json/basic_parser_impl.hpp>
#include <charconv>
#include <cmath>
#include <memory>
#include <type_traits>
#include <unordered_set>

#include "base/hex.hpp"

namespace tenens::wire {

namespace {

constexpr std::size_t kLongestEscape = 6;  // \u001f

char* put_escaped(char* at, char c) {
  switch (c) {
    case '"': return put(at, "\\\"");
    case '\\': return put(at, "\\\\");
    case '\b': return put(at, "\\b");
    case '\f': return put(at, "\\f");
    case '\n': return put(at, "\\n");
    case '\r': return put(at, "\\r");
    case '\t': return put(at, "\\t");
    default:
      at = put(at, "\\u00");
      *at++ = kHexDigits[static_cast<unsigned char>(c) >> 4];
      *at++ = kHexDigits[static_cast<unsigned char>(c) & 0xF];
      return at;
  }
}

char* put_escaping(char* at, std::string_view text) {
  for (const char c : text) {
    if (needs_escape(static_cast<unsigned char>(c))) {
      at = put_escaped(at, c);
    } else {
      *at++ = c;
    }
  }
  return at;
}

char* put_quoted(char* at, const Text& text) {
  *at++ = '"';
  at = text.is_plain() ? put(at, text.text()) : put_escaping(at, text.text());
  *at++ = '"';
  return at;
}

std::size_t longest_quoted(const Text& text) {
  return text.text().size() * (text.is_plain() ? 1 : kLongestEscape) + 2;
}

char* put_double(char* at, double number) {
  if (!std::isfinite(number)) return put(at, "null");
  auto* const end = put_number(at, number);
  // "1" would come back as an integer; the type is part of the value.
  const bool is_whole = std::string_view(at, end).find_first_of(".e") == std::string_view::npos;
  return is_whole ? put(end, ".0") : end;
}

}  // namespace

Writer& Writer::open(char bracket) {
  auto* at = separated(1);
  *at++ = bracket;
  return ended(at, false);
}

Writer& Writer::close(char bracket) {
  auto* at = text_.room(1);
  *at++ = bracket;
  return ended(at, true);
}

char* Writer::separated(std::size_t most) {
  auto* at = text_.room(most + 1);
  if (needs_comma_) *at++ = ',';
  return at;
}

Writer& Writer::ended(const char* at, bool needs_comma) {
  text_.ended(at);
  needs_comma_ = needs_comma;
  return *this;
}

Writer& Writer::name(Text name) {
  auto* at = put_quoted(separated(longest_quoted(name) + 1), name);
  *at++ = ':';
  return ended(at, false);
}

Writer& Writer::value(std::string_view text) {
  const Text quoted(text);
  return ended(put_quoted(separated(longest_quoted(quoted)), quoted), true);
}

Writer& Writer::value(std::int64_t number) {
  return ended(put_number(separated(kLongestNumber), number), true);
}

Writer& Writer::raw(std::string_view json) {
  return ended(put(separated(json.size()), json), true);
}

Writer& Writer::value(const Object& object) {
  begin_object();
  for (const auto& [key, content] : object) member(key, content);
  return end_object();
}

Writer& Writer::value(const Value& value) {
  struct Visitor {
    Writer& writer;
    void operator()(std::nullptr_t) const { writer.null(); }
    void operator()(bool flag) const { writer.value(flag); }
    void operator()(std::int64_t number) const { writer.value(number); }
    void operator()(std::uint64_t number) const {
      writer.ended(put_number(writer.separated(kLongestNumber), number), true);
    }
    void operator()(double number) const {
      writer.ended(put_double(writer.separated(kLongestNumber), number), true);
    }
    void operator()(const std::string& text) const { writer.value(std::string_view(text)); }
    void operator()(const Array& array) const {
      writer.begin_array();
      for (const auto& item : array) writer.value(item);
      writer.end_array();
    }
    void operator()(const Object& object) const { writer.value(object); }
  };
  std::visit(Visitor{*this}, value.storage());
  return *this;
}

}  // namespace tenens::wire

namespace clerk_backend_api {

/// An object while it is read.
struct detail::ParsedMembers {
  /// False: there is a member of that name. Otherwise what is put comes under it.
  bool add(std::string_view name) {
    if (!is_new(name)) return false;
    object.members_.emplace_back(std::string(name), Value());
    return true;
  }
  /// Made where it will stay: moving a Value costs more.
  template <class Content>
  void put(Content&& content) {
    using Stored = std::remove_cvref_t<Content>;
    auto& storage = object.members_.back().value.storage_;
    if constexpr (std::is_same_v<Stored, std::string_view>) {
      storage.emplace<std::string>(content);
    } else {
      storage.emplace<Stored>(std::forward<Content>(content));
    }
  }
  void reserve(std::size_t count) { object.members_.reserve(count); }

  Object object = {};

 private:
  /// Names are looked up here and not in the Object, whose linear search would let a flood of names
  /// cost its square; and of few names most differ by the bit that they are given.
  bool is_new(std::string_view name) {
    static constexpr std::size_t kFew = 32;
    if (object.members_.size() < kFew) {
      const auto bit = bit_of(name);
      const bool may_be_there = (bits_ & bit) != 0;
      bits_ |= bit;
      return !may_be_there || object.find(name) == nullptr;
    }
    if (!names_) {
      names_ = std::make_unique<std::unordered_set<std::string>>();
      for (const auto& member : object.members_) names_->insert(member.name);
    }
    return names_->emplace(name).second;
  }
  static std::uint64_t bit_of(std::string_view name) {
    if (name.empty()) return 1;
    const auto sum = 5U * static_cast<unsigned char>(name.front()) +
                     11U * static_cast<unsigned char>(name[name.size() / 2]) +
                     23U * static_cast<unsigned char>(name.back());
    return std::uint64_t{1} << (sum + name.size()) % 64;
  }

  std::uint64_t bits_ = 0;                                       // of the names so far
  std::unique_ptr<std::unordered_set<std::string>> names_ = {};  // of many
};

namespace {

using detail::ParsedMembers;

// Boost.JSON's own tree keeps the last of two equal names without a word, which lets one reader see
// what another does not. This handler builds our tree and refuses them.
class TreeHandler {
 public:
  static constexpr std::size_t max_object_size = 1024;
  static constexpr std::size_t max_array_size = 4096;
  static constexpr std::size_t max_key_size = 16 * 1024;
  static constexpr std::size_t max_string_size = 1024 * 1024;

  using error_code = boost::json::error_code;
  using string_view = boost::json::string_view;

  bool on_document_begin(error_code&) {
    frames_.reserve(4);
    return true;
  }
  bool on_document_end(error_code&) { return true; }

  bool on_object_begin(error_code&) {
    frames_.emplace_back(std::in_place_type<ParsedMembers>);
    std::get<ParsedMembers>(frames_.back()).reserve(frames_.size() == 1 ? 12 : 2);
    return true;
  }
  bool on_object_end(std::size_t, error_code&) { return pop(); }
  bool on_array_begin(error_code&) {
    frames_.emplace_back(std::in_place_type<Array>);
    return true;
  }
  bool on_array_end(std::size_t, error_code&) { return pop(); }

  bool on_key_part(string_view part, std::size_t, error_code&) { return gather(part); }
  bool on_key(string_view part, std::size_t, error_code& error) {
    const bool is_new = std::get<ParsedMembers>(frames_.back()).add(whole(part));
    text_.clear();
    if (!is_new) error = boost::json::error::syntax;
    return is_new;
  }
  bool on_string_part(string_view part, std::size_t, error_code&) { return gather(part); }
  bool on_string(string_view part, std::size_t, error_code&) {
    const bool placed = place(whole(part));
    text_.clear();
    return placed;
  }
  bool on_number_part(string_view part, error_code&) { return gather(part); }
  bool on_int64(std::int64_t number, string_view, error_code&) { return place_number(number); }
  bool on_uint64(std::uint64_t number, string_view, error_code&) { return place_number(number); }
  bool on_double(double approximate, string_view part, error_code& error) {
    gather(part);
    const auto number = nearest(approximate);
    if (!std::isfinite(number)) {
      error = boost::json::error::exponent_overflow;
      return false;
    }
    return place_number(number);
  }
  bool on_bool(bool flag, error_code&) { return place(flag); }
  bool on_null(error_code&) { return place(nullptr); }
  bool on_comment_part(string_view, error_code&) { return true; }
  bool on_comment(string_view, error_code&) { return true; }

  Value take() { return std::move(root_); }

 private:
  using Frame = std::variant<Array, ParsedMembers>;

  bool gather(string_view part) {
    text_.append(part.data(), part.size());
    return true;
  }
  /// The text that ends with `part`, most often all there is of it.
  std::string_view whole(string_view part) {
    if (text_.empty()) return {part.data(), part.size()};
    gather(part);
    return text_;
  }
  /// The double that the digits in `text_` mean. Boost's own may be the one beside it, and then a
  /// number changes a little each time it is read and written.
  [[nodiscard]] double nearest(double approximate) const {
    double exact = approximate;
    // Nothing is stored where it is too small or too large for a double: Boost's 0 or infinity
    // stays.
    std::from_chars(text_.data(), text_.data() + text_.size(), exact);
    return exact;
  }
  template <class Number>
  bool place_number(Number number) {
    text_.clear();
    return place(number);
  }
  bool pop() {
    auto frame = std::move(frames_.back());
    frames_.pop_back();
    if (auto* array = std::get_if<Array>(&frame)) return place(std::move(*array));
    return place(std::move(std::get<ParsedMembers>(frame).object));
  }
  /// What a Value is made of.
  template <class Content>
  bool place(Content&& content) {
    if (frames_.empty()) {
      root_ = Value(std::forward<Content>(content));
      return true;
    }
    auto& frame = frames_.back();
    if (auto* array = std::get_if<Array>(&frame)) {
      array->emplace_back(std::forward<Content>(content));
    } else {
      std::get<ParsedMembers>(frame).put(std::forward<Content>(content));
    }
    return true;
  }

  Value root_;
  std::vector<Frame> frames_;
  std::string text_;
};

}  // namespace

std::optional<Value> parse_json(std::string_view text, JsonLimits limits) {
  if (text.size() > limits.bytes) return std::nullopt;
  boost::json::parse_options options;
  options.max_depth = limits.depth;
  boost::json::basic_parser<TreeHandler> parser(options);
  boost::json::error_code error;
  const auto consumed = parser.write_some(false, text.data(), text.size(), error);
  if (error || consumed != text.size() || !parser.done()) return std::nullopt;
  return parser.handler().take();
}

std::string to_json(const Value& value) {
  return tenens::wire::Writer().value(value).take();
}
std::string to_json(const Object& object) {
  return tenens::wire::Writer().value(object).take();
}

Object::Object() = default;
Object::Object(std::initializer_list<Member> members) {
  for (const auto& member : members) set(member.name, member.value);
}
Object::Object(const Object&) = default;
Object::Object(Object&&) noexcept = default;
Object& Object::operator=(const Object&) = default;
Object& Object::operator=(Object&&) noexcept = default;
Object::~Object() = default;

const Value* Object::find(std::string_view name) const {
  // A JWT's names have three letters each: their ends tell most of them apart without a call.
  const auto is_named = [&](const Member& member) {
    const auto& other = member.name;
    const auto size = name.size();
    if (other.size() != size) return false;
    const auto *a = other.data(), *b = name.data();
    return size == 0 || (a[0] == b[0] && a[size - 1] == b[size - 1] && other == name);
  };
  const auto at = std::find_if(members_.begin(), members_.end(), is_named);
  return at == members_.end() ? nullptr : &at->value;
}

Value& Object::set(std::string name, Value value) {
  for (auto& member : members_) {
    if (member.name == name) return member.value = std::move(value);
  }
  return members_.emplace_back(std::move(name), std::move(value)).value;
}

bool Object::empty() const {
  return members_.empty();
}
std::size_t Object::size() const {
  return members_.size();
}
const Member* Object::begin() const {
  return members_.data();
}
const Member* Object::end() const {
  return members_.data() + members_.size();
}
bool operator==(const Object& a, const Object& b) {
  return a.members_ == b.members_;
}

Value::Value(std::initializer_list<Member> members) : storage_(Object(members)) {}

std::optional<std::int64_t> Value::if_integer() const {
  if (const auto* number = std::get_if<std::int64_t>(&storage_)) return *number;
  return std::nullopt;
}

}  // namespace clerk_backend_api
