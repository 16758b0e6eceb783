#!/usr/bin/env python3
"""The bench's own arithmetic: a wrong ratio looks like any other figure."""

import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import figures
import instructions
import report

ROUND = {
    "echo": {"rate": 100_000, "cpu_us": 10}, "commit_create": {"rate": 50_000, "cpu_us": 9.5},
    "commit_redeem": {"rate": 40_000, "cpu_us": 15}, "hmac": {"rate": 2_000_000, "cpu_us": 0.5},
    "rsa": {"rate": 4_000, "cpu_us": 250}, "nginx": {"rate": 110_000, "cpu_us": 9},
    "create": {"rate": 40_000, "cpu_us": 24, "p99_ms": 3, "p999_ms": 8},
    "redeem": {"rate": 3_000, "cpu_us": 330}, "token": {"rate": 3_700, "cpu_us": 268},
    "create_open": {"rate": 28_000, "p99_ms": 0.6}, "sync": {"rate": 5_000, "p50_ms": 0.2},
}


def record(*rounds, once=None):
    return {"rounds": rounds, "once": once or {}}


def a_round(others=0.01, **changed):
    return {"figures": {**ROUND, **changed}, "invalid": {}, "others": others}


def verdicts(of):
    return {goal.what: (found and round(found.median, 3), verdict) for goal, found, _, verdict in figures.judged(of)}


class Ceilings(unittest.TestCase):
    def test_one_core_does_the_parts_one_after_the_other(self):
        self.assertAlmostEqual(figures.ceiling(ROUND, "create"), 1e6 / (10 + 9.5 + 0.5))
        self.assertAlmostEqual(figures.ceiling(ROUND, "redeem"), 1e6 / (10 + 15 + 250))

    def test_a_part_that_was_not_measured_leaves_no_ceiling(self):
        self.assertIsNone(figures.ceiling(ROUND, "token_es256"))

    def test_a_ratio_to_a_ceiling(self):
        self.assertAlmostEqual(figures.ratio(ROUND, "create / create's ceiling"), 40_000 / 50_000)

    def test_a_ratio_between_fields(self):
        self.assertAlmostEqual(figures.ratio(ROUND, "create_open p99_ms / sync p50_ms"), 3)
        self.assertEqual(figures.ratio(ROUND, "create p999_ms"), 8)

    def test_a_ratio_of_cpu_times(self):
        self.assertAlmostEqual(figures.cpu_ratio(ROUND, "create / create's ceiling"), 20 / 24)
        self.assertAlmostEqual(figures.cpu_ratio(ROUND, "token / rsa"), 250 / 268)
        self.assertIsNone(figures.cpu_ratio(ROUND, "create_open p99_ms / sync p50_ms"))

    def test_what_is_missing_gives_no_ratio(self):
        self.assertIsNone(figures.ratio(ROUND, "create / better_auth"))
        self.assertIsNone(figures.ratio(ROUND, "better_auth / create"))


class Spreads(unittest.TestCase):
    def test_the_median_with_the_least_and_the_most(self):
        self.assertEqual(figures.spread([3, 1, 2, None]), figures.Spread(2, 1, 3))
        self.assertEqual(figures.spread([3, 1, 2]).text("{:.0f}"), "2 [1–3]")

    def test_of_nothing_there_is_none(self):
        self.assertIsNone(figures.spread([None]))
        self.assertIsNone(figures.percentile([], 0.5))

    def test_the_middle_of_turns_is_taken_field_by_field(self):
        turns = [{"rate": 9, "p99_ms": 1}, {"rate": 5, "p99_ms": 3}, {"rate": 7, "p99_ms": 2.5}]
        self.assertEqual(figures.middle(turns), {"rate": 7, "p99_ms": 2.5})
        self.assertEqual(figures.middle(turns[:2]), {"rate": 7, "p99_ms": 2})

    def test_a_percentile_is_a_value_that_was_seen(self):
        self.assertEqual(figures.percentile([5, 1, 4, 2, 3], 0.5), 3)
        self.assertEqual(figures.percentile(range(1, 1001), 0.99), 990)
        self.assertEqual(figures.percentile([7], 0.999), 7)


class Noise(unittest.TestCase):
    def test_noisy_rounds_do_not_count_beside_quiet_ones(self):
        quiet, noisy = a_round(0.02), a_round(0.3, create={"rate": 1})
        self.assertEqual(verdicts(record(noisy, quiet))["create, of its ceiling"], (0.8, "holds"))
        self.assertFalse(figures.is_noisy([noisy, quiet]))

    def test_all_noisy_is_called_so(self):
        self.assertTrue(figures.is_noisy([a_round(0.3), a_round(0.06)]))
        self.assertTrue(report.noise(record(a_round(0.3))).startswith("NOISY"))
        self.assertEqual(verdicts(record(a_round(0.3)))["create, of its ceiling"], (0.8, "noisy"))


class Goals(unittest.TestCase):
    def test_a_goal_holds_or_is_missed_by_the_median(self):
        slow = a_round(create={"rate": 30_000, "p999_ms": 12, "cpu_us": 33})
        self.assertEqual(verdicts(record(a_round(), a_round(), slow))["create, of its ceiling"], (0.8, "holds"))
        self.assertEqual(verdicts(record(a_round(), slow, slow))["create, of its ceiling"], (0.6, "MISSED"))
        self.assertEqual(verdicts(record(slow))["create, p99.9 ms, closed loop"], (12, "MISSED"))

    def test_what_is_measured_once_is_judged_too(self):
        found = verdicts(record(a_round(), once={"idle": {"rss_mib": 7.5}, "start": {"ms": 11}}))
        self.assertEqual(found["idle memory, MiB"], (7.5, "holds"))
        self.assertEqual(found["exec to first answer, ms"], (11, "MISSED"))
        self.assertEqual(found["create, of better-auth impersonate"], (None, "not measured"))

    def test_every_goal_names_figures_that_the_bench_takes(self):
        known = {*report.CEILINGS, *report.WORKS, *report.OPEN, *report.TWO, *report.PEERS, "create_large",
                 "redeem_large", "create_cleaning", "create_unburdened", "idle", "loaded", "start",
                 *report.library_figures("verify_token RS256 (2048)  1/s  1/s\nverify_token ES256  1/s  1/s")}
        for goal in figures.GOALS:
            for part in goal.ratio.split(figures.SEPARATOR):
                name = part.removesuffix("'s ceiling").split(" ")[0]
                self.assertIn(name, known, goal.what)


class Profiles(unittest.TestCase):
    PROFILE = """events: Ir
ob=(1) /bin/tenensd
fn=(1) main
0 100
cob=(2) /lib/libcrypto.so.3
cfn=(2) EVP_DigestSign@@OPENSSL_3.0.0
calls=1 0
0 5000
0 7
ob=(2)
fn=(2)
0 4000
cfn=(3) EVP_PKEY_sign
calls=1 0
0 1000
fn=(3)
0 1000
"""

    def test_calls_are_not_counted_twice_and_signatures_once(self):
        total, signature, objects = instructions.read_profile(self.PROFILE)
        self.assertEqual(objects, {"/bin/tenensd": 107, "/lib/libcrypto.so.3": 5000})
        self.assertEqual((total, signature), (5107, 5000))

    def test_one_more_request_is_the_difference(self):
        few = (1000, 200, {"a": 800, "b": 200})
        more = instructions.MANY - instructions.FEW
        many = (1000 + more * 50, 200 + more * 20, {"a": 800 + more * 30, "b": 200 + more * 20})
        found = instructions.per_request(few, many)
        self.assertEqual((found["instructions"], found["signature"]), (30, 20))

    def test_too_much_is_beyond_the_margin_and_less_never_is(self):
        before = {"versions": {}, "per_request": {"create": {"instructions": 1000, "signature": 0}}}

        def is_too_much(now, here):
            found = {"create": {"instructions": now, "signature": 0}}
            return [line[-1] for line in instructions.judge(found, before, here)]
        self.assertEqual(is_too_much(1029, {}), [False])
        self.assertEqual(is_too_much(1031, {}), [True])
        self.assertEqual(is_too_much(500, {}), [False])
        self.assertEqual(is_too_much(1151, {"g++-12": "another"}), [False])
        self.assertEqual(is_too_much(1201, {"g++-12": "another"}), [True])

    def test_a_signature_where_there_was_none_is_too_much(self):
        before = {"versions": {}, "per_request": {"create": {"instructions": 1000, "signature": 0}}}
        found = {"create": {"instructions": 1000, "signature": 9}}
        self.assertEqual([line[-1] for line in instructions.judge(found, before, {})], [False, True])

    def test_what_is_done_by_the_clock_does_not_count(self):
        with tempfile.TemporaryDirectory() as folder:
            for thread, name in enumerate(("tenens::Loop::turn()", "tenens::server::Checkpointer::step()")):
                text = self.PROFILE.replace("(1) main", f"(1) {name}")
                pathlib.Path(folder, f"callgrind.out-{thread:02}").write_text(text, encoding="utf-8")
            self.assertEqual(instructions.read_profiles(pathlib.Path(folder)), instructions.read_profile(self.PROFILE))


if __name__ == "__main__":
    unittest.main()
