"""RSA keys for tests, made on the spot with the standard library; never for use outside."""

from __future__ import annotations

import base64
import random
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RsaKey:
    """`pem` the private key (PKCS#1), `record` the TXT record that publishes it (RFC 6376 3.6.1)."""

    pem: bytes
    record: bytes


def make_key(bits: int, seed: int) -> RsaKey:
    rng = random.Random(seed)
    e = 65_537
    while True:
        p, q = _prime(bits // 2, rng), _prime(bits - bits // 2, rng)
        n, phi = p * q, (p - 1) * (q - 1)
        if p != q and n.bit_length() == bits and phi % e:
            break
    d = pow(e, -1, phi)
    private = _sequence(*(_integer(value) for value in (0, n, e, d, p, q, d % (p - 1), d % (q - 1), pow(q, -1, p))))
    pem = b"-----BEGIN RSA PRIVATE KEY-----\n" + base64.encodebytes(private) + b"-----END RSA PRIVATE KEY-----\n"
    algorithm = _sequence(bytes.fromhex("06092a864886f70d010101"), b"\x05\x00")
    public = _sequence(algorithm, b"\x03" + _length(len(inner := _sequence(_integer(n), _integer(e))) + 1) + b"\x00" + inner)
    return RsaKey(pem, b"v=DKIM1; k=rsa; p=" + base64.b64encode(public))


def _prime(bits: int, rng: random.Random) -> int:
    while True:
        candidate = rng.getrandbits(bits) | (3 << (bits - 2)) | 1
        if all(candidate % small for small in (3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37)) and _is_prime(candidate, rng):
            return candidate


def _is_prime(n: int, rng: random.Random) -> bool:
    """Miller-Rabin, 20 rounds."""
    odd, twos = n - 1, 0
    while odd % 2 == 0:
        odd, twos = odd // 2, twos + 1
    for _ in range(20):
        x = pow(rng.randrange(2, n - 1), odd, n)
        if x in (1, n - 1):
            continue
        for _ in range(twos - 1):
            x = x * x % n
            if x == n - 1:
                break
        else:
            return False
    return True


def _length(size: int) -> bytes:
    if size < 128:
        return bytes([size])
    octets = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([128 | len(octets)]) + octets


def _integer(value: int) -> bytes:
    octets = value.to_bytes(value.bit_length() // 8 + 1, "big")
    return b"\x02" + _length(len(octets)) + octets


def _sequence(*items: bytes) -> bytes:
    inside = b"".join(items)
    return b"\x30" + _length(len(inside)) + inside
