#include "server/faults.hpp"

#include <charconv>
#include <chrono>
#include <sstream>
#include <stdexcept>
#include <thread>

namespace tenens::server {
namespace {

constexpr Faults kDefault{.seed = 1,
                          .unavailable = 0.03,
                          .rate_limited = 0.03,
                          .delay = 0.05,
                          .drop_reply = 0.03,
                          .rotate_keys = true};
constexpr double kLongestDelayMs = 50;

template <class Number>
Number parse_number(const std::string& name, const std::string& text) {
  Number number{};
  const auto* end = text.data() + text.size();
  const auto [at, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || at != end) {
    throw std::invalid_argument("'" + name + "' wants a number, not '" + text + "'");
  }
  return number;
}

double parse_probability(const std::string& name, const std::string& text) {
  const auto probability = parse_number<double>(name, text);
  if (!(probability >= 0 && probability <= 1)) {
    throw std::invalid_argument("'" + name + "' wants a probability from 0 to 1, not " + text);
  }
  return probability;
}

void apply(Faults& faults, const std::string& name, const std::string& value) {
  if (name == "rotate_keys" && value.empty()) {
    faults.rotate_keys = true;
  } else if (name == "seed") {
    faults.seed = parse_number<std::uint64_t>(name, value);
  } else if (name == "503") {
    faults.unavailable = parse_probability(name, value);
  } else if (name == "429") {
    faults.rate_limited = parse_probability(name, value);
  } else if (name == "delay") {
    faults.delay = parse_probability(name, value);
  } else if (name == "drop_reply") {
    faults.drop_reply = parse_probability(name, value);
  } else {
    throw std::invalid_argument("no fault '" + name +
                                "'; there are seed, 503, 429, delay, drop_reply, rotate_keys");
  }
}

}  // namespace

Faults parse_faults(const std::string& text) {
  if (text == "default") return kDefault;
  Faults faults;
  std::istringstream parts(text);
  for (std::string part; std::getline(parts, part, ',');) {
    const auto colon = part.find(':');
    const auto value = colon == std::string::npos ? "" : part.substr(colon + 1);
    apply(faults, part.substr(0, colon), value);
  }
  // One draw decides among these three, so that a rate in the log is the rate that was asked for.
  if (faults.unavailable + faults.rate_limited + faults.drop_reply > 1) {
    throw std::invalid_argument("503, 429 and drop_reply add up to more than 1");
  }
  return faults;
}

std::string to_text(const Faults& faults) {
  std::ostringstream text;
  text << "seed:" << faults.seed << ",503:" << faults.unavailable << ",429:" << faults.rate_limited
       << ",delay:" << faults.delay << ",drop_reply:" << faults.drop_reply;
  if (faults.rotate_keys) text << ",rotate_keys";
  return text.str();
}

FaultyHandler::Draw FaultyHandler::draw() {
  std::uniform_real_distribution<double> uniform;
  const std::lock_guard lock(mutex_);
  const double fate = uniform(engine_);
  const double delay = uniform(engine_);
  return {fate, delay, uniform(engine_)};
}

http::Reply FaultyHandler::handle(const http::Request& request) {
  // Whether the server is up is no client's business to survive.
  if (request.path == "/v1/health") return inner_.handle(request);
  const auto drawn = draw();
  if (drawn.delay < faults_.delay) {
    const std::chrono::duration<double, std::milli> pause(drawn.late_by * kLongestDelayMs);
    pauses_.run([pause] {
      std::this_thread::sleep_for(pause);
      return true;
    });
  }
  auto fate = drawn.fate;
  if (fate < faults_.unavailable) return inner_.refuse(Failure{Code::unavailable});
  fate -= faults_.unavailable;
  if (fate < faults_.rate_limited) return inner_.refuse(Failure{Code::rate_limited, {}, "0"});
  fate -= faults_.rate_limited;
  auto reply = inner_.handle(request);
  reply.dropped = fate < faults_.drop_reply;
  return reply;
}

}  // namespace tenens::server
