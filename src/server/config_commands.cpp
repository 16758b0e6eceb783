#include "server/config_commands.hpp"

#include <CLI/CLI.hpp>

namespace tenens::server {

void Commands::add_to(CLI::App& app, Config& config) {
  auto* keys =
      app.add_subcommand("keys", "What signs, and how it is stored")->require_subcommand(1);
  keys->fallthrough();
  rotate = keys->add_subcommand("rotate", "Make the next key: published now, used later");
  list = keys->add_subcommand("list", "Show the keys and when each signs");
  reencrypt = keys->add_subcommand(
      "reencrypt", "Encrypt the keys in the database with the first key of --encryption-key-file");

  recover =
      app.add_subcommand("recover",
                         "After a restore, or a clock that was far ahead: accept the database "
                         "as it is, and void all that is open in it");
  migrate = app.add_subcommand("migrate", "Move a SQLite file into an empty PostgreSQL database");
  migrate->add_option("--from", migrate_from, "sqlite:PATH; its server must be stopped")
      ->required();
  migrate->add_option("--to", migrate_to,
                      "postgresql://… (default --database, so that a password can stay in "
                      "TENENS_DATABASE)");
  migrate->footer(
      "Interrupted, it goes on when it is run again; until it has ended, no server starts on the\n"
      "target. The file is not changed. Count and digest of each table are compared at the end.");

  doctor = app.add_subcommand("doctor", "Say what is wrong with --database; changes nothing");
  doctor->add_flag("--json", config.json, "The findings as JSON");
  doctor->footer("Exit status: 0 if nothing is wrong (a warning is not), 1 if something is.");

  auto* audit = app.add_subcommand("audit", "The record of who did what")->require_subcommand(1);
  audit->fallthrough();
  verify_audit = audit->add_subcommand(
      "verify",
      "Say whether the audit in --database is the one that was recorded; changes nothing");
  verify_audit->add_option("--witness", config.witness,
                           "A file with checkpoints that were kept elsewhere, a line each");
  verify_audit->add_flag("--json", config.json, "The findings as JSON");
  verify_audit->footer(
      "Every five seconds tenensd signs how many events there are and the root of the Merkle tree\n"
      "that they make. This reads all events and all of these checkpoints, also while a server "
      "runs.\n"
      "It names the events that were edited, removed or moved. Who could write the database, and\n"
      "knew how, could have written events and checkpoints anew, or removed the latest of both:\n"
      "only a checkpoint that was kept out of reach shows that. On another machine, now and then:\n"
      "  tenens audit checkpoint >> witness.txt\n"
      "Encrypted keys want --encryption-key-file: signatures that cannot be checked are wrong.\n"
      "Exit status: 0 if nothing is wrong (a warning is not), 1 if something is.");

  for (auto* command : {rotate, list, reencrypt, recover, migrate, doctor, verify_audit}) {
    command->fallthrough();
    const auto own = command->get_footer();
    command->footer((own.empty() ? "" : own + "\n") +
                    "The server's options hold here, too: --database, --encryption-key-file, "
                    "--jwt-algorithm; see tenensd --help.");
  }
}

Command Commands::chosen() const {
  if (rotate->parsed()) return Command::rotate_keys;
  if (list->parsed()) return Command::list_keys;
  if (reencrypt->parsed()) return Command::reencrypt_keys;
  if (recover->parsed()) return Command::recover;
  if (migrate->parsed()) return Command::migrate;
  if (doctor->parsed()) return Command::doctor;
  if (verify_audit->parsed()) return Command::verify_audit;
  return Command::serve;
}

std::string command_words(const CLI::App& app) {
  std::string words;
  for (const auto* command : app.get_subcommands()) {
    words += " " + command->get_name() + command_words(*command);
  }
  return words;
}

std::string unknown_command(const CLI::App& app, const CLI::Error& error) {
  const auto named = command_words(app);
  const auto rest = app.remaining(true);
  // Behind `keys`, which wants one, CLI11 misses it; where none has to be, it is one word too many.
  const auto kind = named.empty() ? CLI::ExitCodes::ExtrasError : CLI::ExitCodes::RequiredError;
  if (error.get_exit_code() != static_cast<int>(kind)) return {};
  if (rest.empty() || rest.front().starts_with('-')) return {};
  if (std::string_view(error.what()).starts_with("--")) return {};  // an option of it is missing
  return (named + " " + rest.front()).substr(1);
}

}  // namespace tenens::server
