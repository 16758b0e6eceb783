// To be preloaded into a program that speaks to PostgreSQL: kills it, as `kill -9` does, at its
// n-th statement. DIE_BEFORE=n: before that is sent. DIE_AFTER=n: once it is sent, before its
// answer. COUNT_STATEMENTS=FILE: kills nothing, and says at the end how many there were.
// The program loads libpq by name and asks that library for its functions. It is given this one in
// its place, which has libpq behind it for all functions but these.
#include <dlfcn.h>
#include <libpq-fe.h>
#include <poll.h>

#include <csignal>
#include <cstdlib>
#include <fstream>
#include <string_view>

namespace {

int number_in(const char* name) {
  const char* text = std::getenv(name);
  return text == nullptr ? 0 : std::atoi(text);
}

struct Counter {
  ~Counter() {
    if (const char* file = std::getenv("COUNT_STATEMENTS")) std::ofstream(file) << statements;
  }
  int statements = 0;
};
Counter counter;  // of a program that uses one connection in one thread

void send_all(PGconn* connection) {
  while (PQflush(connection) == 1) {
    pollfd waiting{PQsocket(connection), POLLOUT, 0};
    poll(&waiting, 1, -1);
  }
}

template <class Function, class... Arguments>
int counted(const char* name, Function* /*type*/, PGconn* connection, Arguments... arguments) {
  if (++counter.statements == number_in("DIE_BEFORE")) std::raise(SIGKILL);
  const auto real = reinterpret_cast<Function*>(dlsym(RTLD_NEXT, name));
  const int sent = real(connection, arguments...);
  if (counter.statements == number_in("DIE_AFTER")) {
    send_all(connection);
    std::raise(SIGKILL);
  }
  return sent;
}

}  // namespace

extern "C" {

void* dlopen(const char* file, int mode) {
  const auto real = reinterpret_cast<decltype(&dlopen)>(dlsym(RTLD_NEXT, "dlopen"));
  Dl_info here{};
  const bool is_libpq = file != nullptr && std::string_view(file).starts_with("libpq.so");
  if (is_libpq && dladdr(&counter, &here) != 0) file = here.dli_fname;
  return real(file, mode);
}

int PQsendQuery(PGconn* conn, const char* query) {
  return counted("PQsendQuery", &PQsendQuery, conn, query);
}

int PQsendPrepare(PGconn* conn, const char* name, const char* query, int count, const Oid* types) {
  return counted("PQsendPrepare", &PQsendPrepare, conn, name, query, count, types);
}

int PQsendQueryParams(PGconn* conn, const char* command, int count, const Oid* types,
                      const char* const* values, const int* lengths, const int* formats,
                      int result) {
  return counted("PQsendQueryParams", &PQsendQueryParams, conn, command, count, types, values,
                 lengths, formats, result);
}

int PQsendQueryPrepared(PGconn* conn, const char* name, int count, const char* const* values,
                        const int* lengths, const int* formats, int result) {
  return counted("PQsendQueryPrepared", &PQsendQueryPrepared, conn, name, count, values, lengths,
                 formats, result);
}
}
