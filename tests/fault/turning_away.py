"""What turning requests away costs on this machine at the least: nginx does it with a constant text."""

import contextlib
import pathlib
import shutil
import socket
import subprocess
import tempfile
import time
import types

from ports import free_port

CONFIG = """
daemon off; master_process off; pid {folder}/pid; error_log {folder}/error; worker_processes 1;
events {{ worker_connections 8192; }}
http {{
  access_log off; keepalive_requests 1000000000; client_body_temp_path {folder}/body; proxy_temp_path {folder}/p;
  fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
  server {{
    listen 127.0.0.1:{port} backlog=4096;
    location / {{
      default_type application/json; add_header Retry-After 1 always;
      return 503 '{{"errors":[{{"message":"busy","long_message":"The server is too busy.","code":"unavailable"}}]}}';
    }}
  }}
}}
"""


def is_possible():
    return shutil.which("nginx") is not None and shutil.which("openssl") is not None


def cpu_seconds(process):
    return int(pathlib.Path(f"/proc/{process.pid}/schedstat").read_text(encoding="utf-8").split()[0]) / 1e9


def start_nginx(folder):
    port = free_port()
    config = pathlib.Path(folder, "nginx.conf")
    config.write_text(CONFIG.format(folder=folder, port=port), encoding="utf-8")
    nginx = subprocess.Popen(["nginx", "-e", f"{folder}/error", "-c", config])
    for _ in range(100):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
            return nginx, port
        time.sleep(0.1)
    nginx.kill()
    raise RuntimeError("nginx does not serve")


@contextlib.contextmanager
def beside_signatures(core):
    """nginx and a program that signs, both on what `core` allows. Yields nginx's port, and a function that returns
    how many seconds of CPU time the signing program has had."""
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
        with core():
            nginx, port = start_nginx(folder)
            stack.callback(lambda: (nginx.kill(), nginx.wait()))
            signer = subprocess.Popen(["openssl", "speed", "-seconds", "600", "rsa2048"], stdout=subprocess.DEVNULL,
                                      stderr=subprocess.DEVNULL)
            stack.callback(lambda: (signer.kill(), signer.wait()))
        yield types.SimpleNamespace(port=port), lambda: cpu_seconds(signer)
