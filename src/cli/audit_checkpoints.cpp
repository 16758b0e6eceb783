// audit checkpoint
#include <CLI/CLI.hpp>

#include "cli/models.hpp"
#include "cli/output.hpp"
#include "cli/program.hpp"

namespace tenens::cli {
namespace {

void print_newest(Context& context) {
  const auto page = must(context.client().audit_checkpoints.list({.limit = 1}));
  if (context.json) context.print_json(to_page(page.data, page.total_count));
  if (page.data.empty()) {
    print_error(context.outside.err, "there is no checkpoint yet");
    print_hint(context.outside.err, "tenensd makes one some seconds after the first event");
    context.exit_code = kRefused;
  } else if (!context.json) {
    context.outside.out << page.data.front().jws << '\n';
  }
}

}  // namespace

void add_audit_checkpoint_command(CLI::App& audit, Context& context) {
  auto* checkpoint = audit.add_subcommand(
      "checkpoint", "Print the newest signed checkpoint of the audit, a line to keep elsewhere");
  checkpoint->footer(
      "Who can write the database could write another audit, but not what you keep out of reach:\n"
      "  tenens audit checkpoint >> witness.txt\n"
      "  tenensd audit verify --database … --witness witness.txt");
  checkpoint->callback([&context] { print_newest(context); });
}

}  // namespace tenens::cli
