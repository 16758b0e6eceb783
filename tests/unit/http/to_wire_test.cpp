#include "http/to_wire.hpp"

#include <gtest/gtest.h>

namespace tenens::http {
namespace {

TEST(ToWire, AnActionOfALaterVersionIsShownAsItIsStored) {
  AuditEvent event;
  event.action = AuditAction::session_ended;
  EXPECT_EQ(to_wire(event).action.text(), "session.ended");
  event.action = AuditAction::unknown;
  event.unknown_action = "session_paused";
  EXPECT_EQ(to_wire(event).action.text(), "session_paused");
}

}  // namespace
}  // namespace tenens::http
