"""Starts a real tenensd for a test, on a free port, and stops it by its own process id."""

import glob
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import tempfile
import threading
import urllib.error
import urllib.parse
import urllib.request

SECRET_KEY = "sk_test_canaryBearer4f1c9a7be2d35608"
# What browsers call; they have a cookie and no secret key.
FRONTEND = ("/v1/client", "/v1/environment", "/v1/tickets", "/.well-known/")
# A build with a sanitizer: it wants to be the first library of a process, and keeps what was freed.
SANITIZED = bool(os.environ.get("TENENS_SANITIZE"))


def libfaketime(test):
    """The library that gives a program another clock; skips the test where it is not to be had."""
    if SANITIZED:
        test.skipTest("libfaketime and a sanitizer do not go together")
    libraries = glob.glob("/usr/lib/*/faketime/libfaketimeMT.so.1")
    if not libraries:
        test.assertNotEqual(os.environ.get("CI"), "true", "libfaketime is not installed (Debian: faketime)")
        test.skipTest("libfaketime is not installed (Debian: faketime)")
    return libraries[0]


def binary(name="tenensd"):
    """The program under test: TENENS_BIN names the build's bin directory."""
    folder = os.environ.get("TENENS_BIN") or pathlib.Path(__file__).parents[2] / "build/release/bin"
    return str(pathlib.Path(folder) / name)


def run(*arguments, secret_key=SECRET_KEY, env=None, cwd=None, program=None):
    """Runs a tenensd that is expected to end by itself: a command, or a start that must be refused."""
    environment = {**os.environ, **(env or {})}
    if secret_key:
        environment["TENENS_SECRET_KEY"] = secret_key
    return subprocess.run([program or binary(), *map(str, arguments)], check=False, env=environment, cwd=cwd,
                          capture_output=True, text=True, timeout=60)


class Tenensd:
    """A running server. `with Tenensd() as server:` gives it a directory of its own, removed at the end."""

    def __init__(self, *flags, dev=True, secret_key=SECRET_KEY, directory=None, program=None, env=None,
                 database=True):
        self.owned = directory is None
        self.directory = pathlib.Path(directory or tempfile.mkdtemp(prefix="tenens-test-"))
        self.secret_key = secret_key
        self.log = []
        self.port = None
        arguments = [program or binary(), "--listen", "127.0.0.1:0"]
        if database:  # or else the flags or the environment name one
            arguments += ["--database", f"sqlite:{self.database}"]
        if dev:
            arguments.append("--dev")
        # Tests ask more than anybody may; those of the limits say so.
        environment = {**os.environ, "TENENS_REQUESTS_PER_KEY": "0", **(env or {})}
        if secret_key:
            environment["TENENS_SECRET_KEY"] = secret_key
        with open(self.directory / "stdout", "w", encoding="utf-8") as stdout:
            self.process = subprocess.Popen(
                arguments + list(flags), stderr=subprocess.PIPE, stdout=stdout,
                env=environment, cwd=self.directory, text=True)
        self._wait_until_listening()

    @property
    def database(self):
        return self.directory / "tenens.db"

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def _wait_until_listening(self):
        for line in self.process.stderr:
            self.log.append(line)
            if match := re.match(r"listening on https?://.*:(\d+)$", line.strip()):
                self.port = int(match.group(1))
                break
        if self.port is None:
            self.process.wait()
            self._clean()
            raise RuntimeError("tenensd did not start: " + "".join(self.log))
        # Somebody must read the pipe, or a talkative server would block on it.
        self.reader = threading.Thread(target=lambda: self.log.extend(self.process.stderr), daemon=True)
        self.reader.start()

    def request(self, method, path, body=None, headers=None, *, key=None, form=None):
        """(status, parsed JSON or text, headers). `key=False` sends no Authorization. Redirects are not followed."""
        headers = dict(headers or {})
        if key is None:
            key = self.secret_key
        if key and not path.startswith(FRONTEND):
            headers.setdefault("Authorization", f"Bearer {key}")
        data = None
        if form is not None:
            data = urllib.parse.urlencode(form).encode()
            headers.setdefault("Content-Type", "application/x-www-form-urlencoded")
        elif body is not None:
            data = body if isinstance(body, bytes) else json.dumps(body).encode()
            headers.setdefault("Content-Type", "application/json")
        request = urllib.request.Request(self.url + path, data=data, headers=headers, method=method)
        try:
            with _opener.open(request, timeout=30) as answer:
                return _read(answer)
        except urllib.error.HTTPError as answer:
            return _read(answer)

    def stop(self, expect=0):
        """SIGTERM drains; the exit status is part of the promise."""
        self.process.send_signal(signal.SIGTERM)
        status = self.process.wait(timeout=30)
        self._clean()
        assert status == expect, f"tenensd ended with {status}: {''.join(self.log)}"

    def kill(self):
        self.process.kill()
        self.process.wait()

    def _clean(self):
        if getattr(self, "reader", None):
            self.reader.join(timeout=5)
        self.process.stderr.close()
        if self.owned:
            shutil.rmtree(self.directory, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        if self.process.poll() is None:
            if kind is None:
                self.stop()
                return
            self.kill()
        self._clean()


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


# No proxy: the server is on this machine, whatever the environment says of the way out.
_opener = urllib.request.build_opener(_NoRedirect, urllib.request.ProxyHandler({}))


def _read(answer):
    text = answer.read().decode("utf-8", "replace")
    try:
        return answer.status, json.loads(text), answer.headers
    except ValueError:
        return answer.status, text, answer.headers
