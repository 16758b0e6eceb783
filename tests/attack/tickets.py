#!/usr/bin/env python3
"""Tickets that are not ours, tickets that are almost ours, and requests that may not spend one."""

import argparse
import base64
import hashlib
import hmac
import json
import pathlib
import sys
import time
import urllib.parse

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))
from jwts import from_base64url, to_base64url  # noqa: E402
from tenensd import Tenensd  # noqa: E402
from wire import Browser  # noqa: E402

ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


def part(value):
    return to_base64url(json.dumps(value, separators=(",", ":")).encode())


def other_spellings(text):
    """Of base64url: what a lenient reader takes for the same bytes."""
    last = ALPHABET.index(text[-1])
    unused = {2: 4, 3: 2}.get(len(text) % 4, 0)  # bits of the last character that mean nothing
    for bit in range(unused):
        yield text[:-1] + ALPHABET[last ^ 1 << bit]
    for ending in ("=", "==", "===", "A", "AA", "\n", " ", "\r\n", "\0", "+", "%3D"):
        yield text + ending
    for at in (0, 1, len(text) // 2):
        for junk in (" ", "\n", "\t", "\0", "=", ".", "~", "\u00e9"):
            yield text[:at] + junk + text[at:]
    if (other := text.replace("-", "+").replace("_", "/")) != text:
        yield other


def forgeries(ticket, session_jwt, jwks):
    """(what it is, text)"""
    header, payload, signature = ticket.split(".")
    claims = json.loads(from_base64url(payload))
    for alg in ("none", "None", "NONE", "nOnE", "", None, "HS256", "HS384", "HS512", "RS256", "ES256", "EdDSA", "PS256", "HS1"):
        for kept in ("", signature, to_base64url(b"\0" * 32)):
            yield f"alg {alg}, signature {kept[:5]!r}", f"{part({'alg': alg, 'typ': 'JWT'})}.{payload}.{kept}"
        yield f"alg {alg}, two parts", f"{part({'alg': alg, 'typ': 'JWT'})}.{payload}"
    public = json.dumps(jwks["keys"][0], separators=(",", ":"))
    for name, secret in (("nothing", b""), ("the key id", jwks["keys"][0]["kid"].encode()), ("the modulus", from_base64url(
            jwks["keys"][0]["n"])), ("the modulus as text", jwks["keys"][0]["n"].encode()), ("the JWK", public.encode()),
            ("the JWKS", json.dumps(jwks, separators=(",", ":")).encode()), ("secret", b"secret"), ("zeros", b"\0" * 32)):
        mac = hmac.new(secret, f"{header}.{payload}".encode(), hashlib.sha256).digest()
        yield f"signed with {name}", f"{header}.{payload}.{to_base64url(mac)}"
    for extra in ({"jwk": {"kty": "oct", "k": to_base64url(b"k" * 32)}}, {"jku": "https://evil.example"}, {"x5u": "https://evil.example"},
                  {"kid": "../../dev/null"}, {"kid": "' OR 1=1 --"}, {"crit": ["b64"], "b64": False}, {"crit": []}, {"zip": "DEF"}):
        forged = part({"alg": "HS256", "typ": "JWT", **extra})
        mac = hmac.new(b"k" * 32, f"{forged}.{payload}".encode(), hashlib.sha256).digest()
        yield f"header {extra}", f"{forged}.{payload}.{signature}"
        yield f"header {extra}, signed with its key", f"{forged}.{payload}.{to_base64url(mac)}"
    for change in ({"exp": claims["exp"] + 1}, {"sid": claims["sid"][:-1] + "x"}, {"iid": "ins_other"}, {"st": "sign_in_token"}, {"a": 1}):
        yield f"claims {change}", f"{header}.{part({**claims, **change})}.{signature}"
    for place, text in (("header", header), ("payload", payload), ("signature", signature)):
        for spelling in other_spellings(text):
            parts = {"header": header, "payload": payload, "signature": signature, place: spelling}
            yield f"{place} as {spelling[-8:]!r}", ".".join(parts.values())
    for count in range(1, len(signature)):
        yield f"a signature of {count} characters", f"{header}.{payload}.{signature[:count]}"
    for text in ("", ".", "..", "...", "a.b.c", ticket + ".", "." + ticket, ticket + "." + signature, ticket.upper(), ticket[::-1],
                 f"{header}.{payload}", f"{header}..{signature}", f".{payload}.{signature}", ticket + "x" * 2000, "x" * 5000,
                 json.dumps({"protected": header, "payload": payload, "signature": signature}), session_jwt,
                 base64.b64encode(ticket.encode()).decode(), f"Bearer {ticket}", f'"{ticket}"', claims["sid"]):
        yield f"{text[:30]!r}", text


class Instance:
    def __init__(self, server):
        self.server = server
        self.user = server.request("POST", "/v1/users", {"first_name": "Ada"})[1]["id"]

    def token(self, **more):
        return self.server.request("POST", "/v1/actor_tokens", {"user_id": self.user, "actor": {"sub": "a"}, **more})[1]

    def status(self, token):
        return self.server.request("GET", f"/v1/actor_tokens/{token['id']}")[1]["status"]


def forgery_faults(instance):
    token = instance.token()
    browser = Browser(instance.server)
    answer = browser.redeem(instance.token()["token"])
    jwt = browser.session(answer[1]["response"]["created_session_id"], "tokens")[1]["jwt"]
    jwks = instance.server.request("GET", "/.well-known/jwks.json")[1]
    count = 0
    for what, text in forgeries(token["token"], jwt, jwks):
        if text == token["token"]:
            continue
        count += 1
        status, body, _ = Browser(instance.server).redeem(text)
        if status == 200 or instance.status(token) != "pending":
            yield "forged", f"{what}: {status}"
            token = instance.token()
        elif not 400 <= status < 500:
            yield "forged", f"{what}: {status} {body}"
        page = instance.server.request("GET", "/v1/tickets/accept?ticket=" + urllib.parse.quote(text), key=False)
        if page[0] < 400:
            yield "forged", f"{what}: the page is shown"
    first, second = (Browser(instance.server).redeem(token["token"])[0] for _ in range(2))
    if (first, second) != (200, 400):
        yield "forged", f"after {count} forgeries the right one gives {first}, and then {second}"
    print(f"{count} forged tickets")


def expired_faults(instance):
    """That a ticket has expired is said of ours alone. Forged ones do not get as far, so this tells the two
    apart even where the digest in the store would save us."""
    def code(ticket):
        return Browser(instance.server).redeem(ticket)[1]["errors"][0]["code"]

    ticket = instance.token(expires_in_seconds=1)["token"]
    time.sleep(1.1)
    if (said := code(ticket)) != "ticket_expired_code":
        yield "forged", f"a ticket that has expired: {said}"
    header, payload, signature = ticket.split(".")
    forged = [("alg none", f"{part({'alg': 'none', 'typ': 'JWT'})}.{payload}.{signature}")]
    forged += [(f"signature as {text[-8:]!r}", f"{header}.{payload}.{text}") for text in other_spellings(signature)]
    for what, text in forged:
        if (said := code(text)) != "ticket_invalid_code":
            yield "forged", f"{what}, expired: {said}"


def safe_faults(instance):
    """Looking must not spend: mail scanners and previews look."""
    for path in ("/v1/tickets/accept?ticket={}", "/v1/client/sign_ins?strategy=ticket&ticket={}",
                 "/v1/client/handshake?redirect_url=http://localhost:3000/&__clerk_ticket={}",
                 "/v1/client?__clerk_ticket={}", "/v1/tickets/session?ticket={}"):
        token = instance.token()
        for method in ("GET", "HEAD", "OPTIONS", "PUT", "DELETE", "PATCH", "TRACE"):
            for headers in ({}, {"Purpose": "prefetch"}, {"Sec-Purpose": "prefetch;prerender"}, {"X-Moz": "prefetch"},
                            {"X-HTTP-Method-Override": "POST"}):
                instance.server.request(method, path.format(token["token"]), headers=headers, key=False)
        if (status := instance.status(token)) != "pending":
            yield "spent", f"{path}: a look leaves the token {status}"
        elif Browser(instance.server).redeem(token["token"])[0] != 200:
            yield "spent", f"{path}: the ticket does not work any more"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", help="the tenensd to ask")
    options = parser.parse_args()
    with Tenensd(program=options.program) as server:
        instance = Instance(server)
        faults = [*safe_faults(instance), *forgery_faults(instance), *expired_faults(instance)]
    for kind, fault in faults:
        print(f"breach {kind}: {fault}")
    print(f"{len(faults)} not as they should be")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
