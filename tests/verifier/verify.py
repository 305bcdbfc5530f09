#!/usr/bin/env python3
"""Verifies docs/handshake-vectors.json by docs/handshake.md.

Follows the document, FIPS 203, the X-Wing draft and RFC 9605, and shares no code with the product.
Needs Debian's python3 and python3-cryptography.

    verify.py [vectors.json] [--frames FILE] [--must-fail FILE]

--frames     {"<base key>": [["<frame>", "<plaintext>"], ...]}, all hex: frames that the product
             sealed just now, numbered from 0, which must open
--must-fail  vectors of which each has something wrong; one that verifies is an error

Prints what it checked; leaves with 1 at the first thing that differs.
"""

import contextlib
import functools
import io
import hashlib
import hmac
import json
import pathlib
import sys

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

import sframe
import xwing

ROLES = {"initiator": 1, "responder": 2}
POLICIES = {"relay": 1, "direct": 2}
SEED_BYTES, HASH_BYTES, MATCH_BYTES = 32, 32, 16


# Deterministic in their seeds, and the slow part; vectors with something wrong share most of them.
key_pair = functools.lru_cache(xwing.KeyPair)
encapsulate = functools.lru_cache(xwing.encapsulate)


class Wrong(Exception):
    pass


REFUSALS = (Wrong, ValueError, KeyError, TypeError, InvalidTag)


def check(what, computed, published):
    if computed != published:
        raise Wrong(f"{what}: computed {shown(computed)}, published {shown(published)}")
    print(f"  ok  {what}")


def shown(value):
    text = value.hex() if isinstance(value, bytes) else str(value)
    return text if len(text) <= 80 else f"{text[:80]}… ({len(text) // 2} bytes)"


def unhex(text, length=None):
    data = bytes.fromhex(text)
    if data.hex() != text or length not in (None, len(data)):
        raise Wrong(f"not {length or 'whole'} bytes of lower-case hex: {shown(data)}")
    return data


def lp(data):
    return len(data).to_bytes(4, "big") + data


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def hmac256(key, data):
    return hmac.new(key, data, hashlib.sha256).digest()


def extract(salt, data):
    return hmac256(salt or bytes(32), data)


def expand(key, info, length):
    """RFC 5869, 2.3. Everything here fits into one block."""
    return hmac256(key, info + b"\x01")[:length]


class Side:
    """What one side chose, and what is public of it."""

    def __init__(self, chosen):
        self.seal = key_pair(unhex(chosen["sealKeySeed"], SEED_BYTES))
        self.key = key_pair(unhex(chosen["keySeed"], SEED_BYTES))
        self.nonce = unhex(chosen["nonce"], HASH_BYTES)
        self.fingerprint = unhex(chosen["fingerprint"], HASH_BYTES)
        self.coins = unhex(chosen["encapsulationSeed"], 64)
        self.seal_coins = unhex(chosen["sealEncapsulationSeed"], 64)


def hello(vector, role, side, initiator, responder):
    names = [name.encode("ascii") for name in vector["envelopes"]]
    return b"".join(
        [
            bytes([1]),
            (1).to_bytes(2, "big"),
            bytes([ROLES[role]]),
            unhex(vector["matchId"], MATCH_BYTES),
            side.key.public,
            side.nonce,
            side.fingerprint,
            initiator.seal.public,
            responder.seal.public,
            bytes([POLICIES[vector["relayPolicy"]], len(names)]),
            *[bytes([len(name)]) + name for name in names],
        ]
    )


def verify(vector):
    initiator, responder = Side(vector["initiator"]), Side(vector["responder"])
    messages = {name: unhex(text) for name, text in vector["messages"].items()}

    hello_i = hello(vector, "initiator", initiator, initiator, responder)
    hello_r = hello(vector, "responder", responder, initiator, responder)
    ct1, ss1 = encapsulate(responder.key.public, initiator.coins)
    ct2, ss2 = encapsulate(initiator.key.public, responder.coins)
    check("ct1 decapsulates with the responder's key", responder.key.decapsulate(ct1), ss1)
    check("ct2 decapsulates with the initiator's key", initiator.key.decapsulate(ct2), ss2)

    m1 = b"\x01" + sha256(b"winkr/1 commit", lp(hello_i))
    m2 = b"\x02" + hello_r
    check("M1, the commitment to the initiator's hello", m1, messages["m1"])
    check("M2, the responder's hello", m2, messages["m2"])
    check("M3, the initiator's hello and ct1", b"\x03" + lp(hello_i) + ct1, messages["m3"])

    sas = sha256(b"winkr/1 sas", lp(m1), lp(m2), lp(hello_i))
    transcript = sha256(b"winkr/1 transcript", sas, lp(ct1), lp(ct2))
    key = extract(transcript, ss1 + ss2)

    def mac(who):
        return hmac256(expand(key, b"winkr/1 confirm " + who, 32), transcript)

    check("M4, ct2 and the responder's mac", b"\x04" + ct2 + mac(b"R"), messages["m4"])
    check("M5, the initiator's mac", b"\x05" + mac(b"I"), messages["m5"])
    check("nothing but these five", sorted(messages), ["m1", "m2", "m3", "m4", "m5"])

    bits = int.from_bytes(expand(extract(bytes(32), sas), b"winkr/1 sas emoji", 8)[:3], "big")
    code = [bits >> shift & 63 for shift in (18, 12, 6, 0)]
    check("safety code", code, vector["safetyCode"])
    check("transcript", transcript, unhex(vector["transcript"]))
    root = expand(key, b"winkr/1 root", 32)
    check("root", root, unhex(vector["root"]))

    base_keys = verify_base_keys(root, vector["baseKeys"])
    verify_flights(vector, initiator, responder)
    verify_ratchet(base_keys, vector["movingOn"]["ratchet"])
    verify_rekeys(root, vector["movingOn"]["rekeys"])


def verify_base_keys(root, texts):
    base_keys = {
        f"{direction} {kind}": expand(root, f"winkr/1 sframe {direction}{kind}".encode(), 32)
        for direction in ("I>R", "R>I")
        for kind in ("audio", "video", "data")
    }
    published = {name: unhex(text) for name, text in texts.items()}
    check("the names of the base keys", sorted(base_keys), sorted(published))
    for name, base_key in base_keys.items():
        check(f"base key {name}", base_key, published[name])
    return base_keys


def verify_ratchet(base_keys, ratchet):
    """RFC 9605, 5.1, with the hash of suite 5."""
    base_key = base_keys[ratchet["baseKey"]]
    for number, step in enumerate(ratchet["steps"], start=1):
        base_key = sframe.hkdf_sha512(base_key, b"SFrame 1.0 Ratchet", 64)
        check(f"ratchet step {number}", base_key, unhex(step))


def verify_rekeys(root, rekeys):
    for number, rekey in enumerate(rekeys, start=1):
        check("generation", number, rekey["generation"])

        def drawn(role):
            key = key_pair(unhex(rekey[role]["keySeed"], SEED_BYTES))
            return key, unhex(rekey[role]["encapsulationSeed"], 64)

        def head(tag):
            return bytes([tag]) + number.to_bytes(4, "big")

        (key_i, coins_i), (key_r, coins_r) = drawn("initiator"), drawn("responder")
        ct1, ss1 = encapsulate(key_i.public, coins_r)
        ct2, ss2 = encapsulate(key_r.public, coins_i)
        check(f"rekey {number}: ct1 decapsulates", key_i.decapsulate(ct1), ss1)
        check(f"rekey {number}: ct2 decapsulates", key_r.decapsulate(ct2), ss2)
        r1 = head(1) + key_i.public
        r2 = head(2) + key_r.public + ct1
        covered = head(3) + ct2
        transcript = sha256(b"winkr/1 rekey", lp(r1), lp(r2), lp(covered))
        key = extract(expand(root, b"winkr/1 chain", 32), ss1 + ss2)

        def mac(who):
            return hmac256(expand(key, b"winkr/1 rekey confirm " + who, 32), transcript)

        computed = {"r1": r1, "r2": r2, "r3": covered + mac(b"I"), "r4": head(4) + mac(b"R")}
        published = {name: unhex(text) for name, text in rekey["messages"].items()}
        check(f"rekey {number}: four messages", sorted(published), sorted(computed))
        for name, message in computed.items():
            check(f"rekey {number}: {name.upper()}", message, published[name])
        root = expand(key, b"winkr/1 root" + transcript, 32)
        check(f"rekey {number}: root", root, unhex(rekey["root"]))
        verify_base_keys(root, rekey["baseKeys"])


def verify_flights(vector, initiator, responder):
    match = unhex(vector["matchId"])
    by_sender = {role: [f for f in vector["sealed"] if f["from"] == role] for role in ROLES}
    check("flights of both", sum(map(len, by_sender.values())), len(vector["sealed"]))
    for role, sender, recipient in (
        ("initiator", initiator, responder),
        ("responder", responder, initiator),
    ):
        ct, ss = encapsulate(recipient.seal.public, sender.seal_coins)
        check(f"the {role}'s flights: ct decapsulates", recipient.seal.decapsulate(ct), ss)
        covered = [match, sender.seal.public, recipient.seal.public, ct]
        info = f"winkr/1 sealed {role} ".encode() + b"".join(map(lp, covered))
        aead = AESGCM(expand(extract(b"", ss), info, 32))
        for number, flight in enumerate(by_sender[role]):
            head = b"\x01" + ct if number == 0 else b"\x02"
            plaintext = unhex(flight["plaintext"])
            sealed = head + aead.encrypt(number.to_bytes(12, "big"), plaintext, head)
            check(f"the {role}'s flight {number}", sealed, unhex(flight["sealed"]))


def verify_frames(path):
    for base_key, frames in json.loads(pathlib.Path(path).read_text()).items():
        print(f"frames under {base_key[:8]}…")
        for number, (frame, plaintext) in enumerate(frames):
            opened = sframe.open_frame(unhex(base_key), unhex(frame))
            check(f"SFrame frame {number}, KID 0", opened, (0, number, unhex(plaintext)))


def verify_mutants(path):
    mutants = json.loads(pathlib.Path(path).read_text())
    for mutant in mutants:
        try:
            with contextlib.redirect_stdout(io.StringIO()):
                verify(mutant)
        except REFUSALS as refusal:
            print(f"  refused  {mutant['name']}: {str(refusal).partition(':')[0]}")
        else:
            raise Wrong(f"{mutant['name']} verified")
    print(f"{len(mutants)} wrong vectors refused")


def option(words, name):
    if name not in words:
        return None
    at = words.index(name)
    value = words[at + 1]
    del words[at : at + 2]
    return value


def main(words):
    frames, mutants = option(words, "--frames"), option(words, "--must-fail")
    docs = pathlib.Path(__file__).resolve().parents[2] / "docs"
    path = words[0] if words else docs / "handshake-vectors.json"
    try:
        vectors = json.loads(pathlib.Path(path).read_text())
        for vector in vectors:
            print(vector["name"])
            verify(vector)
        if frames is not None:
            verify_frames(frames)
        if mutants is not None:
            verify_mutants(mutants)
    except REFUSALS as refusal:
        print(f"WRONG {type(refusal).__name__} {refusal}")
        return 1
    print(f"{len(vectors)} vectors verified")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
