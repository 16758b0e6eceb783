#include "server/audit_verification.hpp"

#include <algorithm>
#include <fstream>
#include <set>

#include "core/audit_verification.hpp"
#include "server/fail.hpp"
#include "server/findings.hpp"
#include "server/progress.hpp"

namespace tenens::server {
namespace {

using store::Finding;
using Level = Finding::Level;
using Witnessed = std::vector<WitnessedCheckpoint>;

/// A JWS a line; empty lines do not count.
tl::expected<Witnessed, std::string> read_witness(const std::string& path) {
  std::ifstream file(path);
  if (!file) return tl::unexpected(path + " cannot be read");
  Witnessed witnessed;
  std::string line;
  for (int number = 1; std::getline(file, line); ++number) {
    // A byte order mark, which editors and shells of Windows write.
    if (number == 1 && line.starts_with("\xEF\xBB\xBF")) line.erase(0, 3);
    while (!line.empty() && (line.back() == '\r' || line.back() == ' ')) line.pop_back();
    if (line.empty()) continue;
    auto checkpoint = read_checkpoint(line);
    if (!checkpoint) {
      return tl::unexpected(path + ", line " + std::to_string(number) + ": not a checkpoint");
    }
    witnessed.push_back(*std::move(checkpoint));
  }
  if (file.bad()) return tl::unexpected(path + " cannot be read");
  if (witnessed.empty()) return tl::unexpected(path + " holds no checkpoint");
  return witnessed;
}

class Report {
 public:
  explicit Report(const Config& config) : config_(config) {}

  void examine(ReadTx& tx, const Witnessed& witnessed) {
    const auto instances = tx.instances();
    for (const auto& instance : instances) examine(tx, instance, witnessed);
    for (const auto& checkpoint : witnessed) {
      const bool is_here =
          std::any_of(instances.begin(), instances.end(),
                      [&](const Instance& one) { return one.id == checkpoint.instance_id; });
      if (is_here) continue;
      add(Level::wrong, "witness", "it is of another instance: " + checkpoint.instance_id.text);
      break;
    }
    if (instances.empty()) add(Level::warning, "events", "no tenensd has started on it yet");
  }

  [[nodiscard]] std::vector<Finding> take() { return std::move(findings_); }

 private:
  void add(Level level, std::string check, std::string text) {
    findings_.push_back({level, std::move(check), std::move(text)});
  }

  /// What can be opened: a key that is encrypted takes --encryption-key-file.
  std::vector<CheckpointKey> keys_of(ReadTx& tx, const InstanceId& instance) {
    std::vector<CheckpointKey> keys;
    std::set<std::string> troubles;  // of many keys it is one as a rule
    for (const auto& stored : tx.signing_keys()) {
      if (stored.instance_id != instance) continue;
      const auto key = config_.encryption.open_key(stored);
      if (!key) {
        const auto& [code, param, detail] = key.error();
        troubles.insert(param.empty() ? detail : param + ": " + detail);
        continue;
      }
      keys.push_back({stored.kid, key->verification_key()});
    }
    // Wrong, because anybody can forge what nobody checks, or put a key there that does not open.
    for (const auto& trouble : troubles) {
      add(Level::wrong, "signatures",
          (keys.empty() ? "not checked: " : "not all checked: ") + trouble);
    }
    if (keys.empty() && troubles.empty()) {
      add(Level::wrong, "signatures", "the instance has no signing key any more");
    }
    return keys;
  }

  void examine(ReadTx& tx, const Instance& instance, const Witnessed& witnessed) {
    AuditVerification verification{
        .instance_id = instance.id, .keys = keys_of(tx, instance.id), .witnessed = witnessed};
    AuditVerdict verdict;
    {
      ProgressText text;
      verification.on_progress = [&](std::int64_t done, std::int64_t of) {
        text.show("verifying", done, of, "audit_events");
      };
      verdict = tenens::verify_audit(tx, verification);
    }
    tell(verdict, !verification.keys.empty(), !witnessed.empty());
  }

  void tell(const AuditVerdict& verdict, bool signatures, bool has_witness) {
    for (const auto& fault : verdict.faults) add(Level::wrong, "audit", fault);
    if (verdict.fault_count > 0 && verdict.witnessed > 0) add_witness(verdict);
    const auto unnamed = verdict.fault_count - static_cast<std::int64_t>(verdict.faults.size());
    if (unnamed > 0) add(Level::wrong, "audit", "and " + std::to_string(unnamed) + " more");
    if (verdict.fault_count > 0) return;
    add(Level::fine, "events", std::to_string(verdict.events) + ", numbered without a gap");
    const auto uncovered = verdict.events - verdict.covered;
    if (verdict.checkpoints == 0) {
      add(uncovered > 0 ? Level::warning : Level::fine, "checkpoints", "none yet");
    } else {
      add(Level::fine, "checkpoints",
          std::to_string(verdict.checkpoints) + (signatures ? ", signed by this server" : "") +
              "; they cover " + std::to_string(verdict.covered) + " events, " +
              std::to_string(uncovered) + " came after");
    }
    if (verdict.witnessed > 0) {
      add_witness(verdict);
    } else if (!has_witness) {
      add(Level::warning, "witness",
          "none given: who could write the database could have written it anew (--witness)");
    }
  }

  /// A root agrees with the leaves that were recorded, whatever stands in the table now.
  void add_witness(const AuditVerdict& verdict) {
    const auto up_to = std::to_string(verdict.witnessed_up_to);
    add(Level::fine, "witness",
        (verdict.witnessed == 1
             ? std::string("1 checkpoint kept elsewhere agrees")
             : std::to_string(verdict.witnessed) + " checkpoints kept elsewhere agree") +
            (verdict.fault_count == 0 ? ": it is the same history up to event " + up_to
                                      : " with what was recorded up to event " + up_to +
                                            "; what is wrong was done since"));
  }

  const Config& config_;
  std::vector<Finding> findings_;
};

}  // namespace

int verify_audit(const Config& config) {
  Witnessed witnessed;
  if (config.witness) {
    auto read = read_witness(*config.witness);
    if (!read) return fail(read.error(), "tenens audit checkpoint >> FILE keeps one");
    witnessed = *std::move(read);
  }
  Report report(config);
  try {
    const auto examine = [&](ReadTx& tx) { report.examine(tx, witnessed); };
    if (config.postgres_url) {
      store::look_at_postgres(std::string(config.postgres_url->expose()), examine);
    } else {
      store::look_at_sqlite(config.database_path, examine);
    }
  } catch (const StoreError& error) {
    return fail(error.what());
  }
  return print_findings(report.take(), config.json);
}

}  // namespace tenens::server
