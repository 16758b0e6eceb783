"""TLS on tenensd's own port, as an operator sees it: files that cannot be used, defaults, a new certificate."""

import http.client
import os
import pathlib
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from skip import skip  # pylint: disable=wrong-import-position
from tenensd import Tenensd, run  # pylint: disable=wrong-import-position
from wire import InFolder, create, set_cookies  # pylint: disable=wrong-import-position


class Tls(InFolder):
    def certificate(self, name="cert"):
        """A new self-signed certificate for localhost and its key: two paths."""
        cert, key = self.folder / f"{name}.pem", self.folder / f"{name}-key.pem"
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
             "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out", cert],
            check=True, capture_output=True)
        key.chmod(0o600)
        return str(cert), str(key)

    def serve(self, cert, key, *flags, **more):
        server = Tenensd("--tls-cert", cert, "--tls-key", key, *flags, **more)
        self.addCleanup(server.__exit__, None, None, None)
        return server

    def ask(self, server, cert, method="GET", path="/v1/health", body=None, headers=None):
        """One request of a client that believes this certificate alone."""
        trust = ssl.create_default_context(cafile=cert)
        connection = http.client.HTTPSConnection("localhost", server.port, timeout=10, context=trust)
        try:
            connection.request(method, path, body, headers or {})
            answer = connection.getresponse()
            return answer.status, answer.read(), answer.headers
        finally:
            connection.close()

    def refused(self, code, *flags, mentions):
        done = run("--dev", "--listen", "127.0.0.1:0", *flags, cwd=self.folder)
        self.assertEqual(done.returncode, code, done.stderr)
        for text in ("tenensd: error: ", *mentions):
            self.assertIn(text, done.stderr)
        self.assertEqual(list(self.folder.glob("*.db*")), [], "nothing else has been done")

    def test_a_certificate_and_its_key_make_the_port_speak_https(self):
        cert, key = self.certificate()
        server = self.serve(cert, key)
        self.assertEqual(self.ask(server, cert)[0], 200)
        self.assertIn(f"listening on https://127.0.0.1:{server.port}\n", server.log)
        self.assertEqual([line for line in server.log if "warning" in line], [])
        with socket.create_connection(("127.0.0.1", server.port), timeout=10) as plain:
            plain.sendall(b"GET /v1/health HTTP/1.1\r\nHost: localhost\r\n\r\n")
            self.assertNotIn(b"HTTP/", plain.recv(1000))

    def test_links_begin_with_https_and_cookies_are_secure(self):
        cert, key = self.certificate()
        server = self.serve(cert, key)
        bearer = {"Authorization": f"Bearer {server.secret_key}", "Content-Type": "application/json"}
        user = self.ask(server, cert, "POST", "/v1/users", '{"first_name":"Ada"}', bearer)[1].decode()
        user_id = user.split('"id":"')[1].split('"')[0]
        body = '{"user_id":"%s","actor":{"sub":"a"}}' % user_id
        token = self.ask(server, cert, "POST", "/v1/actor_tokens", body, bearer)[1].decode()
        link = token.split('"url":"')[1].split('"')[0]
        self.assertTrue(link.startswith(f"https://localhost:{server.port}/v1/tickets/accept?ticket="), link)
        form = {"Content-Type": "application/x-www-form-urlencoded", "Origin": f"https://localhost:{server.port}"}
        status, _, headers = self.ask(server, cert, "POST", "/v1/client/sign_ins",
                                      "strategy=ticket&ticket=" + link.split("ticket=")[1], form)
        self.assertEqual(status, 200)
        self.assertTrue(set_cookies(headers)["__client"]["secure"])

    def test_the_file_may_name_them(self):
        cert, key = self.certificate()
        config = self.folder / "tenens.toml"
        config.write_text(f'tls_cert = "{cert}"\ntls_key = "{key}"\n', encoding="utf-8")
        with Tenensd("--config", str(config)) as server:
            self.assertEqual(self.ask(server, cert)[0], 200)

    def test_one_without_the_other_is_refused(self):
        cert, key = self.certificate()
        self.refused(2, "--tls-cert", cert, mentions=("--tls-cert", "needs --tls-key"))
        self.refused(2, "--tls-key", key, mentions=("--tls-key", "needs --tls-cert"))

    def test_files_that_cannot_be_used_are_refused_before_anything_else(self):
        cert, key = self.certificate()
        _, other_key = self.certificate("other")
        nowhere = str(self.folder / "nowhere.pem")
        self.refused(1, "--tls-cert", nowhere, "--tls-key", key, mentions=(f"cannot read {nowhere}",))
        self.refused(1, "--tls-cert", cert, "--tls-key", nowhere, mentions=(f"cannot read {nowhere}",))
        self.refused(1, "--tls-cert", key, "--tls-key", key, mentions=(f"{key} is no certificate",))
        self.refused(1, "--tls-cert", cert, "--tls-key", cert, mentions=(f"{cert} is no private key",))
        self.refused(1, "--tls-cert", cert, "--tls-key", other_key, mentions=("is not the one of the certificate",))

    def test_a_key_that_everybody_may_read_is_a_warning(self):
        cert, key = self.certificate()
        os.chmod(key, 0o644)
        server = self.serve(cert, key)
        self.assertIn(f"tenensd: warning: everybody on this machine may read the key in {key}\n", server.log)

    def test_sighup_reads_them_again_and_keeps_the_old_ones_if_it_must(self):
        cert, key = self.certificate()
        server = self.serve(cert, key)

        def reload(until):
            server.process.send_signal(signal.SIGHUP)
            end = time.monotonic() + 10
            while not any(until in line for line in server.log):
                self.assertLess(time.monotonic(), end, "".join(server.log))
                time.sleep(0.01)

        new_cert, new_key = self.certificate("new")
        shutil.copy(new_cert, cert)  # the key is still the old one
        reload("the certificate stays as it was")
        with self.assertRaises(ssl.SSLCertVerificationError):
            self.ask(server, cert)
        shutil.copy(new_key, key)
        reload("the certificate was read again")
        self.assertEqual(self.ask(server, cert)[0], 200)

    def test_without_tls_nothing_changes(self):
        with Tenensd() as server:
            self.assertTrue(create(server)[1]["url"].startswith(f"http://localhost:{server.port}/"))


if __name__ == "__main__":
    if not shutil.which("openssl"):
        skip("openssl is not here", tool_missing=True)
    unittest.main()
