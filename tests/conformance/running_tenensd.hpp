// A real tenensd for a C++ test: started on a free port, stopped by its own process id.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

namespace tenens::test {

inline constexpr const char* kSecretKey = "sk_test_canaryBearer4f1c9a7be2d35608";

class RunningTenensd {
 public:
  /// Starts `tenensd --dev` with a database of its own. Throws if it does not come up.
  explicit RunningTenensd(std::vector<std::string> flags = {});
  /// SIGTERM; a status other than 0 fails the test.
  ~RunningTenensd();
  RunningTenensd(const RunningTenensd&) = delete;
  RunningTenensd& operator=(const RunningTenensd&) = delete;

  [[nodiscard]] int port() const { return port_; }
  [[nodiscard]] std::string server_url() const;  ///< as the library wants it, with `/v1`

 private:
  void wait_until_listening(int log);

  std::filesystem::path folder_;
  pid_t process_ = -1;
  int log_ = -1;
  int port_ = 0;
};

}  // namespace tenens::test
