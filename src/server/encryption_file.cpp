#include "server/encryption_file.hpp"

#include <sys/stat.h>

#include <CLI/CLI.hpp>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <sstream>

#include "server/environment.hpp"
#include "server/fail.hpp"

namespace tenens::server {
namespace {

constexpr const char* kFlag = "--encryption-key-file";
constexpr const char* kKeyVariable = "TENENS_ENCRYPTION_KEY";

Secret read_file(const std::string& path) {
  std::ifstream file(path);
  if (!file) throw CLI::ValidationError(kFlag, "cannot read " + path + ": " + why_not());
  std::ostringstream text;
  if (!(text << file.rdbuf())) throw CLI::ValidationError(kFlag, path + " is empty");
  struct stat status {};
  if (::stat(path.c_str(), &status) == 0 && (status.st_mode & S_IROTH) != 0) {
    std::cerr << "tenensd: warning: everybody on this machine may read the key in " << path << '\n';
  }
  return std::move(text).str();
}

}  // namespace

KeyEncryption read_encryption(const std::string& path) {
  const char* text = std::getenv(kKeyVariable);
  const bool in_environment = text != nullptr && *text != '\0';
  if (path.empty() && !in_environment) {
    // Other variables that are empty are as if they were not set. Without one of these a server
    // would run as well, and leave its keys clear where somebody meant to encrypt them.
    for (const auto& name : {env_name(kFlag), std::string(kKeyVariable)}) {
      if (std::getenv(name.c_str()) == nullptr) continue;
      throw CLI::ValidationError(name, "is empty: give it its value, or do not set it");
    }
    return {};
  }
  if (!path.empty() && in_environment) {
    throw CLI::ValidationError(
        kFlag, "is set, and so is " + std::string(kKeyVariable) + ": set one of them");
  }
  auto read = KeyEncryption::from_text(path.empty() ? Secret(text) : read_file(path));
  if (!read) {
    throw CLI::ValidationError(path.empty() ? kKeyVariable : kFlag, read.error().detail);
  }
  return *std::move(read);
}

}  // namespace tenens::server
