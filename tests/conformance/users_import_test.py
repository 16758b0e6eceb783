"""`tenens users import` and signals: real ones, at a server that answers when the test lets it."""

import fcntl
import http.server
import os
import pathlib
import queue
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import threading
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from tenensd import SECRET_KEY, binary  # pylint: disable=wrong-import-position
from wire import until  # pylint: disable=wrong-import-position

USER = b'{"id":"user_1","email_addresses":[],"created_at":1,"updated_at":1}'
LINES = '{"username":"a"}\n{"username":"b"}\n{"username":"c"}\n'


class Server(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    arrived, may_answer = queue.Queue(), queue.Queue()

    def do_POST(self):  # pylint: disable=invalid-name
        self.rfile.read(int(self.headers["Content-Length"]))
        self.arrived.put(True)
        if not self.may_answer.get():
            return
        self.send_response(200)
        self.send_header("Content-Length", str(len(USER)))
        self.end_headers()
        self.wfile.write(USER)

    def log_message(self, *_):  # pylint: disable=arguments-differ
        pass


def unread(pipe):
    return struct.unpack("i", fcntl.ioctl(pipe, termios.FIONREAD, bytes(4)))[0]


def as_ever():
    # A shell without job control has its children in the background ignore Ctrl-C.
    signal.signal(signal.SIGINT, signal.SIG_DFL)


class Signals(unittest.TestCase):
    def setUp(self):
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Server)
        threading.Thread(target=self.server.serve_forever).start()
        self.addCleanup(self.server.server_close)
        self.addCleanup(self.server.shutdown)
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.file = pathlib.Path(folder.name) / "users.jsonl"
        self.file.write_text(LINES, encoding="ascii")

    def start(self, path, stdin=subprocess.PIPE):
        program = subprocess.Popen(
            [binary("tenens"), "users", "import", path], preexec_fn=as_ever, text=True, stdin=stdin,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            env={"TENENS_URL": f"http://127.0.0.1:{self.server.server_port}", "CLERK_SECRET_KEY": SECRET_KEY})
        self.addCleanup(program.communicate)
        self.addCleanup(program.kill)
        return program

    def stop_at(self, user, program, number):
        """What a program says to whom the signal comes while that user is under way."""
        for each in range(1, user + 1):
            Server.arrived.get(timeout=20)
            if each == user:
                program.send_signal(number)
            Server.may_answer.put(True)
        out, err = program.communicate(timeout=20)
        self.assertEqual(program.returncode, -number, err)
        self.assertTrue(Server.arrived.empty())
        return out, err

    def test_the_user_under_way_is_made_and_no_other(self):
        for number in signal.SIGINT, signal.SIGTERM:
            with self.subTest(number):
                out, err = self.stop_at(2, self.start(self.file), number)
                self.assertEqual(out, "2 created, 0 failed\n", err)
                self.assertIn(f"line 3 of the input and all after it are not imported. Go on with: "
                              f"tail -n +3 '{self.file}' | tenens users import -", err)

    def test_stdin_may_be_a_file_too(self):
        with self.file.open(encoding="ascii") as stdin:
            out, err = self.stop_at(1, self.start("-", stdin), signal.SIGINT)
        self.assertEqual(out, "1 created, 0 failed\n", err)
        self.assertIn("line 2 of the input and all after it are not imported\n", err)

    def test_behind_the_last_user_nothing_is_left_to_go_on_with(self):
        self.file.write_text(LINES + "\n", encoding="ascii")
        self.assertEqual(self.stop_at(3, self.start(self.file), signal.SIGINT), ("3 created, 0 failed\n", ""))

    def test_what_reads_a_pipe_ends_at_once(self):
        fifo = self.file.with_name("fifo")
        os.mkfifo(fifo)
        both_ends = os.open(fifo, os.O_RDWR)
        self.addCleanup(os.close, both_ends)
        for path in "-", fifo:
            with self.subTest(path):
                program = self.start(path, both_ends)
                os.write(both_ends, b'{"username":"a"}\n{"userna')
                Server.arrived.get(timeout=20)
                Server.may_answer.put(True)
                self.assertTrue(until(lambda: unread(both_ends) == 0))
                program.send_signal(signal.SIGTERM)
                self.assertEqual(program.wait(timeout=20), -signal.SIGTERM)

    def test_a_second_time_ends_it_at_once(self):
        program = self.start(self.file)
        Server.arrived.get(timeout=20)
        program.send_signal(signal.SIGINT)
        with self.assertRaises(subprocess.TimeoutExpired, msg="the user under way is waited for"):
            program.wait(timeout=0.5)
        program.send_signal(signal.SIGINT)
        self.assertEqual(program.wait(timeout=20), -signal.SIGINT)
        Server.may_answer.put(False)


if __name__ == "__main__":
    unittest.main()
