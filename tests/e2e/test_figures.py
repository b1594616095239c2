# SPDX-License-Identifier: Apache-2.0
"""/metrics against those who ask it: the example alert rules and the dashboard name only figures, labels and values that there are."""

import json
import os
import re
import shutil
import subprocess
import unittest

from harness import DEADLINE, REPOSITORY, hexwatch, receive, wait_until
from packets import gt06_answer, gt06_login
from test_web import WebCase

LOGIN = gt06_login()
FROM_SCRAPING = {"instance", "job"}
SELECTOR = re.compile(r"(hexwatch_\w+)(?:\{([^}]*)\})?")


class Figures:
    """The series of a scrape, by name."""

    def __init__(self, text):
        self.types = dict(re.findall(r"^# TYPE (\S+) (\S+)$", text, re.M))
        self.series = {}
        for name, labels, value in re.findall(r"^(hexwatch_\w+?)(?:\{(.*)\})? (\S+)$", text, re.M):
            self.series.setdefault(name, []).append((dict(re.findall(r'(\w+)="((?:[^"\\]|\\.)*)"', labels)), float(value)))

    def labels(self, name):
        return {label for labels, _ in self.series[name] for label in labels}

    def values(self, name, label):
        return {labels.get(label) for labels, _ in self.series[name]}

    def faults_of_selector(self, name, matchers):
        if name not in self.series:
            yield f"there is no {name}"
            return
        for label, operator, value in re.findall(r'(\w+)(=~|!~|!=|=)"([^"]*)"', matchers or ""):
            if label in FROM_SCRAPING:
                continue
            if label not in self.labels(name):
                yield f"{name} has no label {label}"
                continue
            for one in value.split("|") if "~" in operator else [value]:
                if one not in self.values(name, label):
                    yield f'{name} has no {label}="{one}"'

    def faults(self, expression, legend=""):
        """What is wrong with an expression, in words."""
        found = SELECTOR.findall(expression)
        if not found:
            yield f"{expression}: it asks for nothing of ours"
        known = set(FROM_SCRAPING)
        for name, matchers in found:
            yield from self.faults_of_selector(name, matchers)
            known |= self.labels(name) if name in self.series else set()
            is_counter = name.endswith(("_total", "_bucket"))
            is_rated = re.search(rf"(?:rate|increase)\({name}", expression) is not None
            if is_counter != is_rated:
                yield f"{name}: a counter wants rate or increase, a gauge must have neither"
        for labels in re.findall(r"\bby \(([^)]*)\)", expression):
            for label in re.split(r",\s*", labels):
                if label not in known:
                    yield f"{expression}: nothing there has the label {label}"
        kept = set(re.findall(r"\w+", " ".join(re.findall(r"\bby \(([^)]*)\)", expression))))
        for label in re.findall(r"\{\{\s*\$?(?:labels\.)?(\w+)\s*\}\}", legend):
            if label not in (kept if " by (" in expression else known):
                yield f"{expression}: its legend names {label}"


def rules():
    with open(os.path.join(REPOSITORY, "conf/prometheus/hexwatch.rules.yml"), encoding="utf-8") as file:
        return re.findall(r"^ +expr: (.+)$", file.read(), re.M)


def dashboard():
    with open(os.path.join(REPOSITORY, "conf/grafana/hexwatch.json"), encoding="utf-8") as file:
        return json.load(file)


class Asked(WebCase):
    def setUp(self):
        config, kept = self.configure(), self.folder()
        os.chmod(kept, 0o777)  # root is left before anything is written
        with open(config, "a", encoding="utf-8") as file:
            file.write(f'history = {{ file = "{os.path.join(kept, "history.db")}"; }};\n')
        self.daemon = self.start("run", "-c", config, "--traccar", "none")

    def scrape(self):
        return Figures(self.figures()[1])

    def expect_no_faults(self, expressions):
        figures = self.scrape()
        self.assertEqual([fault for pair in expressions for fault in figures.faults(*pair)], [])

    def test_all_series_are_there_from_the_start(self):
        figures = self.scrape()
        protocols = {record["protocol"] for record in hexwatch("protocols", "--format", "json").records}
        self.assertEqual(figures.values("hexwatch_messages_total", "protocol"), protocols | {"noise", "unidentified"})
        self.assertEqual(figures.values("hexwatch_devices", "state"), {"located", "waiting", "no_fix", "silent", "unknown"})
        self.assertEqual(figures.values("hexwatch_clients", "kind"), {"page", "tail"})
        self.assertEqual(len(figures.series["hexwatch_loop_lag_seconds_bucket"]), 6)
        self.assertEqual(figures.values("hexwatch_findings", "code"), figures.values("hexwatch_findings_raised_total", "code"))
        for name in ("messages_total", "findings", "findings_raised_total", "devices", "connections_total", "lost_total", "clients"):
            self.assertEqual({value for _, value in figures.series["hexwatch_" + name]}, {0}, name)
        self.assertEqual(figures.types["hexwatch_loop_lag_seconds"], "histogram")

    def test_what_happens_is_counted(self):
        peer = self.connect("127.0.0.1", self.port)
        peer.sendall(LOGIN)
        receive(peer, len(gt06_answer(LOGIN)))
        self.daemon.wait_for("message", direction="in")
        figures = self.scrape()
        self.assertIn(({"protocol": "gt06"}, 1), figures.series["hexwatch_messages_total"])
        self.assertIn(({"state": "opened"}, 1), figures.series["hexwatch_connections_total"])
        [(_, started)] = figures.series["hexwatch_start_timestamp_seconds"]
        [(_, last)] = figures.series["hexwatch_last_message_timestamp_seconds"]
        self.assertLess(abs(last - started), DEADLINE)
        wait_until(
            lambda: self.scrape().series["hexwatch_history_bytes"][0][1] > 4096, "the history has a size", DEADLINE
        )
        page = self.connect("127.0.0.1", self.web)
        page.sendall(b"GET /events HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n\r\n" % self.web)
        wait_until(
            lambda: ({"kind": "page"}, 1) in self.scrape().series["hexwatch_clients"], "the page is counted", DEADLINE
        )

    def test_rules(self):
        expressions = rules()
        self.assertGreaterEqual(len(expressions), 5)
        self.expect_no_faults([(expression,) for expression in expressions])

    def test_dashboard(self):
        board = dashboard()
        targets = [
            (target["expr"], target["legendFormat"]) for panel in board["panels"] for target in panel["targets"]
        ]
        self.assertGreaterEqual(len(targets), 15)
        self.expect_no_faults(targets)
        self.expect_no_faults([(note["expr"],) for note in board["annotations"]["list"]])
        variables = {variable["name"]: variable for variable in board["templating"]["list"]}
        self.assertEqual(set(variables), {"datasource", "instance"})
        self.assertIn("hexwatch_build_info", variables["instance"]["definition"])
        for panel in board["panels"]:
            self.assertTrue(panel["description"], panel["title"])
            for part in (panel, *panel["targets"]):
                self.assertEqual(part["datasource"]["uid"], "${datasource}")
        self.assertEqual(len({panel["id"] for panel in board["panels"]}), len(board["panels"]))

    def test_dashboard_colours(self):
        """A colour is for a value that there is."""
        figures = self.scrape()
        values = {
            value
            for name, label in (("devices", "state"), ("connections_total", "state"), ("messages_total", "protocol"), ("findings", "code"))
            for value in figures.values("hexwatch_" + name, label)
        }
        for panel in dashboard()["panels"]:
            for override in panel["fieldConfig"]["overrides"]:
                for name in override["matcher"]["options"].strip("/^$()").split("|"):
                    self.assertIn(name, values, panel["title"])

    def test_panels_do_not_overlap(self):
        taken = set()
        for panel in dashboard()["panels"]:
            place = panel["gridPos"]
            self.assertLessEqual(place["x"] + place["w"], 24)
            cells = {(x, y) for x in range(place["x"], place["x"] + place["w"]) for y in range(place["y"], place["y"] + place["h"])}
            self.assertFalse(cells & taken, panel["title"])
            taken |= cells

    @unittest.skipUnless(shutil.which("promtool"), "promtool is not installed")
    def test_promtool(self):
        for command, given in (
            (["check", "metrics"], self.figures()[1]),
            (["check", "rules", os.path.join(REPOSITORY, "conf/prometheus/hexwatch.rules.yml")], ""),
        ):
            done = subprocess.run(
                ["promtool", *command], input=given, capture_output=True, text=True, timeout=DEADLINE, check=False
            )
            self.assertEqual((done.returncode, done.stderr), (0, ""), done.stdout)

    def test_the_check_itself(self):
        figures = self.scrape()
        for expression, legend, words in (
            ("sum(hexwatch_device)", "", "there is no hexwatch_device"),
            ('hexwatch_devices{state="lost"}', "", 'has no state="lost"'),
            ('hexwatch_findings{code=~"wrong-port|wrong-prot"}', "", 'has no code="wrong-prot"'),
            ('hexwatch_devices{code="x"}', "", "has no label code"),
            ("hexwatch_messages_total", "", "a counter wants"),
            ("rate(hexwatch_devices[5m])", "", "a counter wants"),
            ("sum by (protocoll) (rate(hexwatch_messages_total[5m]))", "", "label protocoll"),
            ("sum by (protocol) (rate(hexwatch_messages_total[5m]))", "{{port}}", "legend names port"),
            ("up", "", "nothing of ours"),
        ):
            self.assertIn(words, "; ".join(figures.faults(expression, legend)))


if __name__ == "__main__":
    unittest.main()
