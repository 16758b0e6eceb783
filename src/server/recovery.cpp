#include "server/recovery.hpp"

#include <iostream>

#include "core/recovery.hpp"
#include "server/database.hpp"
#include "server/fail.hpp"

namespace tenens::server {

int recover(const Config& config) {
  try {
    Database database(config);
    const auto voided = tenens::recover(database.store(), database.clock());
    if (!voided) return fail("the database could not be changed: " + voided.error().detail);
    std::cout << "void: " << voided->actor_tokens << " actor tokens, " << voided->sign_in_tokens
              << " sign-in tokens, " << voided->sessions << " sessions\n"
              << "Users, bans and keys are those of the copy: look at what changed since.\n";
    return 0;
  } catch (const StoreError& error) {
    return fail(error.what());
  }
}

}  // namespace tenens::server
