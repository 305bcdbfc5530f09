#!/usr/bin/env python3
"""A symbolic model of the handshake (docs/handshake.md) and an exhaustive search for attacks on it.

One honest initiator A, one honest responder B, and an attacker who is the lobby and the network: it
tells each page its match, policy and the partner's seal key, delivers every message or another one,
in any order, and runs its own handshakes with both. Cryptography is perfect (Dolev-Yao): hashes
have no collisions, secrets are known only to who made them or holds the key. Terms are tuples.

What is asked of every reachable state in which both sides finished and THE CODES ARE EQUAL:

    secrecy    the attacker knows neither root
    agreement  one root, and each side has the other's key, certificate, match and policy
    flights    both sides saw the other's true seal key, so the lobby read no flight

A code is treated as the whole hash: guessing and grinding 24 bits is not in this model, which is
what tests/hostile/short-code.test.ts counts and docs/handshake-model.md bounds. To show that the
search can find an attack, it is run on weakened protocols, too; each must fail in the way named.
"""

import sys
from collections import namedtuple
from itertools import product

A, B, M = "A", "B", "M"

NONCES_ONLY = "the code covers nonces only"
NOT_COMMITTED = "the code covers nonces only, and nothing is committed to"

Hello = namedtuple("Hello", "role match pk nonce cert seal_i seal_r policy")
# What the attacker told each page.
Told = namedtuple("Told", "match partner_seal policy")
# step: the messages that this side handled. Fields fill up as they come.
Side = namedtuple("Side", "step commit hello cts key", defaults=(0, None, None, None, None))
State = namedtuple("State", "a b")


class Protocol:
    """The protocol as documented; a weakness removes one thing from it."""

    def __init__(self, weakness=None):
        self.weakness = weakness

    def code(self, commit, hello_r, hello_i):
        if self.weakness in (NONCES_ONLY, NOT_COMMITTED):
            return ("sas", hello_r.nonce, hello_i.nonce)
        if self.weakness == "the code does not cover M2":
            return ("sas", commit, hello_i)
        return ("sas", commit, hello_r, hello_i)

    def shown(self, hello):
        """What of a hello is really sent."""
        if self.weakness == "no certificate in the hello":
            return hello._replace(cert=None)
        if self.weakness == "no seal keys in the hello":
            return hello._replace(seal_i=None, seal_r=None)
        if self.weakness == "no match and policy in the hello":
            return hello._replace(match=None, policy=None)
        return hello

    def has_macs(self):
        return self.weakness != "no confirmation"


def own_hello(side, told):
    role = "I" if side == A else "R"
    seals = (side, told.partner_seal) if role == "I" else (told.partner_seal, side)
    return Hello(role, told.match, side, ("nonce", side), side, *seals, told.policy)


def accepts(ours, theirs, shown):
    """The checks on M2 and M3. The certificate in the description is the attacker's to set."""
    expected = shown(ours)
    return (
        theirs.role != ours.role
        and theirs.pk != ours.pk
        and theirs.nonce != ours.nonce
        and (theirs.cert is None or theirs.cert != ours.cert)
        and theirs.match == expected.match
        and (theirs.seal_i, theirs.seal_r) == (expected.seal_i, expected.seal_r)
        and theirs.policy == expected.policy
    )


def secret(ct, holder):
    """What `holder` gets out of a ciphertext: the secret, or rubbish of its own."""
    _, pk, maker = ct
    return ("ss", pk, maker) if pk == holder else ("rubbish", holder, ct)


def attacker_knows(ss):
    return ss[0] == "ss" and M in ss[1:]


def root(code, ct1, ct2, ss1, ss2):
    return ("root", code, ct1, ct2, ss1, ss2)


def knows_root(key):
    return attacker_knows(key[4]) and attacker_knows(key[5])


class Search:
    def __init__(self, protocol, told_a, told_b):
        self.protocol = protocol
        self.told = {A: told_a, B: told_b}
        self.hello = {A: own_hello(A, told_a), B: own_hello(B, told_b)}
        self.sent_hello = {side: protocol.shown(self.hello[side]) for side in (A, B)}
        self.seen = set()
        self.found = []
        self.compared = 0
        self.middle = 0

    def attacker_hellos(self, to, known):
        """Every hello that `to` would accept and the attacker can make of what it has."""
        ours = self.hello[to]
        role = "R" if ours.role == "I" else "I"
        expected = self.protocol.shown(ours)
        parts = [M, *known]
        for pk, nonce, cert in product(parts, parts, parts):
            made = expected._replace(role=role, pk=pk, nonce=("nonce", nonce), cert=cert)
            made = self.protocol.shown(made)
            if accepts(ours, made, self.protocol.shown):
                yield made

    def moves(self, state):
        a, b = state
        knows_a = a.step >= 1  # A's hello went out with M3
        knows_b = b.step >= 1  # B's hello went out with M2

        if a.step == 0:
            for hello in self.attacker_hellos(A, [B] if knows_b else []):
                yield State(a._replace(step=1, hello=hello, cts=("ct", hello.pk, A)), b)
        if b.step == 0:
            commits = {("commit", self.sent_hello[A])}
            if self.protocol.weakness == NOT_COMMITTED:
                commits.add(("commit", None))
            for hello in self.attacker_hellos(B, [A] if knows_a else []):
                commits.add(("commit", hello))
            for commit in commits:
                yield State(a, b._replace(step=1, commit=commit))
        if b.step == 1:
            opened = [b.commit[1]]
            if opened == [None]:
                opened = self.attacker_hellos(B, [A] if knows_a else [])
            for hello in opened:
                is_known = hello != self.sent_hello[A] or knows_a
                if not is_known or not accepts(self.hello[B], hello, self.protocol.shown):
                    continue
                ct1s = {("ct", B, M)} | ({a.cts} if knows_a else set())
                for ct1 in ct1s:
                    ct2 = ("ct", hello.pk, B)
                    code = self.protocol.code(b.commit, self.sent_hello[B], hello)
                    key = root(code, ct1, ct2, secret(ct1, B), ("ss", hello.pk, B))
                    yield State(a, b._replace(step=2, hello=hello, cts=ct2, key=key))
        if a.step == 1:
            ct2s = {("ct", A, M)} | ({b.cts} if b.step >= 2 else set())
            for ct2 in ct2s:
                code = self.protocol.code(
                    ("commit", self.sent_hello[A]), a.hello, self.sent_hello[A]
                )
                ss1 = ("ss", a.hello.pk, A)
                key = root(code, a.cts, ct2, ss1, secret(ct2, A))
                # The responder's mac: made by the attacker, or by B for the very same secrets.
                if not self.protocol.has_macs() or knows_root(key) or b.key == key:
                    yield State(a._replace(step=2, key=key), b)
        if b.step == 2:
            is_shown = a.step == 2 and a.key == b.key
            if not self.protocol.has_macs() or knows_root(b.key) or is_shown:
                yield State(a, b._replace(step=3))

    def run(self):
        todo = [State(Side(), Side())]
        while todo:
            state = todo.pop()
            if state in self.seen:
                continue
            self.seen.add(state)
            if state.a.step == 2 and state.b.step == 3:
                self.judge(state)
            todo.extend(self.moves(state))
        return self

    def judge(self, state):
        a, b = state
        if a.key[1] != b.key[1]:
            if knows_root(a.key) and knows_root(b.key):
                self.middle += 1
            return
        self.compared += 1
        if knows_root(a.key) or knows_root(b.key):
            self.found.append("secrecy")
        agreed = (
            a.key == b.key
            and (a.hello.pk, a.hello.cert) == (B, B)
            and (b.hello.pk, b.hello.cert) == (A, A)
            and self.told[A].match == self.told[B].match
            and self.told[A].policy == self.told[B].policy
        )
        if not agreed:
            self.found.append("agreement")
        if (self.told[A].partner_seal, self.told[B].partner_seal) != (B, A):
            self.found.append("flights")


def explore(weakness=None):
    """Everything the lobby may tell, everything it may then do."""
    states = compared = middle = 0
    found = set()
    for seal_a, seal_b, match_b, policy_b in product((B, M), (A, M), "12", ("relay", "direct")):
        told_a = Told("1", seal_a, "relay")
        told_b = Told(match_b, seal_b, policy_b)
        search = Search(Protocol(weakness), told_a, told_b).run()
        states += len(search.seen)
        compared += search.compared
        middle += search.middle
        found |= set(search.found)
    return states, compared, middle, found


WEAKENED = {
    NOT_COMMITTED: "secrecy",
    NONCES_ONLY: "agreement",
    "the code does not cover M2": "agreement",
    "no certificate in the hello": "agreement",
    "no match and policy in the hello": "agreement",
    "no seal keys in the hello": "flights",
    "no confirmation": "agreement",
}


def main():
    states, compared, middle, found = explore()
    print(f"as documented: {states} states, {compared} ends with equal codes, attacks: {', '.join(sorted(found)) or 'none'}")
    print(f"  with different codes: {middle} ends in which a middleman knows both roots")
    # An empty search proves nothing: honest ends and the middleman's must both be reachable.
    is_right = not found and compared > 0 and middle > 0
    for weakness, expected in WEAKENED.items():
        states, compared, _, found = explore(weakness)
        print(f"{weakness}: {states} states, attacks: {', '.join(sorted(found)) or 'none'}")
        is_right = is_right and expected in found
    print("as expected" if is_right else "NOT AS EXPECTED")
    return 0 if is_right else 1


if __name__ == "__main__":
    sys.exit(main())
