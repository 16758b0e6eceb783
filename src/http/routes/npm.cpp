// Clerk's browser packages, which framework SDKs load from the Frontend API: files of one folder
// that the operator has filled, and nothing else.
#include <array>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/ascii.hpp"
#include "http/routes/routes.hpp"

namespace tenens::http::routes::npm {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 2> kPackages{"clerk-js", "ui"};
constexpr std::uintmax_t kMaxFileBytes = 32 * 1024 * 1024;

struct Kind {
  std::string_view ending;
  std::string_view content_type;
};

constexpr std::array<Kind, 5> kKinds{{{".js", "text/javascript; charset=utf-8"},
                                      {".mjs", "text/javascript; charset=utf-8"},
                                      {".css", "text/css; charset=utf-8"},
                                      {".map", "application/json"},
                                      {".txt", "text/plain; charset=utf-8"}}};

std::optional<std::string_view> content_type_of(std::string_view file) {
  for (const auto& [ending, content_type] : kKinds) {
    if (file.ends_with(ending)) return content_type;
  }
  return std::nullopt;
}

bool is_plain(std::string_view text) {
  constexpr std::string_view kAllowed =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
  return !text.empty() && text.front() != '.' &&
         text.find_first_not_of(kAllowed) == std::string_view::npos;
}

/// `clerk-js@6.40.0` is in the folder `clerk-js`, whichever version that is.
std::optional<std::string> folder_of(std::string_view package) {
  const auto at = package.find('@');
  if (at == std::string_view::npos || !is_plain(package.substr(at + 1))) return std::nullopt;
  for (const auto name : kPackages) {
    if (package.substr(0, at) == name) return std::string(name);
  }
  return std::nullopt;
}

/// The path with all links followed, if that is still within the folder.
std::optional<fs::path> resolve(const fs::path& folder, const fs::path& inner) {
  std::error_code failed;
  const auto root = fs::canonical(folder, failed);
  if (failed) return std::nullopt;
  const auto path = fs::canonical(root / inner, failed);
  if (failed || !fs::is_regular_file(path, failed)) return std::nullopt;
  if (const auto size = fs::file_size(path, failed); failed || size > kMaxFileBytes) {
    return std::nullopt;
  }
  const auto relative = path.lexically_relative(root);
  if (relative.empty() || *relative.begin() == "..") return std::nullopt;
  return path;
}

std::optional<std::string> read(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  if (!file || !text) return std::nullopt;
  return std::move(text).str();
}

}  // namespace

Answer get(const Context& context) {
  const auto& assets = context.site.options().clerk_assets;
  const auto folder = folder_of(context.id("package"));
  const auto& file = context.id("file");
  const auto content_type = content_type_of(file);
  const tl::unexpected<Failures> absent = refused(Failure{Code::url_not_found});
  if (!assets || !folder || !content_type || !is_plain(file)) return absent;
  const auto path = resolve(*assets, fs::path(*folder) / "dist" / file);
  if (!path) return absent;
  auto body = read(*path);
  if (!body) return absent;

  Reply reply{.content_type = *content_type, .body = *std::move(body)};
  // Public scripts, which pages load with crossorigin="anonymous".
  reply.headers.add("Access-Control-Allow-Origin", "*");
  reply.headers.add("Cache-Control", "public, max-age=300");
  return reply;
}

}  // namespace tenens::http::routes::npm
