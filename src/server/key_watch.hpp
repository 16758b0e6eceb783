// Keys change while servers run: `tenensd keys rotate`, or another server's TENENS_SECRET_KEY.
#pragma once

#include <thread>

#include "core/keyring.hpp"

namespace tenens::server {

/// Looks for new keys every second until destroyed. While they cannot be read, what is known stays.
class KeyWatch {
 public:
  KeyWatch(Store& store, Keyring& keyring);

 private:
  std::jthread thread_;
};

}  // namespace tenens::server
