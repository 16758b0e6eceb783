#!/usr/bin/env python3
"""What becomes of a record: the text, the document's tables, the file, the plots."""

import json
import pathlib
import sys
import tempfile
import unittest
import xml.etree.ElementTree

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import bench
import figures
import publish
import report


def figure(rate, **more):
    return {"rate": rate, "cpu_us": 1e6 / rate, "p50_ms": 0.5, "p90_ms": 0.7, "p99_ms": 1.5, "p999_ms": 4.25, "max_ms": 9,
            "not_2xx": 0, "broken": 0, "requests": 1000, **more}


def record():
    rates = {"echo": 90_000, "nginx": 110_000, "commit_create": 110_000, "commit_redeem": 60_000, "hmac": 3_500_000,
             "rsa": 4_000, "ecdsa": 50_000, "health": 80_000, "jwks": 80_000, "read": 75_000, "create": 41_234,
             "token": 3_700, "redeem": 3_300, "create_large": 39_000, "redeem_large": 3_200, "create_c1": 3_000,
             "create_c8": 11_000, "create_c256": 44_000, "node_group": 13_000, "emulate_token": 1_900}
    measured = {name: figure(rate) for name, rate in rates.items()}
    measured.update({name: figure(20_000, asked_rate=20_000.0) for name in report.OPEN})
    measured.update(sync={"rate": 6_000, "p50_ms": 0.15, "p99_ms": 0.3}, loaded={"peak_mib": 30.0})
    rounds = [{"figures": measured, "invalid": {}, "others": share} for share in (0.01, 0.02)]
    once = {"idle": {"rss_mib": 7.0}, "start": {"ms": 8.0}, "sizes": [
        {"tokens": 10_000, "sessions": 1_000, "file_mib": 9.0, "create": figure(41_000), "redeem": figure(3_290)},
        {"tokens": 1_000_000, "sessions": 100_000, "file_mib": 900.0}]}
    return {"taken_at": 1_800_000_000, "commit": "abcdef0", "seconds": 3, "connections": 64, "one_core": False,
            "machine": {"cpu": "A Processor", "cores": 2, "kernel": "6.1", "compiler": "g++ 12", "openssl": "OpenSSL 3.0"},
            "once": {**once, "profile": {"create": {"rate": 40_000.0, "cpu_us": 25.0, "by_symbol": [],
                                                 "by_dso": [[40.0, "[kernel.kallsyms]"], [20.0, "libc.so.6"]]}}}, "rounds": rounds, "absent": {"glewlwyd": "no apt-get here"}}


class Text(unittest.TestCase):
    def test_it_says_rates_goals_sizes_what_is_absent_and_the_noise(self):
        said = report.text(record())
        self.assertRegex(said, r"POST /v1/actor_tokens +41,234 ")
        self.assertRegex(said, r"create, of nginx `return 200` +≥ 0.4 +0.37 .*MISSED")
        self.assertRegex(said, r"1,000,000 tokens +100,000 sessions: create +39,000/s")
        self.assertIn("not here: glewlwyd: no apt-get here", said)
        self.assertIn("other programs used 1%, 2%", said)

    def test_what_was_not_valid_is_said(self):
        found = record()
        found["rounds"][0]["invalid"]["create"] = "3 answers were not 2xx"
        self.assertIn("NOT VALID: create: 3 answers were not 2xx", report.text(found))

    def test_a_record_of_a_quick_look_can_be_said_too(self):
        found = record()
        found["once"] = {}
        self.assertNotIn("size of the file", report.text(found))


class Files(unittest.TestCase):
    def test_a_record_comes_back_from_its_file(self):
        again = json.loads(publish.to_json(record()))
        self.assertEqual([line[2] for line in figures.judged(again)][0].text("{:.3f}"),
                         [line[2] for line in figures.judged(record())][0].text("{:.3f}"))
        self.assertEqual(report.text(again), report.text(record()))

    def test_every_block_of_the_document_is_one_that_can_be_made(self):
        blocks = [name for _, name, _ in publish.BLOCK.findall(publish.DOCUMENT.read_text(encoding="utf-8"))]
        self.assertGreater(len(blocks), 5)
        self.assertIn("headline", [name for _, name, _ in publish.BLOCK.findall(publish.README.read_text(encoding="utf-8"))])
        for name in blocks:
            self.assertIn("\n", getattr(publish, name)(record()), name)

    def test_the_readme_gets_figures_and_none_of_a_busy_machine(self):
        self.assertIn("3.2 × a hand-rolled Node server", publish.headline(record()))
        noisy = record()
        noisy["rounds"] = [{**round_, "others": 0.5} for round_ in noisy["rounds"]]
        self.assertEqual(publish.headline(noisy), "")

    def test_capacity_is_for_a_thousand_tokens_a_second(self):
        said = publish.capacity(record())
        self.assertIn("| POST /v1/sessions/{id}/tokens RS256 | 3,700 | 10,000 | 2.70 |", said)
        # 900 MiB a million tokens, 86.4 million a day.
        self.assertIn("Stored: 0.9 KiB a token", said)
        self.assertIn(" 76 GiB a day", said)

    def test_a_profile_is_in_microseconds(self):
        self.assertIn("| create | 25.0 | 10.0 | 0.0 | 5.0 |", publish.profile(record()))

    def test_a_table_has_as_many_cells_in_every_row(self):
        for make in (publish.rates, publish.open_loop, publish.goals, publish.sizes, publish.costs, publish.profile):
            widths = {line.count("|") for line in make(record()).splitlines()}
            self.assertEqual(len(widths), 1, make.__name__)


class Plots(unittest.TestCase):
    def draw(self, found):
        try:
            with tempfile.TemporaryDirectory() as directory:
                bench.draw(found, pathlib.Path(directory))
                return {path.stem: path.read_text(encoding="utf-8") for path in pathlib.Path(directory).glob("*.svg")}
        except SystemExit:
            self.skipTest("matplotlib is not here (package python3-matplotlib)")

    def test_each_is_drawn_of_what_was_measured(self):
        drawn = self.draw(record())
        self.assertEqual(set(drawn), {"throughput", "latency", "size", "connections"})
        for text in drawn.values():
            xml.etree.ElementTree.fromstring(text)
            self.assertNotIn("busy machine", text)
        self.assertIn("41,234", drawn["throughput"])
        self.assertIn("hand-rolled Node, group commit", drawn["throughput"])
        self.assertNotIn("better-auth", drawn["throughput"])  # was not measured
        self.assertEqual(drawn, self.draw(record()))

    def test_what_was_measured_on_a_busy_machine_says_so(self):
        found = record()
        for round_ in found["rounds"]:
            round_["others"] = 0.5
        self.assertIn("busy machine", self.draw(found)["latency"])


if __name__ == "__main__":
    unittest.main()
