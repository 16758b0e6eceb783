#!/usr/bin/env python3
"""The hostile requests once more, through a proxy in front of us: nobody may get an answer that is not theirs.

  front_proxies.py [--proxies nginx,haproxy,…] [--group NAME] [--share N]

The proxy keeps its connections to us. After each case three requests that name themselves have to get the answers
to themselves; and a request behind the case, or hidden in its body, may have made its user only if the proxy, too,
took it for one: then its sender gets an answer to it.
"""

import argparse
import contextlib
import itertools
import os
import pathlib
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))
from hostile_http import converse  # noqa: E402
from http_cases import KEY, SMUGGLED, Case, all_cases  # noqa: E402
from ports import free_port  # noqa: E402
from skip import skip  # noqa: E402
from tenensd import Tenensd  # noqa: E402

HIDDEN = b'POST /v1/users HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ' + KEY.encode() + (
    b'\r\nContent-Type: application/json\r\nContent-Length: 32\r\n\r\n{"first_name": "smuggled000000"}')


def inside():
    """Whole requests, refused or served, with another in their body: it has to be read, whoever asked for nothing."""
    chunked = b"%x\r\n%b\r\n0\r\n\r\n" % (len(HIDDEN), HIDDEN)
    bodies = ((b"Content-Length: %d" % len(HIDDEN), HIDDEN), (b"Transfer-Encoding: chunked", chunked))
    for method in (b"GET", b"HEAD", b"POST", b"PUT", b"PATCH", b"DELETE", b"OPTIONS"):
        for path in (b"/v1/users/count", b"/v1/users", b"/v1/health", b"/v1/nowhere", b"/v1/client/sign_ins"):
            for (framing, body), key in itertools.product(bodies, (b"", b"Authorization: Bearer " + KEY.encode())):
                head = (method + b" " + path + b" HTTP/1.1", b"Host: localhost", *([key] if key else []), framing, b"", body)
                yield Case("inside", f"{method} {path} {framing} {'with' if key else 'without'} key", b"\r\n".join(head), served=True)


def nginx(folder, port, server):
    write(folder / "nginx.conf", f"""
        daemon off; pid {folder}/pid; error_log {folder}/error; worker_processes 1; events {{ worker_connections 256; }}
        http {{ access_log off; client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
          fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
          upstream tenensd {{ server 127.0.0.1:{server}; keepalive 8; }}
          server {{ listen 127.0.0.1:{port}; ignore_invalid_headers off; underscores_in_headers on; proxy_request_buffering off;
            location / {{ proxy_pass http://tenensd; proxy_http_version 1.1; proxy_set_header Connection ""; }} }} }}""")
    return ["nginx", "-e", folder / "error", "-c", folder / "nginx.conf"]


def haproxy(folder, port, server):
    write(folder / "haproxy.cfg", f"""
defaults
  mode http
  timeout connect 2s
  timeout client 5s
  timeout server 5s
  option http-keep-alive
  http-reuse always
frontend f
  bind 127.0.0.1:{port}
  default_backend b
backend b
  server s 127.0.0.1:{server} pool-max-conn 8
""")
    return ["haproxy", "-f", folder / "haproxy.cfg"]


def apache(folder, port, server):
    modules = "/usr/lib/apache2/modules"
    write(folder / "apache.conf", "\n".join([
        f"ServerRoot {folder}", f"PidFile {folder}/pid", f"Listen 127.0.0.1:{port}", f"ErrorLog {folder}/error", "ServerName localhost",
        *(f"LoadModule {name}_module {modules}/mod_{name}.so" for name in ("mpm_event", "authz_core", "proxy", "proxy_http")),
        "HttpProtocolOptions Unsafe", "ProxyPreserveHost On", f"ProxyPass / http://127.0.0.1:{server}/", "Timeout 5"]))
    return ["apache2", "-DFOREGROUND", "-f", folder / "apache.conf"]


def varnish(folder, port, server):
    write(folder / "default.vcl", f"""vcl 4.1;
        backend default {{ .host = "127.0.0.1"; .port = "{server}"; }}
        sub vcl_recv {{ return (pass); }}""")
    return ["varnishd", "-F", "-n", folder / "work", "-a", f"127.0.0.1:{port}", "-f", folder / "default.vcl", "-s", "malloc,16m"]


def trafficserver(folder, port, server):
    for name in ("config", "log", "run", "cache"):
        (folder / name).mkdir()
    write(folder / "config/remap.config", f"map / http://127.0.0.1:{server}/\n")
    write(folder / "config/storage.config", "")
    write(folder / "config/ip_allow.yaml", "ip_allow:\n  - apply: in\n    ip_addrs: 127.0.0.1\n    action: allow\n    methods: ALL\n")
    write(folder / "config/records.config", "\n".join([
        f"CONFIG proxy.config.http.server_ports STRING {port}:ip-in=127.0.0.1", "CONFIG proxy.config.http.cache.http INT 0",
        f"CONFIG proxy.config.bin_path STRING {folder}", f"CONFIG proxy.config.local_state_dir STRING {folder}/run",
        f"CONFIG proxy.config.log.logfile_dir STRING {folder}/log", "CONFIG proxy.config.admin.user_id STRING #-1",
        "CONFIG proxy.config.url_remap.pristine_host_hdr INT 1", "CONFIG proxy.config.http.transaction_no_activity_timeout_in INT 5"]))
    write(folder / "runroot.yaml", f"prefix: {folder}\nsysconfdir: {folder}/config\nlogdir: {folder}/log\nruntimedir: {folder}/run\n"
                                   f"localstatedir: {folder}/run\ncachedir: {folder}/cache\n")
    return ["traffic_server", f"--run-root={folder}/runroot.yaml"]


PROXIES = {"nginx": nginx, "haproxy": haproxy, "apache2": apache, "varnishd": varnish, "traffic_server": trafficserver}
CHEAP = "nginx,haproxy"
MOST = 3  # breaches of a proxy, after which it is given up: each costs a good request its patience
GROUPS = ("lengths", "codings", "chunks", "header_lines", "request_lines", "broken", "inside")


def write(path, text):
    path.write_text(text, encoding="utf-8")


class Proxy:
    def __init__(self, name, server):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="tenens-test-"))
        # Some drop their privileges, and then have to find their files.
        self.folder.chmod(0o755)
        self.port = free_port()
        command = PROXIES[name](self.folder, self.port, server.port)
        with open(self.folder / "said", "wb") as said:
            self.process = subprocess.Popen(list(map(str, command)), cwd=self.folder, stdout=said, stderr=said)

    def wait(self):
        for _ in range(150):
            if self.process.poll() is not None:
                break
            try:
                if b" 200 " in converse(self.port, request("/v1/health"), False)[:20]:
                    return
            except OSError:
                pass
            time.sleep(0.1)
        raise RuntimeError("it does not serve: " + (self.folder / "said").read_text(errors="replace")[-800:])

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


def request(path, close=True):
    return (f"GET {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {KEY}\r\n"
            f"{'Connection: close' if close else 'Accept: */*'}\r\n\r\n").encode()


def receive(port, data, until, seconds=5.0):
    """All bytes up to `until`, a close, or the end of patience."""
    received = b""
    with socket.create_connection(("127.0.0.1", port), seconds) as connection, contextlib.suppress(OSError):
        connection.sendall(data)
        while until not in received and (chunk := connection.recv(65536)):
            received += chunk
    return received


def desynchronised(port, number):
    """What is wrong with the answers to three requests that name themselves, or None."""
    names = [f"user_{number}x{turn}" for turn in range(3)]
    try:
        received = receive(port, b"".join(request(f"/v1/users/{name}", name is names[-1]) for name in names), names[-1].encode())
    except OSError as error:
        return f"good requests get {error!r}"
    answers = re.findall(rb"with id (user_\w+)", received)
    if [answer.decode() for answer in answers] != names:
        return f"good requests {names} get answers to {answers}: {received[:60]!r} … {received[-120:]!r}"
    return None


class Attack:
    def __init__(self, proxy, server, cases):
        self.proxy, self.server, self.cases = proxy, server, cases
        self.found, self.refused, self.both = [], 0, 0
        self.served = set()  # numbers of the hidden requests that were

    def run(self):
        """How many of the cases it came to."""
        for number, case in enumerate(self.cases):
            if len(self.found) >= MOST:
                return number
            self.refused += not self.send(case, name(case, number)).startswith(b"HTTP/1.1 200")
            if fault := desynchronised(self.proxy.port, number):
                self.found.append(f"{case.group}: {case.name}: {fault}")
            # Perhaps of an earlier case: a proxy may ask us after its client has left.
            for served in self.newly_served():
                if fault := self.smuggled(self.cases[served], len(self.cases) + served):
                    self.found.append(f"{self.cases[served].group}: {self.cases[served].name}: {fault}")
        return len(self.cases)

    def send(self, case, data):
        """What comes back; some proxies wait for what does not come, and some leave whoever says that it was all."""
        with contextlib.suppress(OSError):
            return converse(self.proxy.port, data, True) if case.cut else receive(self.proxy.port, data, b"\r\n\r\n")
        return b""

    def newly_served(self):
        status, users, _ = self.server.request("GET", "/v1/users?query=smuggled&limit=500")
        if status != 200:
            raise RuntimeError(f"the list of users: {status} {users}")
        new = {int(user["first_name"][len("smuggled"):]) for user in users} - self.served
        self.served |= new
        return [number for number in new if number < len(self.cases)]  # the others are those once more

    def smuggled(self, case, number):
        """Once more, with patience: a proxy drops its second answer to whoever stops listening after the first."""
        own = b"smuggled%06d" % number
        if own in receive(self.proxy.port, name(case, number), own):
            self.served.add(number)
            self.both += 1
            return None
        return "a hidden request was served, and the proxy knows nothing of it"


def name(case, number):
    """The case's bytes; what is hidden says whose it is."""
    return case.data.replace(SMUGGLED, HIDDEN).replace(b"smuggled000000", b"smuggled%06d" % number)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", help="the tenensd behind them")
    parser.add_argument("--proxies", default=CHEAP, help=f"of {','.join(PROXIES)}, or all")
    parser.add_argument("--share", type=int, default=1, help="one case in so many")
    parser.add_argument("--group", help="only this group of cases")
    options = parser.parse_args()
    program = options.program and str(pathlib.Path(options.program).resolve())
    names = list(PROXIES) if options.proxies == "all" else options.proxies.split(",")
    os.environ["PATH"] += ":/usr/sbin:/sbin"
    if missing := [name for name in names if not shutil.which(name)]:
        skip(f"not installed: {', '.join(missing)}", tool_missing=True)
    # A pause is no desynchronisation: those that end early make a proxy wait.
    groups = [options.group] if options.group else GROUPS
    cases = [case for case in (*all_cases(), *inside()) if case.group in groups][::options.share]
    faults = 0
    for name in names:
        began = time.monotonic()
        with Tenensd(program=program, secret_key=KEY) as server, Proxy(name, server) as proxy:
            proxy.wait()
            attack = Attack(proxy, server, cases)
            tried = attack.run()
        for fault in attack.found:
            print(f"breach desynchronised: {name}: {fault}")
        faults += len(attack.found)
        print(f"{name}: {tried} cases in {time.monotonic() - began:.0f} s, {attack.refused} refused, {len(attack.found)} "
              f"desynchronisations, {attack.both} that were two requests to proxy and server alike", flush=True)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
