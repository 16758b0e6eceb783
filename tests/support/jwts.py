"""JWTs, with nothing but the standard library."""

import base64
import hashlib
import json


def from_base64url(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def to_base64url(data):
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def decode_jwt(jwt):
    """(header, claims), unverified."""
    header, claims, _ = jwt.split(".")
    return json.loads(from_base64url(header)), json.loads(from_base64url(claims))


# RFC 8017, section 9.2, note 1: what stands before a SHA-256 digest.
SHA256_PREFIX = bytes.fromhex("3031300d060960864801650304020105000420")


def is_signed_by(jwt, jwks):
    """With the key that the header names, by that key's algorithm."""
    signed, signature = jwt.rsplit(".", 1)
    header = decode_jwt(jwt)[0]
    key = next((key for key in jwks["keys"] if key["kid"] == header["kid"]), None)
    if key is None or key["alg"] != header["alg"]:
        return False
    return {"RS256": _is_rs256, "ES256": _is_es256}[key["alg"]](key, signed, signature)


def _is_rs256(key, signed, signature):
    """RFC 7518, section 3.3."""
    modulus = int.from_bytes(from_base64url(key["n"]), "big")
    exponent = int.from_bytes(from_base64url(key["e"]), "big")
    size = (modulus.bit_length() + 7) // 8
    signature = from_base64url(signature)
    if len(signature) != size:
        return False
    message = pow(int.from_bytes(signature, "big"), exponent, modulus).to_bytes(size, "big")
    digest = SHA256_PREFIX + hashlib.sha256(signed.encode()).digest()
    padding = b"\xff" * (size - len(digest) - 3)
    return message == b"\x00\x01" + padding + b"\x00" + digest


# FIPS 186-4, D.1.2.3: the field, the order, the base point; a is -3.
P256 = 2**256 - 2**224 + 2**192 + 2**96 - 1
P256_ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551
P256_BASE = (0x6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296,
             0x4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5)


def _add(one, other):
    if one is None or other is None:
        return one or other
    if one[0] == other[0] and (one[1] + other[1]) % P256 == 0:
        return None
    if one == other:
        slope = 3 * (one[0] ** 2 - 1) * pow(2 * one[1], -1, P256)
    else:
        slope = (other[1] - one[1]) * pow(other[0] - one[0], -1, P256)
    x = (slope ** 2 - one[0] - other[0]) % P256
    return x, (slope * (one[0] - x) - one[1]) % P256


def _times(number, point):
    result = None
    for bit in bin(number)[2:]:
        result = _add(result, result)
        if bit == "1":
            result = _add(result, point)
    return result


def _is_es256(key, signed, signature):
    """RFC 7518, section 3.4, and FIPS 186-4, section 6.4.2."""
    signature = from_base64url(signature)
    r, s = (int.from_bytes(half, "big") for half in (signature[:32], signature[32:]))
    if len(signature) != 64 or not (0 < r < P256_ORDER and 0 < s < P256_ORDER):
        return False
    digest = int.from_bytes(hashlib.sha256(signed.encode()).digest(), "big")
    public = tuple(int.from_bytes(from_base64url(key[name]), "big") for name in ("x", "y"))
    inverse = pow(s, -1, P256_ORDER)
    point = _add(_times(digest * inverse % P256_ORDER, P256_BASE), _times(r * inverse % P256_ORDER, public))
    return point is not None and point[0] % P256_ORDER == r
