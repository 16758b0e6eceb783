#!/usr/bin/env python3
"""What tenensd is on its host: how it was linked, what it keeps to itself, what its unit allows it."""

import os
import pathlib
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))

from tenensd import Tenensd, binary  # noqa: E402

UNIT = HERE.parents[1] / "packaging/systemd/tenensd.service.in"
EXPOSURE = 15  # tenths, of 100: `systemd-analyze security`


def readelf(*arguments):
    return subprocess.run(["readelf", "--wide", *arguments, binary()], capture_output=True, text=True,
                          check=True).stdout


class Binary(unittest.TestCase):
    def test_is_linked_so_that_memory_is_harder_to_misuse(self):
        headers, dynamic = readelf("--program-headers"), readelf("--dynamic")
        self.assertRegex(readelf("--file-header"), r"Type:\s+DYN")
        self.assertRegex(dynamic, r"FLAGS_1\b.*\bPIE\b")
        self.assertRegex(dynamic, r"FLAGS_1\b.*\bNOW\b")
        self.assertIn("GNU_RELRO", headers)
        self.assertRegex(headers, r"GNU_STACK\s+(0x0+\s+){3}0x0+\s+0x0+\s+RW ")
        self.assertNotRegex(headers, r"LOAD.*\bRWE\b", "memory that is written and run")
        self.assertNotIn("TEXTREL", dynamic)

    def test_is_compiled_with_checks(self):
        symbols = readelf("--dyn-syms")
        self.assertIn("__stack_chk_fail", symbols)
        self.assertRegex(symbols, r"__\w+_chk\b", "_FORTIFY_SOURCE")


class Memory(unittest.TestCase):
    def test_no_core_is_dumped_whatever_the_limit_was(self):
        hard = resource.getrlimit(resource.RLIMIT_CORE)[1]
        resource.setrlimit(resource.RLIMIT_CORE, (hard, hard))
        with tempfile.TemporaryDirectory() as folder, Tenensd(directory=folder) as server:
            limits = pathlib.Path(f"/proc/{server.process.pid}/limits").read_text(encoding="ascii")
            self.assertRegex(limits, r"Max core file size\s+0\s+0\s")
            server.process.send_signal(signal.SIGABRT)
            self.assertEqual(server.process.wait(timeout=30), -signal.SIGABRT)
            self.assertEqual([path for path in pathlib.Path(folder).iterdir() if "core" in path.name], [])

    @unittest.skipUnless(os.getuid() == 0, "only root can start it as somebody else")
    def test_even_its_own_user_cannot_read_it(self):
        with tempfile.TemporaryDirectory() as folder:
            program = shutil.copy(binary(), folder)
            os.chmod(folder, 0o755)
            home = pathlib.Path(folder) / "home"
            home.mkdir()
            shutil.chown(home, "nobody")
            wrapper = pathlib.Path(folder) / "as_nobody"
            wrapper.write_text(f"#!/bin/sh\nexec setpriv --reuid=nobody --clear-groups {program} \"$@\"\n",
                               encoding="ascii")
            wrapper.chmod(0o755)
            with Tenensd(directory=home, program=str(wrapper)) as server:
                self.assertEqual(os.stat(f"/proc/{server.process.pid}/mem").st_uid, 0)


class Unit(unittest.TestCase):
    def setUp(self):
        if shutil.which("systemd-analyze") is None:
            self.skipTest("systemd-analyze is not installed")
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.unit = pathlib.Path(folder.name) / "tenensd.service"
        text = UNIT.read_text(encoding="utf-8").replace("@CMAKE_INSTALL_FULL_BINDIR@/tenensd", binary())
        self.unit.write_text(text, encoding="utf-8")

    def test_says_nothing_that_systemd_does_not_understand(self):
        done = subprocess.run(["systemd-analyze", "verify", "--man=no", self.unit], capture_output=True, text=True,
                              check=False)
        self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_exposes_little(self):
        done = subprocess.run(["systemd-analyze", "security", "--offline=true", f"--threshold={EXPOSURE}",
                               self.unit], capture_output=True, text=True, check=False)
        figure = re.search(r"Overall exposure level.*", done.stdout)
        print(figure[0] if figure else done.stderr)
        self.assertEqual(done.returncode, 0, done.stdout)


if __name__ == "__main__":
    unittest.main(verbosity=2)
