// Requests a second of the library, beside a loop of bare libcurl that asks the same server for the
// same bytes: what is left between the two is what the library costs.
//
//   bench_library URL [SECONDS] [THREADS]     against bench_echo '{"keys":[]}'
//
// One line of JSON. The two take turns, so that a machine with other work treats them alike.
#include <curl/curl.h>
#include <clerk_backend_api/clerk.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <functional>
#include <string>
#include <thread>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;

constexpr const char* kSecretKey = "sk_test_benchmark0123456789abcdef";
constexpr int kRounds = 3;

/// What one thread does until it is told to stop; each round of it is one request.
using Loop = std::function<bool(const std::atomic<bool>& stop, std::atomic<long>& done)>;

std::size_t keep(char* data, std::size_t size, std::size_t count, void* body) {
  static_cast<std::string*>(body)->append(data, size * count);
  return size * count;
}

/// A handle that is kept, the headers the library sends, the answer in a string, its status looked
/// at.
bool bare_libcurl(const std::string& url, const std::atomic<bool>& stop, std::atomic<long>& done) {
  CURL* easy = curl_easy_init();
  curl_slist* headers = nullptr;
  for (const std::string& line :
       {std::string("Authorization: Bearer ") + kSecretKey, std::string("Accept: application/json"),
        std::string("User-Agent: bench"), std::string("Clerk-API-Version: 2025-11-10")}) {
    headers = curl_slist_append(headers, line.c_str());
  }
  std::string body;
  curl_easy_setopt(easy, CURLOPT_URL, url.c_str());
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &keep);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, &body);
  bool fine = true;
  while (fine && !stop) {
    body.clear();
    long status = 0;
    fine = curl_easy_perform(easy) == CURLE_OK &&
           curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status) == CURLE_OK && status == 200;
    ++done;
  }
  curl_slist_free_all(headers);
  curl_easy_cleanup(easy);
  return fine;
}

/// Requests a second of `threads` of them together, or less than 0 if one failed.
double rate_of(const Loop& loop, int threads, std::chrono::duration<double> length) {
  std::atomic<bool> stop = false;
  std::atomic<bool> fine = true;
  std::atomic<long> done = 0;
  const auto begin = Clock::now();
  {
    std::vector<std::jthread> all;
    for (int i = 0; i < threads; ++i) {
      all.emplace_back([&] {
        if (!loop(stop, done)) fine = false;
      });
    }
    std::this_thread::sleep_for(length);
    stop = true;
  }
  const std::chrono::duration<double> took = Clock::now() - begin;
  return fine ? static_cast<double>(done) / took.count() : -1.0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr, "usage: bench_library URL [SECONDS] [THREADS]\n");
    return 2;
  }
  const std::string url = argv[1];
  const std::chrono::duration<double> length(argc > 2 ? std::stod(argv[2]) : 3.0);
  const int threads = argc > 3 ? std::stoi(argv[3]) : 1;
  curl_global_init(CURL_GLOBAL_DEFAULT);

  clerk_backend_api::Clerk s{{.bearer_auth = kSecretKey, .server_url = url + "/v1"}};
  const Loop library = [&](const std::atomic<bool>& stop, std::atomic<long>& done) {
    bool fine = true;
    for (; fine && !stop; ++done) fine = s.jwks.get().has_value();
    return fine;
  };
  const Loop bare = [&](const std::atomic<bool>& stop, std::atomic<long>& done) {
    return bare_libcurl(url + "/v1/jwks", stop, done);
  };

  double of_library = 0;
  double of_libcurl = 0;
  for (int round = 0; round < kRounds; ++round) {
    of_libcurl = std::max(of_libcurl, rate_of(bare, threads, length / kRounds));
    of_library = std::max(of_library, rate_of(library, threads, length / kRounds));
  }
  if (of_library <= 0 || of_libcurl <= 0) {
    std::fprintf(stderr, "bench_library: a request failed\n");
    return 1;
  }
  std::printf(R"({"threads":%d,"library":%.0f,"libcurl":%.0f,"share":%.3f})"
              "\n",
              threads, of_library, of_libcurl, of_library / of_libcurl);
}
