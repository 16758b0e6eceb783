"""`tenens users import` and signals: real ones, at a server that answers when the test lets it."""

import fcntl
import http.server
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

    def start(self, path):
        program = subprocess.Popen(
            [binary("tenens"), "users", "import", path], preexec_fn=as_ever, text=True, stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            env={"TENENS_URL": f"http://127.0.0.1:{self.server.server_port}", "CLERK_SECRET_KEY": SECRET_KEY})
        self.addCleanup(program.communicate)
        self.addCleanup(program.kill)
        return program

    def test_the_user_under_way_is_made_and_no_other(self):
        for number, code in (signal.SIGINT, 130), (signal.SIGTERM, 143):
            with self.subTest(number):
                program = self.start(self.file)
                Server.arrived.get(timeout=20)
                Server.may_answer.put(True)
                Server.arrived.get(timeout=20)
                program.send_signal(number)
                Server.may_answer.put(True)
                out, err = program.communicate(timeout=20)
                self.assertEqual((program.returncode, out), (code, "2 created, 0 failed\n"), err)
                self.assertIn(f"line 3 of the input and all after it are not imported. Go on with: "
                              f"tail -n +3 '{self.file}' | tenens users import -", err)
                self.assertTrue(Server.arrived.empty())

    def test_who_waits_for_the_next_line_is_stopped_at_once(self):
        program = self.start("-")
        program.stdin.write('{"username":"a"}\n')
        program.stdin.flush()
        Server.arrived.get(timeout=20)
        Server.may_answer.put(True)
        program.stdin.write('{"userna')
        program.stdin.flush()
        self.assertTrue(until(lambda: unread(program.stdin) == 0))
        program.send_signal(signal.SIGINT)
        self.assertEqual(program.wait(timeout=20), 130)
        out, err = program.communicate()
        self.assertEqual(out, "1 created, 0 failed\n")
        self.assertIn("line 2 of the input and all after it", err)

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
