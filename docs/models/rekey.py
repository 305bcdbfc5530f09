#!/usr/bin/env python3
"""A symbolic model of the rekey (docs/handshake.md, "Moving on") and a search through all of it.

Initiator A and responder B share the root of generation 0 and go through two rekeys. The attacker
carries the messages. What it stole of generation 0, and in which of the two exchanges it is active,
are given; cryptography is perfect, terms are tuples. It can read and write messages only under
`data` keys that it has; otherwise it can deliver what was sent, or not.

What is asked of every state that can be reached:

    secrecy    a root that a side adopted is not known to the attacker
    agreement  two sides that adopted a generation have the same root for it
    order      whoever seals under a generation does so after the other side can open it

It must hold where nothing or only base keys were stolen, whatever the attacker does, and, where the
whole root was stolen, for every exchange in which it is not active. To show that the search can find
an attack, the one thief that may succeed must, and so must one attacker on each weakened protocol.
"""

import sys
from collections import namedtuple
from itertools import product

A, B, M = "A", "B", "M"
NOTHING, BASE_KEYS, EVERYTHING = "nothing", "base keys", "everything"

NO_CHAIN = "the chain is not mixed in"
NO_FRESH = "nothing fresh is mixed in"
NO_MACS = "no macs"
NO_ROLES = "one mac for both roles"

# roots: one for each generation adopted. step: messages of the present exchange that were handled.
# peer: the other's fresh key, as it came. ct, ss: what was encapsulated to it. candidate: the root
# that I opens under before it may seal.
Side = namedtuple("Side", "roots step peer ct ss candidate", defaults=(0, None, None, None, None))
State = namedtuple("State", "a b")
ROOT_0 = ("root", 0)
GENERATIONS = 2


class Search:
    def __init__(self, stolen, active, weakness=None):
        self.stolen, self.active, self.weakness = stolen, active, weakness
        self.seen, self.found, self.finished = set(), set(), 0

    def knows_root(self, root):
        if root == ROOT_0:
            return self.stolen == EVERYTHING
        _, chain, first, second, _ = root
        has_chain = self.weakness == NO_CHAIN or self.knows_root(chain)
        has_fresh = self.weakness == NO_FRESH or all(knows_secret(ss) for ss in (first, second))
        return has_chain and has_fresh

    def knows_data_keys(self, root):
        return self.knows_root(root) or (root == ROOT_0 and self.stolen == BASE_KEYS)

    def is_active(self, side):
        """Can write messages that this side takes."""
        return len(side.roots) in self.active and self.knows_data_keys(side.roots[-1])

    def passes(self, sender, receiver):
        """Whether what one side sent can come to the other: under the same keys, or sealed anew."""
        is_same = sender.roots[-1] == receiver.roots[-1]
        return is_same or (self.is_active(sender) and self.is_active(receiver))

    def is_confirmed(self, root, other, receiver, reflected):
        """Whether a right mac for this root can come."""
        if self.weakness == NO_MACS:
            return True
        if self.is_active(receiver) and (self.knows_root(root) or reflected):
            return True
        return root in (other.candidate, *other.roots)

    def moves(self, state):
        a, b = state
        generation = len(a.roots)
        if a.step == 0 and generation <= GENERATIONS:
            yield State(a._replace(step=1), b)
        if b.step == 0 and len(b.roots) <= GENERATIONS:
            # R1
            keys = [M] if self.is_active(b) else []
            if a.step == 1 and len(a.roots) == len(b.roots) and self.passes(a, b):
                keys.append(fresh(A, generation))
            for key in keys:
                ct1 = ("ct", key, fresh(B, len(b.roots)))
                yield State(a, b._replace(step=1, peer=key, ct=ct1, ss=secret_in(ct1)))
        if a.step == 1:
            # R2
            own = fresh(A, generation)
            answers = []
            if self.is_active(a):
                answers.append((M, ("ct", own, M)))
                if b.ct is not None:
                    answers.append((M, b.ct))
            if b.step == 1 and len(b.roots) == generation and self.passes(b, a):
                answers.append((fresh(B, generation), b.ct))
                if self.is_active(a):
                    answers.append((fresh(B, generation), ("ct", own, M)))
            for key, ct1 in answers:
                ct2 = ("ct", key, own)
                exchanged = (own, key, ct1, ct2)
                root = ("root", a.roots[-1], opened(ct1, own), secret_in(ct2), exchanged)
                yield State(a._replace(step=2, peer=key, ct=ct2, candidate=root), b)
        if b.step == 1:
            # R3
            own = fresh(B, len(b.roots))
            cts = [("ct", own, M)] if self.is_active(b) else []
            if a.step == 2 and self.passes(a, b):
                cts.append(a.ct)
            for ct2 in cts:
                exchanged = (b.peer, own, b.ct, ct2)
                root = ("root", b.roots[-1], b.ss, opened(ct2, own), exchanged)
                if self.is_confirmed(root, a, b, False):
                    yield State(a, Side((*b.roots, root)))
        if a.step == 2:
            # R4
            is_there = self.is_active(a) or (
                len(b.roots) > generation and b.roots[generation - 1] == a.roots[-1]
            )
            is_reflected = self.weakness == NO_ROLES
            if is_there and self.is_confirmed(a.candidate, b, a, is_reflected):
                yield State(Side((*a.roots, a.candidate)), b)

    def run(self):
        todo = [State(Side((ROOT_0,)), Side((ROOT_0,)))]
        while todo:
            state = todo.pop()
            if state in self.seen:
                continue
            self.seen.add(state)
            self.judge(state)
            todo.extend(self.moves(state))
        return self

    def judge(self, state):
        a, b = state
        for generation in range(1, GENERATIONS + 1):
            roots = [side.roots[generation] for side in state if len(side.roots) > generation]
            is_promised = self.stolen != EVERYTHING or generation not in self.active
            if not is_promised:
                if any(map(self.knows_root, roots)):
                    self.found.add(f"generation {generation} read by a thief who stood in it")
                continue
            if any(map(self.knows_root, roots)):
                self.found.add("secrecy")
            if len(set(roots)) == 2:
                self.found.add("agreement")
            if len(roots) == 1:
                sealing, other = (a, b) if len(a.roots) > generation else (b, a)
                if sealing.roots[generation] not in (other.candidate, *other.roots):
                    self.found.add("order")
        if len(a.roots) == len(b.roots) == GENERATIONS + 1 and a.roots == b.roots:
            self.finished += 1


def fresh(side, generation):
    """The key that a side makes for this exchange. Whatever it encapsulates is made as fresh."""
    return (side, generation)


def secret_in(ct):
    return ("ss", ct[1], ct[2])


def opened(ct, holder):
    """What `holder` gets out of a ciphertext: the secret, or rubbish of its own."""
    return secret_in(ct) if ct[1] == holder else ("rubbish", holder, ct)


def knows_secret(ss):
    return ss[0] == "ss" and M in ss[1:]


ACTIVE = [set(), {1}, {2}, {1, 2}]
PROMISES = {"secrecy", "agreement", "order"}
# Each weakness, and the weakest thief who shows it.
WEAKENED = {
    NO_CHAIN: (BASE_KEYS, {1}, "secrecy"),
    NO_FRESH: (EVERYTHING, set(), "secrecy"),
    NO_MACS: (BASE_KEYS, {1}, "order"),
    NO_ROLES: (BASE_KEYS, {1}, "order"),
}


def main():
    is_right = True
    for stolen, active in product((NOTHING, BASE_KEYS, EVERYTHING), ACTIVE):
        search = Search(stolen, active).run()
        where = ", ".join(map(str, sorted(active))) or "none"
        said = ", ".join(sorted(search.found)) or "none"
        print(f"stolen: {stolen}; active in: {where}: {len(search.seen)} states, attacks: {said}")
        # An empty search proves nothing: two undisturbed rekeys must be reachable every time.
        is_right = is_right and not (search.found & PROMISES) and search.finished > 0
        is_thief = stolen == EVERYTHING and 1 in active
        is_right = is_right and bool(search.found) == is_thief
    for weakness, (stolen, active, expected) in WEAKENED.items():
        search = Search(stolen, active, weakness).run()
        print(f"{weakness}: {len(search.seen)} states, attacks: {', '.join(sorted(search.found)) or 'none'}")
        is_right = is_right and expected in search.found
    print("as expected" if is_right else "NOT AS EXPECTED")
    return 0 if is_right else 1


if __name__ == "__main__":
    sys.exit(main())
