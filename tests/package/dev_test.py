#!/usr/bin/env python3
"""What ./dev does with its arguments, before it installs or builds anything."""

import pathlib
import shutil
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]


class Dev(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="tenens-test-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        # With no more programs than these it can neither install nor build, should it try.
        for program in ("bash", "cat", "dirname", "env", "mktemp", "nproc", "python3", "rm"):
            (self.folder / program).symlink_to(shutil.which(program))
        for part in ("bench", "tests"):
            (self.folder / part).symlink_to(ROOT / part)
        shutil.copy(ROOT / "dev", self.folder)

    def run_dev(self, *arguments):
        return subprocess.run([self.folder / "dev", *arguments], capture_output=True, text=True, check=False,
                              env={"PATH": str(self.folder)}, timeout=60)

    def test_help_after_a_command_only_helps(self):
        usage = self.run_dev("--help").stdout
        self.assertIn("./dev test [--quick]", usage)
        for command in ("build", "demo", "test", "fuzz", "check"):
            for arguments in ((command, "--help"), (command, "-h"), (command, "--quick", "--help")):
                done = self.run_dev(*arguments)
                self.assertEqual((done.returncode, done.stdout, done.stderr), (0, usage, ""), arguments)

    def test_soak_and_bench_show_the_help_of_their_programs(self):
        for arguments, says in ((("soak", "--help"), "--minutes"), (("bench", "--help"), "--peers"),
                                (("bench", "--postgres", "-h"), "on the disk that is measured")):
            done = self.run_dev(*arguments)
            self.assertEqual((done.returncode, done.stderr), (0, ""), arguments)
            self.assertIn(says, done.stdout)

    def test_what_is_not_understood_is_refused_in_one_line(self):
        for command, word in (("build", "--quick"), ("demo", "--one"), ("test", "--quik"), ("check", "all")):
            done = self.run_dev(command, word)
            self.assertEqual((done.returncode, done.stdout), (2, ""))
            self.assertEqual(done.stderr, f"dev: error: '{word}' is not understood by '{command}'; see ./dev --help\n")


if __name__ == "__main__":
    unittest.main()
