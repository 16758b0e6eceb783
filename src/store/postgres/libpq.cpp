// libpq, loaded when the first connection is made. It brings Kerberos, LDAP and twenty libraries
// more, which a server on SQLite would pay for at every start: 5 ms and 4 MiB.
#include <dlfcn.h>
#include <libpq-fe.h>

#include <string>

#include "core/store.hpp"

namespace {

void* open_library() {
  void* library = dlopen("libpq.so.5", RTLD_NOW | RTLD_LOCAL);
  if (library != nullptr) return library;
  throw tenens::StoreError("PostgreSQL needs libpq.so.5 (Debian: libpq5): " +
                           std::string(dlerror()));
}

template <class Function>
Function* find(const char* name) {
  static void* const library = open_library();
  void* const found = dlsym(library, name);
  if (found == nullptr)
    throw tenens::StoreError("libpq.so.5 is too old: " + std::string(dlerror()));
  return reinterpret_cast<Function*>(found);
}

}  // namespace

// Each function of libpq that this room calls, under its own name.
#define PASS_ON(result, name, parameters, arguments)       \
  result name parameters {                                 \
    static auto* const real = find<decltype(name)>(#name); \
    return real arguments;                                 \
  }

extern "C" {
PASS_ON(PGconn*, PQconnectdbParams, (const char* const* a, const char* const* b, int c), (a, b, c))
PASS_ON(PQconninfoOption*, PQconninfoParse, (const char* a, char** b), (a, b))
PASS_ON(void, PQconninfoFree, (PQconninfoOption * a), (a))
PASS_ON(void, PQfinish, (PGconn * a), (a))
PASS_ON(ConnStatusType, PQstatus, (const PGconn* a), (a))
PASS_ON(char*, PQdb, (const PGconn* a), (a))
PASS_ON(char*, PQhost, (const PGconn* a), (a))
PASS_ON(char*, PQport, (const PGconn* a), (a))
PASS_ON(int, PQsocket, (const PGconn* a), (a))
PASS_ON(int, PQserverVersion, (const PGconn* a), (a))
PASS_ON(char*, PQerrorMessage, (const PGconn* a), (a))
PASS_ON(int, PQsetnonblocking, (PGconn * a, int b), (a, b))
PASS_ON(PQnoticeReceiver, PQsetNoticeReceiver, (PGconn * a, PQnoticeReceiver b, void* c), (a, b, c))
PASS_ON(int, PQconsumeInput, (PGconn * a), (a))
PASS_ON(int, PQflush, (PGconn * a), (a))
PASS_ON(int, PQisBusy, (PGconn * a), (a))
PASS_ON(PGresult*, PQgetResult, (PGconn * a), (a))
PASS_ON(int, PQenterPipelineMode, (PGconn * a), (a))
PASS_ON(int, PQexitPipelineMode, (PGconn * a), (a))
PASS_ON(int, PQpipelineSync, (PGconn * a), (a))
PASS_ON(int, PQsendQuery, (PGconn * a, const char* b), (a, b))
PASS_ON(int, PQsendQueryParams,
        (PGconn * a, const char* b, int c, const Oid* d, const char* const* e, const int* f,
         const int* g, int h),
        (a, b, c, d, e, f, g, h))
PASS_ON(int, PQsendPrepare, (PGconn * a, const char* b, const char* c, int d, const Oid* e),
        (a, b, c, d, e))
PASS_ON(int, PQsendQueryPrepared,
        (PGconn * a, const char* b, int c, const char* const* d, const int* e, const int* f, int g),
        (a, b, c, d, e, f, g))
PASS_ON(void, PQclear, (PGresult * a), (a))
PASS_ON(ExecStatusType, PQresultStatus, (const PGresult* a), (a))
PASS_ON(char*, PQresultErrorField, (const PGresult* a, int b), (a, b))
PASS_ON(char*, PQcmdStatus, (PGresult * a), (a))
PASS_ON(char*, PQcmdTuples, (PGresult * a), (a))
PASS_ON(int, PQntuples, (const PGresult* a), (a))
PASS_ON(int, PQgetisnull, (const PGresult* a, int b, int c), (a, b, c))
PASS_ON(int, PQgetlength, (const PGresult* a, int b, int c), (a, b, c))
PASS_ON(char*, PQgetvalue, (const PGresult* a, int b, int c), (a, b, c))
}
