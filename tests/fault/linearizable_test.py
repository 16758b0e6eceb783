#!/usr/bin/env python3
"""The checker of histories accepts what a token can do, and rejects what it cannot."""

import itertools
import pathlib
import random
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

from linearizable import ABSENT, NANOSECONDS, RULES, Operation, linearize, objection, out_of_time  # noqa: E402

LIFE = 3600
CREATED = Operation("create", 0, 1, ("act_1",))


def history(*operations):
    return [CREATED, *operations]


def redeem(invoked, returned, *answer):
    return Operation("redeem", invoked, returned, answer or None)


def lost(kind, invoked):
    return Operation(kind, invoked)


class Accepted(unittest.TestCase):
    def check(self, *operations):
        self.assertIsNone(objection(history(*operations), LIFE))

    def test_a_life_in_sequence(self):
        self.check(Operation("get", 2, 3, ("pending", None)), redeem(4, 5, "session", "s"), redeem(6, 7, "used"),
                   Operation("revoke", 8, 9, ("final",)), Operation("get", 10, 11, ("accepted", "s")),
                   Operation("session", 12, 13, ("s", "active")), Operation("end", 14, 15, ("accepted",)),
                   Operation("session", 16, 17, ("s", "revoked")))

    def test_racers_in_whatever_order_fits(self):
        self.check(redeem(2, 9, "session", "s"), redeem(2, 9, "used"), Operation("get", 2, 9, ("pending", None)),
                   Operation("revoke", 2, 9, ("final",)))

    def test_an_unknown_redemption_may_have_happened_long_after(self):
        self.check(lost("redeem", 2), Operation("get", 10, 11, ("pending", None)), redeem(20, 21, "used"))

    def test_an_unknown_redemption_may_never_have_happened(self):
        self.check(lost("redeem", 2), Operation("revoke", 20, 21, ("revoked",)), redeem(30, 31, "revoked"))

    def test_of_an_unknown_session_the_first_who_sees_it_tells_the_id(self):
        self.check(lost("redeem", 2), Operation("get", 10, 11, ("accepted", "s")),
                   Operation("get", 12, 13, ("accepted", "s")))

    def test_an_unknown_end_closes_the_session_sooner_or_later(self):
        self.check(redeem(2, 3, "session", "s"), lost("end", 4), Operation("session", 10, 11, ("s", "active")),
                   Operation("session", 12, 13, ("s", "revoked")))

    def test_a_create_repeated_with_its_key_names_the_same_token(self):
        self.check(Operation("create", 0, 5, ("act_1",)), redeem(6, 7, "session", "s"),
                   Operation("create", 8, 9, ("act_1",)))

    def test_a_lost_create_repeated_with_its_key(self):
        self.assertIsNone(objection([lost("create", 0), Operation("create", 5, 6, ("act_1",)),
                                     Operation("revoke", 7, 8, ("revoked",))], LIFE))

    def test_a_life_that_never_began(self):
        self.assertIsNone(objection([], LIFE))


class Rejected(unittest.TestCase):
    def check(self, *operations):
        self.assertIsNotNone(linearize(history(*operations[:-1])), "without the last one all is well")
        self.assertIn("no order", objection(history(*operations), LIFE))

    def test_a_double_redeem(self):
        self.check(redeem(2, 3, "session", "s1"), redeem(2, 3, "session", "s2"))

    def test_a_double_redeem_far_apart(self):
        self.check(redeem(2, 3, "session", "s1"), redeem(2000, 3000, "session", "s2"))

    def test_a_redeem_after_an_acknowledged_revoke(self):
        self.check(Operation("revoke", 2, 3, ("revoked",)), redeem(4, 5, "session", "s"))

    def test_a_redeem_and_a_revoke_that_both_won(self):
        self.check(redeem(2, 9, "session", "s"), Operation("revoke", 2, 9, ("revoked",)))

    def test_a_redeem_after_an_acknowledged_end(self):
        self.check(Operation("end", 2, 3, ("revoked",)), redeem(4, 5, "session", "s"))

    def test_a_stale_read(self):
        self.check(redeem(2, 3, "session", "s"), Operation("get", 4, 5, ("pending", None)))

    def test_a_read_that_goes_back(self):
        self.check(redeem(2, 9, "session", "s"), Operation("get", 3, 4, ("accepted", "s")),
                   Operation("get", 5, 6, ("pending", None)))

    def test_used_before_anybody_redeemed(self):
        self.check(redeem(4, 5, "session", "s"), redeem(2, 3, "used"))

    def test_used_although_nobody_redeemed(self):
        self.check(redeem(2, 3, "used"))

    def test_an_unknown_that_would_have_to_happen_before_it_was_asked(self):
        self.check(lost("redeem", 4), redeem(2, 3, "used"))

    def test_two_redemptions_explained_by_one_unknown(self):
        self.check(lost("redeem", 2), Operation("get", 3, 4, ("accepted", "s1")), redeem(5, 6, "session", "s2"))

    def test_another_session_than_the_one_that_was_opened(self):
        self.check(redeem(2, 3, "session", "s1"), Operation("get", 4, 5, ("accepted", "s2")))

    def test_a_session_alive_after_its_end_was_acknowledged(self):
        self.check(redeem(2, 3, "session", "s"), Operation("end", 4, 5, ("accepted",)),
                   Operation("session", 6, 7, ("s", "active")))

    def test_a_key_that_made_two_tokens(self):
        self.check(Operation("create", 2, 3, ("act_2",)))


class Expiry(unittest.TestCase):
    def redeemed_after(self, seconds, *answer):
        at = int(seconds * NANOSECONDS)
        return out_of_time(history(redeem(at, at + 1, *answer)), 10)

    def test_a_redemption_long_after_the_end_is_rejected(self):
        self.assertIsNone(self.redeemed_after(10.4, "session", "s"))
        self.assertIsNotNone(self.redeemed_after(10.6, "session", "s"))

    def test_an_expiry_long_before_the_end_is_rejected(self):
        self.assertIsNone(self.redeemed_after(8.6, "expired"))
        self.assertIsNotNone(self.redeemed_after(8.4, "expired"))


class Completeness(unittest.TestCase):
    """Against the definition itself, tried out: every order of every subset that keeps the known ones."""

    KINDS = {"redeem": [("session", "s1"), ("session", "s2"), ("used",), ("revoked",), None],
             "revoke": [("revoked",), ("final",), None],
             "end": [("revoked",), ("accepted",), None],
             "get": [("pending", None), ("accepted", "s1"), ("revoked", None)]}

    def by_definition(self, operations):
        known = [op for op in operations if op.answer is not None]
        unknown = [op for op in operations if op.answer is None]
        return any(self.explains(order) for count in range(len(unknown) + 1)
                   for chosen in itertools.combinations(unknown, count)
                   for order in itertools.permutations([*known, *chosen]))

    @staticmethod
    def explains(order):
        if any(later.returned < earlier.invoked for earlier, later in itertools.combinations(order, 2)):
            return False
        states = {ABSENT}
        for op in order:
            if ABSENT in states and op.kind != "create":
                return False
            states = {after for state in states for after in RULES[op.kind](state, op.answer)}
        return bool(states)

    def test_the_search_finds_an_order_exactly_when_there_is_one(self):
        dice = random.Random(20251)
        verdicts = {True: 0, False: 0}
        for _ in range(3000):
            operations = history()
            for _ in range(dice.randrange(1, 6)):
                kind = dice.choice(list(self.KINDS))
                invoked = dice.randrange(2, 12)
                operations.append(Operation(kind, invoked, invoked + dice.randrange(1, 8),
                                            dice.choice(self.KINDS[kind])))
            expected = self.by_definition(operations)
            self.assertEqual(linearize(operations) is not None, expected, operations)
            verdicts[expected] += 1
        self.assertGreater(min(verdicts.values()), 300, "both verdicts have to be tried")


if __name__ == "__main__":
    unittest.main()
