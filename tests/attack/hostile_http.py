#!/usr/bin/env python3
"""Hostile HTTP, case by case: refused with 4xx or a close, and the next caller is served.

  hostile_http_test.py [--group NAME] [--list]
"""

import argparse
import collections
import pathlib
import socket
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from http_cases import KEY, all_cases  # noqa: E402
from tenensd import Tenensd  # noqa: E402

AT_MOST = 5.0  # seconds for an answer; the server's own deadlines are longer, so none of them helps
ENOUGH = 2000


def statuses(received):
    """Of every answer in the bytes; bodies hold no status lines. ValueError for what is none."""
    found = []
    while received:
        head, end, rest = received.partition(b"\r\n\r\n")
        lines = head.split(b"\r\n")
        if not end or not lines[0].startswith(b"HTTP/1.1 "):
            raise ValueError(f"not an answer: {received[:80]!r}")
        length = next((int(line.split(b":")[1]) for line in lines if line.lower().startswith(b"content-length:")), 0)
        found.append(int(lines[0][9:12]))
        received = rest[length:]
    return found


def converse(port, data, cut):
    """All bytes that come back until the server closes, which it has to do in time."""
    received = b""
    with socket.create_connection(("127.0.0.1", port), AT_MOST) as connection:
        try:
            connection.sendall(data)
            if cut:
                connection.shutdown(socket.SHUT_WR)
        except OSError:
            pass  # refused before all of it was sent; the answer counts
        try:
            while chunk := connection.recv(65536):
                received += chunk
                # It lingers until we have read its answer and say so.
                if not cut:
                    connection.shutdown(socket.SHUT_WR)
                    cut = True
        except ConnectionError:
            pass
    return received


def fault_of(port, case):
    """What is wrong with the answer, or None."""
    try:
        # A served request keeps its connection; its sender has to end it.
        answers = statuses(converse(port, case.data, case.cut or case.served))
    except TimeoutError:
        return "no answer and no close"
    except ValueError as error:
        return str(error)
    if case.served:
        return None if answers == [200] else f"served with {answers}"
    if len(answers) > 1:
        return f"one request, answers {answers}"
    if answers and not 400 <= answers[0] < 500:
        return f"answered with {answers[0]}"
    return None


def good_fault(port):
    data = b"GET /v1/health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    try:
        answers = statuses(converse(port, data, False))
    except (TimeoutError, ValueError, OSError) as error:
        return f"and then a good request: {error}"
    return None if answers == [200] else f"and then a good request: {answers}"


def run(server, cases):
    """[(case, fault)] of those that are not answered as they should be."""
    faults = []
    for case in cases:
        fault = fault_of(server.port, case) or good_fault(server.port)
        if fault:
            faults.append((case, fault))
            kind = "served" if "answers" in fault or "with 2" in fault else "answer"
            print(f"breach {kind}: {case.group}: {case.name}: {fault}\n    {case.data[:120]!r}", flush=True)
        if server.process.poll() is not None:
            print("the server is gone", flush=True)
            break
    return faults


def users(server):
    return server.request("GET", "/v1/users/count")[1]["total_count"]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", help="the tenensd to ask")
    parser.add_argument("--group", help="only this group")
    parser.add_argument("--list", action="store_true", help="name the cases and do nothing")
    options = parser.parse_args()
    cases = [case for case in all_cases() if options.group in (None, case.group)]
    if options.list:
        print("\n".join(f"{case.group}: {case.name}" for case in cases))
        return 0
    began = time.monotonic()
    with Tenensd(program=options.program, secret_key=KEY) as server:
        before = users(server)
        faults = run(server, cases)
        made = users(server) - before
        expected = sum(case.served and case.data.startswith(b"POST") for case in cases)
    if made != expected:
        print(f"breach served: {made} users were made, and {expected} requests for one were right")
    groups = collections.Counter(case.group for case in cases)
    print(f"{len(cases)} cases in {time.monotonic() - began:.1f} s, {len(faults)} not as they should be: "
          + ", ".join(f"{name} {count}" for name, count in groups.items()))
    few = options.group is None and len(cases) < ENOUGH
    return 1 if faults or made != expected or few else 0


if __name__ == "__main__":
    sys.exit(main())
