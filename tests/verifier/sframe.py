"""Opening an SFrame frame (RFC 9605) of cipher suite 5, AES_256_GCM_SHA512_128."""

import hashlib
import hmac

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

SUITE = 5


def hkdf_sha512(base_key, info, length):
    secret = hmac.new(b"\0" * 64, base_key, hashlib.sha512).digest()
    return hmac.new(secret, info + b"\x01", hashlib.sha512).digest()[:length]


def read_header(frame):
    """Section 4.3: X KKK Y CCC, then the key id and the counter where three bits do not hold them."""
    config = frame[0]
    at = 1

    def field(flag, value):
        nonlocal at
        if not flag:
            return value
        at += value + 1
        return int.from_bytes(frame[at - value - 1 : at], "big")

    kid = field(config >> 7, config >> 4 & 7)
    counter = field(config >> 3 & 1, config & 7)
    return kid, counter, frame[:at]


def open_frame(base_key, frame):
    """Section 4.4.4. Gives key id, counter and plaintext; raises when it is not authentic."""
    kid, counter, header = read_header(frame)
    ids = kid.to_bytes(8, "big") + SUITE.to_bytes(2, "big")
    key = hkdf_sha512(base_key, b"SFrame 1.0 Secret key " + ids, 32)
    salt = hkdf_sha512(base_key, b"SFrame 1.0 Secret salt " + ids, 12)
    nonce = bytes(a ^ b for a, b in zip(salt, counter.to_bytes(12, "big")))
    return kid, counter, AESGCM(key).decrypt(nonce, frame[len(header) :], header)
