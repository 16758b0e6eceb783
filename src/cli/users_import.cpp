// users import
//
// A long import meets every kind of trouble. A bad line is reported with its number and passed
// over; a server that is busy is waited for; one that is gone stops the import and says from which
// line to go on, and so does Ctrl-C where it reads a file. No line is left out in silence.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <ostream>

#include "cli/interruption.hpp"
#include "cli/models.hpp"
#include "cli/program.hpp"

namespace tenens::cli {
namespace {

using clerk_backend_api::Array;
using clerk_backend_api::CreateUserRequestBody;
using clerk_backend_api::Error;
using clerk_backend_api::ErrorKind;
using clerk_backend_api::Object;
using clerk_backend_api::Value;

constexpr int kTriesPerLine = 6;
constexpr std::chrono::milliseconds kFirstPause{500};
constexpr std::chrono::milliseconds kLongestPause{60'000};

/// What is wrong with a line, in words.
struct BadLine {
  std::string why;
};

std::string text_member(const std::string& name, const Value& value) {
  const auto* text = value.if_string();
  if (text == nullptr) throw BadLine{name + " must be a string"};
  return *text;
}

Object object_member(const std::string& name, const Value& value) {
  const auto* object = value.if_object();
  if (object == nullptr) throw BadLine{name + " must be an object"};
  return *object;
}

std::vector<std::string> addresses_member(const std::string& name, const Value& value) {
  if (value.if_string() != nullptr) return {*value.if_string()};
  const auto* array = value.if_array();
  if (array == nullptr) throw BadLine{name + " must be an array of strings"};
  std::vector<std::string> addresses;
  for (const auto& item : *array) addresses.push_back(text_member(name, item));
  return addresses;
}

void take_member(CreateUserRequestBody& user, const std::string& name, const Value& value) {
  if (value.is_null()) return;
  if (name == "external_id")
    user.external_id = text_member(name, value);
  else if (name == "username")
    user.username = text_member(name, value);
  else if (name == "first_name")
    user.first_name = text_member(name, value);
  else if (name == "last_name")
    user.last_name = text_member(name, value);
  else if (name == "email_address")
    user.email_address = addresses_member(name, value);
  else if (name == "public_metadata")
    user.public_metadata = object_member(name, value);
  else if (name == "private_metadata")
    user.private_metadata = object_member(name, value);
  else if (name == "unsafe_metadata")
    user.unsafe_metadata = object_member(name, value);
  else
    throw BadLine{"unknown field " + name};  // passing over it would lose it
}

CreateUserRequestBody user_of(std::string_view line) {
  const auto value = clerk_backend_api::parse_json(line);
  if (!value || value->if_object() == nullptr) throw BadLine{"not a JSON object"};
  CreateUserRequestBody user;
  for (const auto& [name, content] : *value->if_object()) take_member(user, name, content);
  return user;
}

bool is_blank(std::string_view line) {
  return line.find_first_not_of(" \t\r") == std::string_view::npos;
}

/// As a shell takes it for one word, whatever is in it.
std::string shell_word(std::string_view word) {
  std::string text = "'";
  for (const char c : word) text += c == '\'' ? R"('\'')" : std::string(1, c);
  return text + "'";
}

class Import {
 public:
  /// `path` is empty if what was read cannot be read again. Unless it `is_file`, a read may wait,
  /// which no note of a signal ends: a signal then ends the program as ever.
  Import(Context& context, bool is_file, std::string path = {})
      : context_(context), client_(context.client()), path_(std::move(path)) {
    if (is_file) interruption_.emplace();
  }

  /// `lines` is 0 if nobody knows.
  void run(std::istream& in, std::int64_t lines) {
    std::string line;
    while (!stopped_ && !is_interrupted() && std::getline(in, line)) {
      ++number_;
      if (number_ == 1 && line.starts_with("\xEF\xBB\xBF")) line.erase(0, 3);
      if (!is_blank(line)) take(line);
      draw_progress(lines);
    }
    clear_progress();
    // Blank lines are nothing to go on with.
    if (is_interrupted() && !stopped_ && !(in >> std::ws).eof()) stop(number_ + 1);
    report();
    if (is_interrupted()) context_.exit_code = kInterrupted + interruption_->signal();
  }

 private:
  [[nodiscard]] bool is_interrupted() const {
    return interruption_ && interruption_->signal() != 0;
  }

  void take(std::string_view line) {
    try {
      const auto user = user_of(line);
      const auto error = create(user);
      if (!error) {
        ++created_;
        return;
      }
      fail(summary_of(*error));
      stop_if_hopeless(*error);
    } catch (const BadLine& bad) {
      fail(bad.why);
    }
  }

  /// Waits for a server that says "not now"; it has not begun, so nothing is made twice.
  std::optional<Error> create(const CreateUserRequestBody& user) {
    auto pause = kFirstPause;
    for (int tries = 1;; ++tries) {
      const auto created = client_.users.create(user);
      if (created) return std::nullopt;
      const auto& error = created.error();
      const bool busy = error.kind == ErrorKind::rate_limited ||
                        (error.kind == ErrorKind::unavailable && error.http_status != 0);
      if (!busy || tries == kTriesPerLine || is_interrupted()) return error;
      context_.outside.sleep(std::min(error.retry_after.value_or(pause), kLongestPause));
      if (is_interrupted()) return error;
      pause *= 2;
    }
  }

  void stop_if_hopeless(const Error& error) {
    const bool in_doubt = error.kind == ErrorKind::in_doubt;
    const bool hopeless =
        error.kind == ErrorKind::unauthenticated || error.kind == ErrorKind::unavailable ||
        error.kind == ErrorKind::rate_limited ||
        // A proxy's word, such as that there is no server behind it, which the next line
        // would hear, too; or the server's own that it does not know what its database did.
        (in_doubt && error.http_status == 503);
    if (hopeless || in_doubt) context_.exit_code = exit_code_of(error);
    if (hopeless) stop(number_, in_doubt);
  }

  /// `line` is the first one that is not imported, or may be.
  void stop(std::int64_t line, bool in_doubt = false) {
    stopped_ = true;
    const auto number = std::to_string(line);
    auto hint = "stopped; line " + number +
                (in_doubt ? " of the input may have been imported, and all after it are not"
                          : " of the input and all after it are not imported");
    if (!path_.empty()) {
      hint += ". Go on with: tail -n +" + number + ' ' + printable(shell_word(path_)) +
              " | tenens users import -";
    }
    print_hint(context_.outside.err, hint);
  }

  void fail(const std::string& why) {
    clear_progress();
    print_error(context_.outside.err, "line " + std::to_string(number_) + ": " + why);
    failed_.emplace_back(Object{{"line", number_}, {"error", why}});
  }

  void draw_progress(std::int64_t lines) const {
    if (!context_.outside.err_is_terminal || (number_ % 16 != 0 && number_ != lines)) return;
    auto& err = context_.outside.err;
    err << "\r\x1b[K\x1b[?7l";  // and cut off, not wrapped, where it is narrow
    if (lines > 0) {
      constexpr std::int64_t kCells = 30;
      const auto full = static_cast<std::size_t>(std::min(kCells, kCells * number_ / lines));
      err << '[' << std::string(full, '#') << std::string(kCells - full, '.') << "] ";
    }
    err << number_ << " lines, " << failed_.size() << " failed\x1b[?7h" << std::flush;
  }

  void clear_progress() const {
    if (context_.outside.err_is_terminal) context_.outside.err << "\r\x1b[K" << std::flush;
  }

  void report() {
    if (context_.json) {
      context_.print_json({{"created", created_}, {"failed", failed_}, {"stopped", stopped_}});
    } else {
      context_.outside.out << created_ << " created, " << failed_.size() << " failed\n";
    }
    if (!failed_.empty() && context_.exit_code == kOk) context_.exit_code = kRefused;
  }

  Context& context_;
  std::optional<Interruption> interruption_;
  clerk_backend_api::Clerk client_;
  std::string path_;
  std::int64_t number_ = 0;
  std::int64_t created_ = 0;
  Array failed_;
  bool stopped_ = false;
};

void import_file(Context& context, const std::string& path) {
  if (path == "-") return Import(context, context.outside.in_is_file).run(context.outside.in, 0);
  auto file = open_file(path);
  if (!file.is_open()) throw UsageError(path + ": cannot be read");
  std::error_code unknown;
  if (!std::filesystem::is_regular_file(path, unknown)) {
    return Import(context, false).run(file, 0);  // a pipe can be read once
  }
  const auto lines = std::count(std::istreambuf_iterator<char>(file), {}, '\n');
  file.clear();
  file.seekg(0);
  Import(context, true, path).run(file, lines);
}

}  // namespace

void add_user_import_command(CLI::App& users, Context& context) {
  auto path = std::make_shared<std::string>();
  auto* command = users.add_subcommand("import", "Create users from a file of JSON lines");
  command->add_option("FILE", *path, "One JSON user a line; - for stdin")->required();
  command->footer(
      "A line has the fields of a created user:\n"
      R"(  {"email_address":["ada@example.com"],"first_name":"Ada","external_id":"4711"})"
      "\n"
      "Bad lines are reported with their number and passed over; the exit code is then 1.\n"
      "Ctrl-C stops the import of a file between two users, and says with which line to go on.\n"
      "With an external_id in every line an import can safely be repeated.");
  command->callback([&context, path] { import_file(context, *path); });
}

}  // namespace tenens::cli
