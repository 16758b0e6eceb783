#!/usr/bin/env python3
"""Hostile JSON and forms, through a running server: published vectors, and what other parsers make of the same.

Each text is sent as the value of a user's metadata, read back if it was accepted, and compared.
"""

import argparse
import base64
import json
import math
import pathlib
import random
import re
import shutil
import subprocess
import sys
import urllib.parse

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))
from tenensd import Tenensd  # noqa: E402
from wire import shared  # noqa: E402

DEPTH = 32 - 2  # what the text stands in has two levels of its own
ACCEPT, REFUSE = True, False

# The standard lets a parser choose: what is no Unicode is refused, a number too large for a double too; one that
# is too small is 0, an integer beyond 64 bits the nearest double; 32 levels and no more.
OUR_CHOICES = {
    "i_number_double_huge_neg_exp": ACCEPT, "i_number_huge_exp": REFUSE, "i_number_neg_int_huge_exp": REFUSE,
    "i_number_pos_double_huge_exp": REFUSE, "i_number_real_neg_overflow": REFUSE, "i_number_real_pos_overflow": REFUSE,
    "i_number_real_underflow": ACCEPT, "i_number_too_big_neg_int": ACCEPT, "i_number_too_big_pos_int": ACCEPT,
    "i_number_very_big_negative_int": ACCEPT, "i_object_key_lone_2nd_surrogate": REFUSE,
    "i_string_1st_surrogate_but_2nd_missing": REFUSE, "i_string_1st_valid_surrogate_2nd_invalid": REFUSE,
    "i_string_UTF-16LE_with_BOM": REFUSE, "i_string_UTF-8_invalid_sequence": REFUSE, "i_string_UTF8_surrogate_U+D800": REFUSE,
    "i_string_incomplete_surrogate_and_escape_valid": REFUSE, "i_string_incomplete_surrogate_pair": REFUSE,
    "i_string_incomplete_surrogates_escape_valid": REFUSE, "i_string_invalid_lonely_surrogate": REFUSE,
    "i_string_invalid_surrogate": REFUSE, "i_string_invalid_utf-8": REFUSE, "i_string_inverted_surrogates_U+1D11E": REFUSE,
    "i_string_iso_latin_1": REFUSE, "i_string_lone_second_surrogate": REFUSE, "i_string_lone_utf8_continuation_byte": REFUSE,
    "i_string_not_in_unicode_range": REFUSE, "i_string_overlong_sequence_2_bytes": REFUSE,
    "i_string_overlong_sequence_6_bytes": REFUSE, "i_string_overlong_sequence_6_bytes_null": REFUSE,
    "i_string_truncated-utf-8": REFUSE, "i_string_utf16BE_no_BOM": REFUSE, "i_string_utf16LE_no_BOM": REFUSE,
    "i_structure_500_nested_arrays": REFUSE, "i_structure_UTF-8_BOM_empty_object": REFUSE}
# Valid by the grammar, refused all the same: who takes the first and who takes the last see two texts (RFC 7493).
EXCEPTIONS = {"y_object_duplicated_key", "y_object_duplicated_key_and_value"}

NODE = """
const lines = require('fs').readFileSync(0, 'latin1').split('\\n').slice(0, -1);
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
console.log(JSON.stringify(lines.map(line => {
  try { return [JSON.parse(utf8.decode(Buffer.from(line, 'base64')))]; } catch { return null; }
})));
"""


class Server:
    def __init__(self, server):
        self.server = server
        self.user = server.request("POST", "/v1/users", {"first_name": "Ada"})[1]["id"]

    def take(self, text):
        """[value] as the server keeps it, or None if it refuses the text as JSON."""
        body = b'{"unsafe_metadata":{"v":' + text + b"}}"
        status, answer, _ = self.server.request("PATCH", f"/v1/users/{self.user}", body)
        if status == 200:
            again = self.server.request("GET", f"/v1/users/{self.user}")[1]["unsafe_metadata"]
            assert again == answer["unsafe_metadata"], text
            return [again["v"]]
        assert status in (400, 413), (text, answer)
        assert answer["errors"][0]["code"] in ("request_body_invalid", "request_body_too_large"), (text, answer)
        return None


def vectors():
    """(name, text, must be accepted)"""
    folder = shared("vectors/json/test_parsing")
    if folder is None:
        print("skipped: no shared/vectors beside the repository (TENENS_SHARED names another place)")
        return
    for file in sorted(folder.iterdir()):
        name = file.stem
        chosen = OUR_CHOICES.get(name, name.startswith("y_") and name not in EXCEPTIONS)
        yield name, file.read_bytes(), chosen


def vector_faults(server):
    counts = {}
    for name, text, accept in vectors():
        counts[name[0]] = counts.get(name[0], 0) + 1
        kept = server.take(text)
        if (kept is not None) != accept:
            yield f"{name}: {'accepted' if kept else 'refused'}: {text[:60]!r}"
        elif kept and name[0] == "y" and kept[0] != json.loads(text):
            yield f"{name}: kept as {kept[0]!r}"
    if counts and counts != {"y": 95, "n": 188, "i": 35}:
        yield f"these are not the vectors that the table is for: {counts}"
    print(f"vectors: {counts}")


# ── against other parsers ────────────────────────────────────────────────────────────────────────

SEEDS = [b'{"a":[1,-2,3.5e2,true,false,null,"x\\u00e9\\n"],"b":{"c":{}}}', b'["\\ud83d\\ude00","\\u0000","\\/\\b\\f\\r\\t"]',
         b"[0,-0,0.0,1e0,1E+1,1e-1,9007199254740993,-9223372036854775808,18446744073709551615]", b'"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80"',
         b'{"":"","a b":1,"\\u0061":2}', b"[[[[[[[[[[1]]]]]]]]]]", b' [ 1 , { "a" : 2 } ] ', b"1.7976931348623157e308", b"123456789012345678901234567890"]
BYTES = [b"{", b"}", b"[", b"]", b",", b":", b'"', b"\\", b"\\u", b"0", b"1", b"-", b"+", b".", b"e", b"E", b"e999", b"null", b"true",
         b"NaN", b"Infinity", b" ", b"\n", b"\t", b"\x00", b"\x0b", b"\xc2\xa0", b"\xe2\x80\xa8", b"\xff", b"\xc0\x80", b"\xed\xa0\x80",
         b"\xef\xbb\xbf", b"\\ud800", b"\\udc00", b"/**/", b"//", b"'", b"#", b"00", b"0x1", b'"a":1,', b"[" * 25, b"]" * 25]


def mutations(count):
    chance = random.Random(20261125)
    for _ in range(count):
        text = bytearray(chance.choice(SEEDS))
        for _ in range(chance.choice((1, 1, 1, 2, 3))):
            at = chance.randrange(len(text) + 1)
            text[at:at + chance.choice((0, 0, 1, 1, 2, 8))] = chance.choice(BYTES)
        yield bytes(text)


HUGE_EXPONENT = re.compile(rb"[eE][+-]?[0-9]{9}")  # also a negative one: nobody means it


class Duplicate(ValueError):
    pass


def no_duplicates(pairs):
    if len({name for name, _ in pairs}) != len(pairs):
        raise Duplicate
    return dict(pairs)


def no_constant(name):
    raise ValueError(name)


def is_unicode(value):
    if isinstance(value, str):
        return not any("\ud800" <= character <= "\udfff" for character in value)
    if isinstance(value, dict):
        return all(is_unicode(name) and is_unicode(inner) for name, inner in value.items())
    return not isinstance(value, list) or all(map(is_unicode, value))


def is_finite(value):
    if isinstance(value, (dict, list)):
        return all(map(is_finite, value.values() if isinstance(value, dict) else value))
    if isinstance(value, int) and abs(value) > 2**64:
        return math.isfinite(float(value))
    return not isinstance(value, float) or math.isfinite(value)


def depth(value):
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else None
    return 0 if inner is None else 1 + max(map(depth, inner), default=0)


def as_we_keep_it(value):
    if isinstance(value, dict):
        return {name: as_we_keep_it(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [as_we_keep_it(inner) for inner in value]
    wide = isinstance(value, int) and not isinstance(value, bool) and not -2**63 <= value < 2**64
    return float(value) if wide else value


def python_takes(text):
    """([value] or None, why we refuse what it accepts or None)"""
    try:
        value = json.loads(text.decode("utf-8"), object_pairs_hook=no_duplicates, parse_constant=no_constant)
    except Duplicate:
        return None, None
    except ValueError:
        return None, None
    ours_too = is_unicode(value) and is_finite(value) and depth(value) <= DEPTH and not HUGE_EXPONENT.search(text)
    return [as_we_keep_it(value)], None if ours_too else "no Unicode, no double, or too deep"


def has_duplicates(text):
    try:
        json.loads(text.decode("utf-8"), object_pairs_hook=no_duplicates)
    except Duplicate:
        return True
    except ValueError:
        return False
    return False


def node_takes(texts):
    if not shutil.which("node"):
        print("no node here: compared with Python alone")
        return None
    lines = "".join(base64.b64encode(text).decode() + "\n" for text in texts)
    done = subprocess.run(["node", "-e", NODE], input=lines, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def differential_faults(server, count):
    texts = list(mutations(count))
    node = node_takes(texts)
    accepted = 0
    for number, text in enumerate(texts):
        kept = server.take(text)
        accepted += kept is not None
        value, reason = python_takes(text)
        if reason:
            if kept is not None:
                yield f"{text!r}: accepted, though it is {reason}"
            continue
        if json.dumps(kept) != json.dumps(value):
            yield f"{text!r}: we have {kept!r}, Python {value!r}"
        if node and (node[number] is not None) != (kept is not None) and not has_duplicates(text):
            yield f"{text!r}: we have {kept!r}, Node {node[number]!r}"
    print(f"{count} mutated texts, {accepted} accepted by us")


# ── forms ────────────────────────────────────────────────────────────────────────────────────────

FORM_BYTES = ["&", "=", "+", "%", "%20", "%2", "%zz", "%00", "%25", "%26", "%3D", "%2B", "%C3%A9", "%E2%82%AC", "%ff", "%c0%80", "%ED%A0%80", ";",
              "a", "strategy", "strategy=", "[", "]", "[]", "%5B0%5D", "\u00e9", "\n", " ", "#", "?", "/", "\\", '"', "<", "'"]


def forms(count):
    chance = random.Random(4711)
    for _ in range(count):
        text = "strategy=x" + "".join(chance.choice(FORM_BYTES) for _ in range(chance.randrange(0, 6)))
        yield text + chance.choice(("", "&b=1", "&ticket=t"))


def expected_of_form(text):
    """The strategy as it has to be read, or None if the form has to be refused."""
    try:
        raw = text.encode()
        parts = [part.partition(b"=") for part in raw.split(b"&") if part]
        pairs = [(strict_unquote(name), strict_unquote(value)) for name, _, value in parts]
    except ValueError:
        return None
    names = [name for name, _ in pairs]
    return None if len(set(names)) != len(names) else dict(pairs)["strategy"]


def strict_unquote(raw):
    rest = raw.split(b"%")[1:]
    if any(len(part) < 2 or not all(c in b"0123456789abcdefABCDEF" for c in part[:2]) for part in rest):
        raise ValueError(raw)
    return urllib.parse.unquote_to_bytes(raw.replace(b"+", b" ")).decode("utf-8")


def form_faults(server, count):
    refused = 0
    for text in forms(count):
        status, answer, _ = server.server.request(
            "POST", "/v1/client/sign_ins", text.encode(), {"Content-Type": "application/x-www-form-urlencoded"}, key=False)
        expected = expected_of_form(text)
        if not isinstance(answer, dict):
            yield f"{text!r}: {status} and no JSON: {answer!r}"
            continue
        error = answer["errors"][0]
        if expected is None:
            refused += 1
            if status not in (400, 422) or error["code"] not in ("request_body_invalid", "form_param_value_invalid"):
                yield f"{text!r}: {status} {error}"
        elif not error["long_message"].startswith(f"{expected} is not a strategy"):
            yield f"{text!r}: read as {error['long_message']!r}, not as {expected!r}"
    print(f"{count} forms, {refused} refused")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", help="the tenensd to ask")
    parser.add_argument("--count", type=int, default=1500, help="mutated texts, and forms")
    options = parser.parse_args()
    with Tenensd(program=options.program) as server:
        asked = Server(server)
        faults = [*vector_faults(asked), *differential_faults(asked, options.count), *form_faults(asked, options.count)]
    for fault in faults:
        print(f"breach parsing: {fault}")
    print(f"{len(faults)} not as they should be")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
