#!/usr/bin/env python3
"""The hostile requests once more, through a proxy in front of us: nobody may get an answer that is not theirs.

  front_proxies.py [--proxies nginx,haproxy,…] [--share N]

The proxy keeps its connections to us. After each case three requests that name themselves have to get the answers
to themselves; and no request that was hidden in a body may have made its user.
"""

import argparse
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
for folder in ("conformance", "support"):
    sys.path.insert(0, str(HERE.parent / folder))
from harness import skip  # noqa: E402
from hostile_http import converse  # noqa: E402
from http_cases import KEY, SMUGGLED, all_cases  # noqa: E402
from tenensd import Tenensd  # noqa: E402

HIDDEN = b'POST /v1/users HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ' + KEY.encode() + (
    b'\r\nContent-Type: application/json\r\nContent-Length: 26\r\n\r\n{"first_name": "smuggled"}')


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


def write(path, text):
    path.write_text(text, encoding="utf-8")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


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


def request(path):
    return (f"GET {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {KEY}\r\nConnection: close\r\n\r\n").encode()


def desynchronised(port, number):
    """What is wrong with the answers to three requests that name themselves, or None."""
    for turn in range(3):
        name = f"user_{number}x{turn}"
        try:
            answer = converse(port, request(f"/v1/users/{name}"), False)
        except OSError as error:
            return f"a good request gets {error!r}"
        if b" 404 " not in answer[:20] or f"with id {name}".encode() not in answer:
            return f"a good request gets another answer: {answer[:60]!r} … {answer[-120:]!r}"
    return None


def attack(proxy, server, cases):
    found, refused = [], 0
    for number, case in enumerate(cases):
        data = case.data.replace(SMUGGLED, HIDDEN)
        try:
            refused += not converse(proxy.port, data, case.cut or case.served).startswith(b"HTTP/1.1 200")
        except OSError:
            refused += 1  # some proxies wait for what does not come
        if fault := desynchronised(proxy.port, number):
            found.append(f"{case.group}: {case.name}: {fault}")
    status, made, _ = server.request("GET", "/v1/users?query=smuggled&limit=500")
    return found, refused, len(made) if status == 200 else -1


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", help="the tenensd behind them")
    parser.add_argument("--proxies", default=CHEAP, help=f"of {','.join(PROXIES)}, or all")
    parser.add_argument("--share", type=int, default=4, help="one case in so many")
    options = parser.parse_args()
    names = list(PROXIES) if options.proxies == "all" else options.proxies.split(",")
    os.environ["PATH"] += ":/usr/sbin:/sbin"
    if missing := [name for name in names if not shutil.which(name)]:
        skip(f"not installed: {', '.join(missing)}", tool_missing=True)
    # A pause is no desynchronisation: those that end early make a proxy wait.
    cases = [case for case in all_cases() if case.group in ("lengths", "codings", "chunks", "header_lines", "request_lines", "broken")]
    cases = cases[::options.share]
    faults = 0
    for name in names:
        began = time.monotonic()
        with Tenensd(program=options.program, secret_key=KEY) as server, Proxy(name, server) as proxy:
            proxy.wait()
            found, refused, made = attack(proxy, server, cases)
        for fault in found:
            print(f"breach desynchronised: {name}: {fault}")
        faults += len(found)
        print(f"{name}: {len(cases)} cases in {time.monotonic() - began:.0f} s, {refused} refused, {len(found)} desynchronisations, "
              f"{made} requests were two to everybody", flush=True)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
