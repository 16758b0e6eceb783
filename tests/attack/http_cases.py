"""Requests that nobody should send, by group, and beside each limit the ones that are still served.

A case is refused if its connection gets one answer of 4xx, or none, and ends. What is asked for would
change something: were it understood, it would be 200.
"""

import dataclasses
import random

from http_paths import PATHS
from http_words import CHUNKED_BODIES, CONTENT_LENGTHS, HOSTS, MEDIA_TYPES, METHODS, TRANSFER_ENCODINGS, VERSIONS

KEY = "sk_test_canaryBearer4f1c9a7be2d35608"
BODY = b"{}"
CHUNKED = b"2\r\n{}\r\n0\r\n\r\n"
# What comes after a request's end as its sender sees it. Nobody may answer it.
SMUGGLED = b"GET /v1/users/count HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + KEY.encode() + b"\r\n\r\n"
HEADER_LIMIT = 16 * 1024
BODY_LIMIT = 64 * 1024
PARAM_LIMIT = 512
CONTROLS = [byte for byte in range(0x20) if byte != 0x09] + [0x7F]
TOKEN = b"!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclasses.dataclass(frozen=True)
class Case:
    group: str
    name: str
    data: bytes
    served: bool = False  # beside a limit: this one is right
    cut: bool = False     # the sender ends before the request does


def request(*lines, start=b"POST /v1/users HTTP/1.1", body=BODY, framing=True, host=True):
    """A request that makes a user, but for what is asked to be different."""
    head = [start]
    if host:
        head.append(b"Host: localhost")
    head += [b"Authorization: Bearer " + KEY.encode(), b"Content-Type: application/json"]
    if framing:
        head.append(b"Content-Length: %d" % len(body))
    return b"\r\n".join([*head, *lines, b"", body])


def starts(method=b"POST", target=b"/v1/users", version=b"HTTP/1.1", between=b" "):
    return between.join((method, target, version))


def request_lines():
    for version in VERSIONS:
        yield f"version {version!r}", request(start=starts(version=version))
    for byte in set(range(256)) - set(TOKEN):
        yield f"byte {byte:#x} in the method", request(start=starts(method=b"PO%cST" % byte))
    for byte in range(256):
        if byte <= 0x20 or byte >= 0x7F or byte == ord("#"):
            yield f"byte {byte:#x} in the path", request(start=starts(target=b"/v1/us%cers" % byte))
            yield f"byte {byte:#x} in the query", request(start=starts(target=b"/v1/users?a=%c" % byte))
    for between in (b"  ", b"\t", b" \t", b"\x0b", b"\x0c", b"\r", b"\xa0", b"\x00", b""):
        yield f"{between!r} between the words", request(start=starts(between=between))
    for before in (b" ", b"\t", b"\n", b"\r", b"\x00", b"\xef\xbb\xbf", b"\r\n ", b"\n\n"):
        yield f"{before!r} before the line", request(start=before + starts())
    for after in (b" ", b"\t", b" HTTP/1.1", b"\x00", b"\r", b"\n", b" x"):
        yield f"{after!r} after the line", request(start=starts() + after)
    for target in (b"", b"v1/users", b"//v1/users", b"*", b"localhost:80", b"http:/v1/users", b"http:///v1/users",
                   b"ftp://localhost/v1/users", b"http://other/v1/users", b"http://localhost@other/v1/users",
                   b"http://other@localhost/v1/users", b"http://localhost:81/v1/users", b"javascript:alert(1)",
                   b"\\v1\\users", b"/v1/users#a", b"?a=b", b"http://localhost", b"file:///etc/passwd"):
        yield f"target {target!r}", request(start=starts(target=target))
    for line in (b"", b"POST", b"POST /v1/users", b"/v1/users HTTP/1.1", b"HTTP/1.1 200 OK", b":", b"\x00"):
        yield f"line {line!r}", request(start=line)


def header_lines():
    for byte in set(range(256)) - set(TOKEN):
        if byte != ord(":"):
            yield f"byte {byte:#x} in a name", request(b"X-A%cB: c" % byte)
            yield f"byte {byte:#x} before a name", request(b"%cX-AB: c" % byte)
            yield f"byte {byte:#x} behind a name", request(b"X-AB%c: c" % byte)
    for byte in CONTROLS:
        yield f"control {byte:#x} in a value", request(b"X-A: b%cc" % byte)
        yield f"control {byte:#x} ends a value", request(b"X-A: b%c" % byte)
        yield f"control {byte:#x} begins a value", request(b"X-A:%cb" % byte)
    for line in (b"no colon", b": no name", b" : b", b"\tX-A: b", b" X-A: b", b"X-A", b"X-A b", b"X-A b: c",
                 b"X-A: b\r\n continued", b"X-A: b\r\n\tcontinued", b"X-A:\r\n b", b"X-A: b\nX-C: d", b"X-A: b\rX-C: d",
                 b"X-A: b\r\r\nX-C: d", b"X-A: b\n\r\nX-C: d", b"\xef\xbb\xbfX-A: b", b"(X-A): b", b"X-A[]: b",
                 b"X{A}: b", b"X-A/1: b", b"X@A: b", b"X,A: b", b"X;A: b", b'"X-A": b', b"X=A: b", b"X?A: b"):
        yield f"line {line!r}", request(line)
    for host in HOSTS:
        yield f"host {host!r}", request(b"Host: " + host, host=False)
    yield "no host", request(host=False)
    for second in (b"localhost", b"other", b""):
        yield f"a second host {second!r}", request(b"Host: " + second)
        yield f"a second host {second!r}, in capitals", request(b"HOST: " + second)
    for name in (b"Authorization", b"authorization", b"AUTHORIZATION"):
        yield f"a second {name!r}", request(name + b": Bearer " + KEY.encode())
    for scheme in (b"", b"Bearer", b"Basic ", b"Digest ", b"bearer\x00", b"Bearer\t", b"Token "):
        data = request().replace(b"Bearer ", scheme)
        yield f"authorization {scheme!r}", data


def lengths():
    for value in CONTENT_LENGTHS:
        for name in (b"Content-Length", b"content-length"):
            yield f"{name!r} {value!r}", request(name + b": " + value, framing=False) + SMUGGLED
    for first, second in ((b"2", b"2"), (b"2", b"3"), (b"0", b"2"), (b"2", b"0"), (b"2", b""), (b"2", b"x")):
        for name in (b"Content-Length", b"CONTENT-LENGTH", b"content-length"):
            lines = (b"Content-Length: " + first, name + b": " + second)
            yield f"{first!r} and {name!r} {second!r}", request(*lines, framing=False) + SMUGGLED
    for name in (b"Content-Length ", b"Content-Length\t", b" Content-Length", b"Content-Length\x00", b"Content\tLength"):
        yield f"name {name!r}", request(name + b": 2", framing=False) + SMUGGLED


def codings():
    """A body that is chunked, in the eyes of whoever believes the line; and beside a length."""
    name = b"Transfer-Encoding: "
    for value in TRANSFER_ENCODINGS:
        chunked = request(name + value, body=CHUNKED, framing=False) + SMUGGLED
        yield f"{value!r}", chunked
        for length in (b"2", b"0", b"%d" % len(CHUNKED)):
            both = (name + value, b"Content-Length: " + length)
            yield f"{value!r}, length {length!r}", request(*both, body=CHUNKED, framing=False) + SMUGGLED
            yield f"length {length!r}, {value!r}", request(*both[::-1], body=CHUNKED, framing=False) + SMUGGLED
    for value in (b"chunked", b"Chunked", b"CHUNKED", b"\tchunked", b"chunked "):
        for length in (b"0", b"2", b"12", b"%d" % len(CHUNKED)):
            both = (name + value, b"Content-Length: " + length)
            yield f"CL.TE {value!r} {length!r}", request(*both[::-1], body=CHUNKED, framing=False) + SMUGGLED
            yield f"TE.CL {value!r} {length!r}", request(*both, body=CHUNKED, framing=False) + SMUGGLED
        yield f"{value!r} with HTTP/1.0", request(name + value, start=starts(version=b"HTTP/1.0"), body=CHUNKED,
                                                  framing=False)
        for second in (b"chunked", b"identity", b"gzip", b"x", b""):
            lines = (name + value, name + second)
            yield f"{value!r} and {second!r}", request(*lines, body=CHUNKED, framing=False) + SMUGGLED
            yield f"{second!r} and {value!r}", request(*lines[::-1], body=CHUNKED, framing=False) + SMUGGLED
    for spelling in (b"Transfer-Encoding ", b" Transfer-Encoding", b"Transfer-Encoding\t", b"Transfer-Encoding\x00",
                     b"Transfer-Encoding\x0b", b"X: y\nTransfer-Encoding", b"X: y\rTransfer-Encoding", b"\nTransfer-Encoding",
                     b"X: \x00\r\nTransfer-Encoding", b"Transfer-\r\n Encoding", b"\x01Transfer-Encoding"):
        line = spelling + b": chunked"
        yield f"name {spelling!r}", request(line, body=CHUNKED, framing=False) + SMUGGLED
        yield f"name {spelling!r}, length", request(line, b"Content-Length: 2", body=CHUNKED, framing=False) + SMUGGLED


def chunks():
    for body in CHUNKED_BODIES:
        yield f"{body!r:.60}", request(b"Transfer-Encoding: chunked", body=body, framing=False) + SMUGGLED
    for byte in set(range(256)) - set(b"0123456789abcdefABCDEF;"):
        body = b"2%c\r\n{}\r\n0\r\n\r\n" % byte
        yield f"byte {byte:#x} behind a size", request(b"Transfer-Encoding: chunked", body=body, framing=False)
        body = b"%c2\r\n{}\r\n0\r\n\r\n" % byte
        yield f"byte {byte:#x} before a size", request(b"Transfer-Encoding: chunked", body=body, framing=False)


def methods():
    for method in METHODS:
        for target in (b"/v1/users/count", b"/v1/actor_tokens", b"/v1/client/sign_ins", b"/v1/health", b"/v1/nowhere"):
            yield f"{method!r} {target!r}", request(start=starts(method, target))
    # What only names a method in a header or a query is what it was: there is no POST /v1/users/count.
    for name in (b"X-HTTP-Method-Override", b"X-HTTP-Method", b"X-Method-Override", b"_method"):
        for method in (b"GET", b"DELETE", b"PATCH"):
            yield f"{name!r} {method!r}", request(name + b": " + method, start=starts(target=b"/v1/users/count"))
    for method in (b"GET", b"DELETE", b"PATCH", b"PUT"):
        yield f"_method={method!r}", request(start=starts(target=b"/v1/users/count?_method=" + method))


def paths():
    for path in PATHS:
        yield f"{path!r:.60}", request(start=starts(b"GET", path), body=b"")


def encodings():
    for coding in (b"gzip", b"x-gzip", b"deflate", b"br", b"zstd", b"compress", b"gzip, gzip", b"identity, gzip", b"x",
                   b"identity;q=1", b",", b"*"):
        for target in (b"/v1/users", b"/v1/actor_tokens", b"/v1/sign_in_tokens"):
            yield f"{coding!r} {target!r}", request(b"Content-Encoding: " + coding, start=starts(target=target))
    for media_type in MEDIA_TYPES:
        data = request().replace(b"application/json", media_type)
        yield f"media type {media_type!r}", data
    for charset in ("utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-be", "utf-8-sig", "utf-7", "cp037"):
        body = '{"first_name":"+ADw-"}'.encode(charset)
        if charset != "utf-7":
            yield f"a body in {charset}", request(body=body)
    for bad in (b"\xff", b"\xc0\x80", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\x80", b"\xc3", b"\xfe\xff", b"\xe2\x82"):
        text = bad.hex()
        encoded = b"".join(b"%%%02x" % byte for byte in bad)
        yield f"{text} in a body", request(body=b'{"first_name":"' + bad + b'"}')
        yield f"{text} in a name", request(body=b'{"' + bad + b'":1}')
        for target in (b"/v1/users/" + encoded, b"/v1/users?user_id=" + encoded, b"/v1/users?" + encoded + b"=1",
                       b"/v1/client/handshake?redirect_url=" + encoded, b"/v1/tickets/accept?ticket=" + encoded):
            yield f"{text} in {target!r:.30}", request(start=starts(b"GET", target), body=b"")
        for field in (b"strategy=", b"strategy=ticket&ticket=", b""):
            form = field + encoded
            data = request(start=starts(target=b"/v1/client/sign_ins"), body=form)
            data = data.replace(b"application/json", b"application/x-www-form-urlencoded")
            yield f"{text} in a form behind {field!r}", data.replace(b"Authorization", b"X-Nothing")


def protocols():
    for junk in (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(range(64)) + b"\r\n\r\n", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
                 b"EHLO localhost\r\n\r\n", b"*1\r\n$4\r\nPING\r\n\r\n", b"stats\r\n\r\n", b"OPTIONS rtsp://a RTSP/1.0\r\n\r\n",
                 b"\x00\x00\x00\x08\x04\xd2\x16\x2f\r\n\r\n", b"SSH-2.0-x\r\n\r\n", b"HTTP/1.1 200 OK\r\n\r\n", b"{}\r\n\r\n",
                 b"PROXY TCP4 1.2.3.4 5.6.7.8 1 2\r\n" + request(), b"\r\n\r\n\r\n\x00\r\n\r\n", b"\n\n\n\n\r\n\r\n"):
        yield f"{junk!r:.50}", junk
    chance = random.Random(7)
    for number in range(150):
        yield f"random bytes {number}", chance.randbytes(chance.randrange(1, 400)) + b"\r\n\r\n"


def broken():
    """A right request with one byte too much in its head, at every place."""
    good = request()
    end = good.index(b"\r\n\r\n") + 1
    for byte in (b"\x00", b"\r", b"\n", b"\x0b", b"\x7f"):
        for at in range(end):
            yield f"{byte!r} at {at}", good[:at] + byte + good[at:]


def cut():
    for good in (request(), request(b"Transfer-Encoding: chunked", body=CHUNKED, framing=False)):
        for length in range(len(good)):
            yield f"{length} of {len(good)} bytes", good[:length]


def limits():
    """(name, bytes, served)"""
    start = starts(b"GET", b"/v1/users/count")
    bare = len(request(b"X-Filler: ", start=start, body=b""))
    for more in (-1, 0, 1, 2, HEADER_LIMIT):
        filler = b"X-Filler: " + b"a" * (HEADER_LIMIT + more - bare)
        yield f"a head at its limit {more:+}", request(filler, start=start, body=b""), more <= 0
        lines = [b"X: y"] * ((HEADER_LIMIT + more - bare) // 6)
        size = len(request(*lines, b"X-Filler: ", start=start, body=b""))
        data = request(*lines, b"X-Filler: " + b"a" * (HEADER_LIMIT + more - size), start=start, body=b"")
        yield f"many headers at the limit {more:+}", data, more <= 0
        body = b"{" + b" " * (BODY_LIMIT + more - 2) + b"}"
        yield f"a body at its limit {more:+}", request(body=body), more <= 0
        parts = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in
                         (body[at:at + 4000] for at in range(0, len(body), 4000))) + b"0\r\n\r\n"
        data = request(b"Transfer-Encoding: chunked", body=parts, framing=False)
        yield f"a chunked body at its limit {more:+}", data, more <= 0
        query = b"&".join(b"a%d=1" % number for number in range(min(PARAM_LIMIT + more, 1000)))
        yield f"a query at its limit {more:+}", request(start=start.replace(b"count", b"count?" + query), body=b""), more <= 0
    for size in (10**5, 10**9, 10**12, 2**31, 2**32, 2**53, 2**63 - 1, 2**63, 2**64 - 1):
        yield f"a length of {size}", request(b"Content-Length: %d" % size, framing=False), False
    for size in (BODY_LIMIT + 1, 2**31, 2**32, 2**63 - 1, 2**64 - 1):
        yield f"a chunk of {size}", request(b"Transfer-Encoding: chunked", body=b"%x\r\n{}" % size, framing=False), False
    yield "a path without end", request(start=starts(target=b"/" + b"a" * HEADER_LIMIT)), False
    yield "a method without end", b"A" * (2 * HEADER_LIMIT), False
    yield "a header without end", request()[:60] + b"a" * (2 * HEADER_LIMIT), False
    yield "an extension without end", request(
        b"Transfer-Encoding: chunked", body=b"2;" + b"a" * (16 * BODY_LIMIT), framing=False), False
    yield "trailers without end", request(
        b"Transfer-Encoding: chunked", body=CHUNKED[:-2] + b"X: y\r\n" * BODY_LIMIT, framing=False), False


GROUPS = (request_lines, header_lines, lengths, codings, chunks, methods, paths, encodings, protocols, broken)


def all_cases():
    for group in GROUPS:
        for name, data in group():
            yield Case(group.__name__, name, data)
    for name, data in cut():
        yield Case("cut", name, data, cut=True)
    for name, data, served in limits():
        yield Case("limits", name, data, served=served)
