"""The peers: how each is installed, started, and asked for the work that is nearest to ours.

peers/README.md says what one request of each does. A peer that cannot be had here raises Absent.
"""

import base64
import contextlib
import json
import os
import pathlib
import shutil
import signal
import subprocess
import urllib.parse
import urllib.request

import machine
from load import Request

HERE = pathlib.Path(__file__).resolve().parent / "peers"
INSTALLED = HERE.parents[1] / "build/peers"
KEY = "sk_test_peer0123456789abcdefghijk"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
JSON = {"Content-Type": "application/json"}
TOKEN_EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"

ON_DISK, IN_MEMORY, NOTHING = "on disk", "in memory", "nothing to store"
# name of the figure: (title, what the answer guarantees)
FIGURES = {
    "node_group": ("hand-rolled Node, group commit: create", ON_DISK),
    "node_token": ("hand-rolled Node: session token RS256", NOTHING),
    "better_auth": ("better-auth: impersonate", ON_DISK),
    "emulate_session": ("emulate: POST /v1/sessions", IN_MEMORY),
    "emulate_token": ("emulate: session token RS256", NOTHING),
    "oidc_exchange": ("oidc-provider: token exchange RS256", IN_MEMORY),
    "glewlwyd": ("glewlwyd: client credentials RS256", ON_DISK),
}


class Absent(Exception):
    """Why a peer cannot be had here, in one line."""


def first_reason(text):
    lines = [line for line in text.splitlines() if line.strip()]
    return lines[-1][:160] if lines else "no reason given"


# ── installing ───────────────────────────────────────────────────────────────────────────────────


def unpack(name, *packages):
    """A package of the distribution, below build/peers."""
    done = subprocess.run([HERE / "unpack.sh", INSTALLED / name, *packages], capture_output=True, text=True)
    if done.returncode:
        raise Absent(first_reason(done.stderr))
    return INSTALLED / name


def install_npm():
    """All npm packages at once; what of them is there afterwards, each peer sees for itself."""
    if not shutil.which("npm"):
        raise Absent("Node 20 or newer with npm is not here")
    wanted = (HERE / "package.json").read_text(encoding="utf-8")
    stamp = INSTALLED / "npm.stamp"
    if stamp.exists() and stamp.read_text(encoding="utf-8") == wanted:
        return
    INSTALLED.mkdir(parents=True, exist_ok=True)
    shutil.copy(HERE / "package.json", INSTALLED)
    done = subprocess.run(["npm", "install", "--no-audit", "--no-fund", "--no-package-lock", "--loglevel=error"],
                          cwd=INSTALLED, capture_output=True, text=True)
    if done.returncode:
        raise Absent(f"npm: {first_reason(done.stderr)}")
    stamp.write_text(wanted, encoding="utf-8")


def npm_module(name):
    install_npm()
    if not (INSTALLED / "node_modules" / name).exists():
        raise Absent(f"npm could not install {name}")


# ── peers ────────────────────────────────────────────────────────────────────────────────────────


class Peer:
    """`requests` of the running server, by the figure's name."""

    figures = ()

    def install(self):
        raise NotImplementedError

    def start(self, directory, core):
        """(machine.Server, {figure: Request})"""
        raise NotImplementedError

    @contextlib.contextmanager
    def running(self, directory, core):
        place = directory / type(self).__name__
        place.mkdir()
        server, requests = self.start(place, core)
        try:
            yield server, requests
        finally:
            server.stop(signal.SIGKILL)
            shutil.rmtree(place, ignore_errors=True)

    @staticmethod
    def node(script, directory, core, **env):
        # Beside node_modules, where the packages are found from.
        shutil.copy(HERE / script, INSTALLED)
        port = machine.free_port()
        env = {"BENCH_PORT": str(port), "BENCH_DATABASE": str(directory / "peer.db"),
               "NODE_ENV": "production", **env}
        return machine.Server(["node", str(INSTALLED / script)], directory, core, env, port, script)


class HandRolledNode(Peer):
    figures = ("node_group", "node_token")

    def install(self):
        npm_module("better-sqlite3")

    def start(self, directory, core):
        server = self.node("hand_rolled_node.mjs", directory, core, BENCH_KEY=KEY)
        bearer = {"Authorization": f"Bearer {KEY}"}
        body = json.dumps({"user_id": "user_" + "0" * 27, "actor": {"sub": "user_" + "1" * 27}})
        return server, {"node_group": Request("/v1/actor_tokens", "POST", {**bearer, **JSON}, body),
                        "node_token": Request("/v1/sessions/sess_bench/tokens", "POST", bearer)}


class BetterAuth(Peer):
    figures = ("better_auth",)

    def install(self):
        npm_module("better-auth")
        npm_module("better-sqlite3")

    def start(self, directory, core):
        told = directory / "session.json"
        server = self.node("better_auth.mjs", directory, core, BENCH_SESSION=str(told))
        told = json.loads(told.read_text(encoding="utf-8"))
        headers = {**JSON, "Cookie": told["cookie"], "Origin": told["origin"]}
        body = json.dumps({"userId": told["user_id"]})
        return server, {"better_auth": Request("/api/auth/admin/impersonate-user", "POST", headers, body)}


class OidcProvider(Peer):
    figures = ("oidc_exchange",)

    def install(self):
        npm_module("oidc-provider")

    def start(self, directory, core):
        server = self.node("oidc_provider.mjs", directory, core)
        body = urllib.parse.urlencode({
            "grant_type": TOKEN_EXCHANGE, "scope": "api", "subject_token": "user_1", "actor_token": "user_2",
            "subject_token_type": "urn:bench:user", "actor_token_type": "urn:bench:user"})
        return server, {"oidc_exchange": Request("/token", "POST", {**FORM, **basic("bench", "bench-secret")}, body)}


class Emulate(Peer):
    figures = ("emulate_session", "emulate_token")
    USER = "user_bench0000000000000000001"

    def install(self):
        npm_module("emulate")
        npm_module("node")

    def start(self, directory, core):
        bearers = [f"sk_test_bench{number}" for number in range(400)]
        (directory / "bearers").write_text("\n".join(bearers) + "\n", encoding="utf-8")
        # JSON is YAML.
        (directory / "seed.yaml").write_text(json.dumps({
            "tokens": {bearer: {"login": "admin", "scopes": []} for bearer in bearers},
            "clerk": {"users": [{"clerk_id": self.USER, "email_addresses": ["ada@example.com"]}]}}),
            encoding="utf-8")
        port = machine.free_port()
        program = INSTALLED / "node_modules/emulate/dist/index.js"
        server = machine.Server([str(INSTALLED / "node_modules/node/bin/node"), str(program), "start", "-s",
                                 "clerk", "-p", str(port), "--seed", "seed.yaml"], directory, core, port=port)
        body = json.dumps({"user_id": self.USER})
        session = ask(port, "/v1/sessions", body.encode(), {**JSON, "Authorization": f"Bearer {bearers[-1]}"})["id"]
        keys = directory / "bearers"
        return server, {"emulate_session": Request("/v1/sessions", "POST", JSON, body, keys=keys),
                        "emulate_token": Request(f"/v1/sessions/{session}/tokens", "POST", keys=keys)}


class Glewlwyd(Peer):
    figures = ("glewlwyd",)
    LIBRARIES = ("libhoel1.4", "libulfius2.7", "librhonabwy1.1", "libiddawc1.1", "libcbor0.8", "liboath0",
                 "libyder2.0", "liborcania2.3", "libconfig9", "libmicrohttpd12", "libmariadb3")

    def install(self):
        self.root = unpack("glewlwyd", "glewlwyd", *self.LIBRARIES)

    def start(self, directory, core):
        port = machine.free_port()
        schema = self.root / "usr/share/dbconfig-common/data/glewlwyd/install/sqlite3"
        subprocess.run(["sqlite3", directory / "g.db"], input=schema.read_text(encoding="utf-8"), text=True,
                       check=True)
        modules = self.root / "usr/lib/glewlwyd"
        (directory / "g.conf").write_text(f"""
port = {port}; bind_address = "127.0.0.1"; external_url = "http://127.0.0.1:{port}"; login_url = "login.html"
api_prefix = "api"; log_mode = "file"; log_level = "ERROR"; log_file = "{directory}/g.log"
cookie_secure = 0; session_expiration = 2419200; session_key = "G"; hash_algorithm = "SHA512"
admin_session_authentication = "cookie"; profile_session_authentication = "cookie"
admin_scope = "g_admin"; profile_scope = "g_profile"; use_secure_connection = false
secure_connection_key_file = ""; secure_connection_pem_file = ""
user_module_path = "{modules}/user"; client_module_path = "{modules}/client"
user_auth_scheme_module_path = "{modules}/scheme"; plugin_module_path = "{modules}/plugin"
database = {{ type = "sqlite3"; path = "{directory}/g.db"; }}
""", encoding="utf-8")
        library_path = next(self.root.glob("usr/lib/*/libulfius.so.*")).parent
        server = machine.Server([str(self.root / "usr/bin/glewlwyd"), f"--config-file={directory}/g.conf"],
                                directory, core, {"LD_LIBRARY_PATH": str(library_path)}, port)
        try:
            self.configure(port, directory)
        except Exception:
            server.stop(signal.SIGKILL)
            raise
        return server, {"glewlwyd": Request("/api/oauth2/token", "POST", {**FORM, **basic("bench", "bench-secret")},
                                            "grant_type=client_credentials&scope=api")}

    @staticmethod
    def configure(port, directory):
        """An API scope, a client with a secret, and its OAuth 2 plugin with an RSA key."""
        key, public = directory / "key.pem", directory / "public.pem"
        subprocess.run(["openssl", "genrsa", "-out", key, "2048"], capture_output=True, check=True)
        subprocess.run(["openssl", "rsa", "-in", key, "-pubout", "-out", public], capture_output=True, check=True)
        signed_in = send(port, "/api/auth/", {"username": "admin", "password": "password"})
        cookie = {"Cookie": signed_in.headers["Set-Cookie"].split(";")[0]}
        send(port, "/api/scope/", {"name": "api", "display_name": "api", "password_required": False,
                                   "scheme": {}}, cookie)
        send(port, "/api/client/?source=database", {
            "client_id": "bench", "name": "bench", "confidential": True, "enabled": True,
            "client_secret": "bench-secret", "authorization_type": ["client_credentials"], "scope": ["api"],
            "redirect_uri": []}, cookie)
        off = ("code", "implicit", "password", "refresh", "device")
        send(port, "/api/mod/plugin/", {"module": "oauth2-glewlwyd", "name": "oauth2", "display_name": "oauth2",
                                        "enabled": True, "parameters": {
            "url": f"http://127.0.0.1:{port}/api/oauth2", "jwt-type": "rsa", "jwt-key-size": "256",
            "key": key.read_text(encoding="utf-8"), "cert": public.read_text(encoding="utf-8"),
            "access-token-duration": 3600, "refresh-token-duration": 3600, "code-duration": 600,
            "refresh-token-rolling": False, **{f"auth-type-{name}-enabled": False for name in off},
            "auth-type-client-enabled": True, "scope": [], "additional-parameters": [], "pkce-allowed": False,
            "introspection-revocation-allowed": False, "introspection-revocation-auth-scope": [],
            "introspection-revocation-allow-target-client": True}}, cookie)


ALL = (HandRolledNode, Emulate, OidcProvider, BetterAuth, Glewlwyd)


def basic(name, secret):
    return {"Authorization": "Basic " + base64.b64encode(f"{name}:{secret}".encode()).decode()}


def send(port, path, body, headers=None):
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", data, {**JSON, **(headers or {})})
    return urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=30)


def ask(port, path, body, headers):
    with send(port, path, body, headers) as answer:
        return json.load(answer)


# ── nginx: a ceiling, not a peer ─────────────────────────────────────────────────────────────────


def nginx(directory, core):
    """A server that answers 200 and 900 bytes to everything, in one process."""
    program = shutil.which("nginx") or str(unpack("nginx", "nginx") / "usr/sbin/nginx")
    port = machine.free_port()
    (directory / "nginx.conf").write_text(f"""
daemon off; master_process off; worker_processes 1; pid {directory}/nginx.pid; error_log stderr error;
events {{ worker_connections 1024; }}
http {{
  access_log off; keepalive_requests 100000000; default_type application/json;
  client_body_temp_path {directory}/body; proxy_temp_path {directory}/proxy; fastcgi_temp_path {directory}/f;
  uwsgi_temp_path {directory}/u; scgi_temp_path {directory}/s;
  server {{ listen 127.0.0.1:{port}; location / {{ return 200 "{'x' * 900}"; }} }}
}}
""", encoding="utf-8")
    return machine.Server([program, "-c", str(directory / "nginx.conf"), "-p", str(directory)], directory, core,
                          {"PATH": os.environ["PATH"]}, port, "nginx")
