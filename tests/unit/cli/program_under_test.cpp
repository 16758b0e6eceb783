// `tenens` is a program and not a library, so its parts are compiled into the tests here, all but
// main.
#include "cli/actor_tokens.cpp"
#include "cli/audit_events.cpp"
#include "cli/duration.cpp"
#include "cli/models.cpp"
#include "cli/output.cpp"
#include "cli/program.cpp"
#include "cli/sessions.cpp"
#include "cli/users.cpp"
#include "cli/users_import.cpp"
