#include "server/findings.hpp"

#include <algorithm>
#include <iomanip>
#include <iostream>

#include "wire/json.hpp"

namespace tenens::server {
namespace {

using store::Finding;
using Level = Finding::Level;

std::string_view to_text(Level level) {
  switch (level) {
    case Level::fine: return "ok";
    case Level::warning: return "warning";
    case Level::wrong: return "wrong";
  }
  return {};
}

/// What a damaged database holds may be no text at all, and must not move somebody's cursor.
void make_printable(std::vector<Finding>& findings) {
  for (auto& finding : findings) {
    for (auto& c : finding.text) {
      if (c < ' ' || c > '~') c = '?';
    }
  }
}

void print(const std::vector<Finding>& findings) {
  for (const auto& finding : findings) {
    std::cout << std::left << std::setw(9) << to_text(finding.level) << std::setw(20)
              << finding.check << finding.text << '\n';
  }
}

void print_json(const std::vector<Finding>& findings, bool is_well) {
  wire::Writer writer;
  writer.begin_object().member("ok", is_well).name("findings").begin_array();
  for (const auto& finding : findings) {
    writer.begin_object()
        .member("level", to_text(finding.level))
        .member("check", finding.check)
        .member("text", finding.text)
        .end_object();
  }
  writer.end_array().end_object();
  std::cout << writer.take() << '\n';
}

}  // namespace

int print_findings(std::vector<Finding> findings, bool json) {
  const bool is_well = std::none_of(findings.begin(), findings.end(), [](const auto& finding) {
    return finding.level == Level::wrong;
  });
  make_printable(findings);
  if (json) {
    print_json(findings, is_well);
  } else {
    print(findings);
  }
  return is_well ? 0 : 1;
}

}  // namespace tenens::server
