// Who stands behind `actor.sub`.
#pragma once

#include "core/policy.hpp"
#include "core/store.hpp"

namespace tenens {

[[nodiscard]] ActingUser find_acting_user(ReadTx& tx, const InstanceId& instance_id,
                                          const Actor& actor);

}  // namespace tenens
