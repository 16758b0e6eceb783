#include "server/config_file.hpp"

#include <toml++/toml.h>
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <optional>
#include <sstream>

namespace tenens::server {
namespace {

[[noreturn]] void fail(const std::string& path, const toml::source_region& at,
                       std::string_view reason) {
  throw CLI::ValidationError(path + ", line " + std::to_string(at.begin.line) + ": " +
                             std::string(reason));
}

std::optional<std::string> scalar_text(const toml::node& node) {
  if (const auto* text = node.as_string()) return text->get();
  if (const auto* number = node.as_integer()) return std::to_string(number->get());
  if (const auto* flag = node.as_boolean()) return flag->get() ? "true" : "false";
  return std::nullopt;
}

bool is_typed(const std::vector<std::string>& typed, const std::string& flag) {
  return std::any_of(typed.begin(), typed.end(), [&](const std::string& argument) {
    return argument == flag || argument.starts_with(flag + "=");
  });
}

toml::table read(const std::string& path) {
  std::ifstream file(path);
  if (!file) throw CLI::ValidationError("cannot read " + path);
  std::ostringstream text;
  text << file.rdbuf();
  try {
    return toml::parse(text.str(), path);
  } catch (const toml::parse_error& error) {
    fail(path, error.source(), error.description());
  }
}

}  // namespace

std::vector<std::string> arguments_of_file(const CLI::App& app, const std::string& path,
                                           const std::vector<std::string>& typed) {
  std::vector<std::string> arguments;
  for (const auto& [key, node] : read(path)) {
    std::string name(key.str());
    std::replace(name.begin(), name.end(), '_', '-');
    const auto flag = "--" + name;
    const auto* option = app.get_option_no_throw(flag);
    if (option == nullptr || name == "config" || name == "help" || name == "version") {
      fail(path, node.source(), "unknown key '" + std::string(key.str()) + "'");
    }
    const bool in_environment =
        !option->get_envname().empty() && std::getenv(option->get_envname().c_str()) != nullptr;
    if (is_typed(typed, flag) || in_environment) continue;

    const auto add = [&](const toml::node& item) {
      const auto text = scalar_text(item);
      if (!text) fail(path, item.source(), "'" + std::string(key.str()) + "' has the wrong type");
      arguments.push_back(flag + "=" + *text);
    };
    if (const auto* list = node.as_array()) {
      for (const auto& item : *list) add(item);
    } else {
      add(node);
    }
  }
  return arguments;
}

std::string config_path(const std::vector<std::string>& typed) {
  constexpr std::string_view kFlag = "--config";
  for (std::size_t i = 0; i < typed.size(); ++i) {
    if (typed[i] == kFlag && i + 1 < typed.size()) return typed[i + 1];
    if (typed[i].starts_with(std::string(kFlag) + "=")) return typed[i].substr(kFlag.size() + 1);
  }
  const char* path = std::getenv("TENENS_CONFIG");
  return path == nullptr ? "" : path;
}

}  // namespace tenens::server
