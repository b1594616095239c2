# SPDX-License-Identifier: Apache-2.0
"""What is wrong on a host, each case made for real: sniff and doctor name that cause and no other, and sniff says when it is over."""

import os
import subprocess
import sys

from harness import DEADLINE, hexwatch, wait_until
from hosts import ALL, TRACKER, V4, HostCase, Together, main
from packets import IMEI, Talk, ethernet, gt06_heartbeat, gt06_login, gt06_position, h02_position, pcap

# Docker's userland proxy, as far as others can see
PROXY = """
import ctypes, selectors, socket
ctypes.CDLL(None).prctl(15, b"docker-proxy", 0, 0, 0)
outer = socket.create_server(("0.0.0.0", 5023))
all_, other = selectors.DefaultSelector(), {}
all_.register(outer, selectors.EVENT_READ)
print("ready", flush=True)
while True:
    for key, _ in all_.select():
        one = key.fileobj
        if one is outer:
            came, inner = outer.accept()[0], socket.create_connection(("172.17.0.2", 5023))
            other[came], other[inner] = inner, came
            for new in (came, inner): all_.register(new, selectors.EVENT_READ)
        elif one in other:
            data = one.recv(4000)
            if data: other[one].sendall(data)
            else:
                for old in (one, other[one]):
                    all_.unregister(old)
                    del other[old]
                    old.close()
"""
SILENT = "findings = { silent_seconds = 5; };"


class Causes(HostCase):
    def told(self, daemon, code, **members):
        return daemon.wait_for("finding", code=code, state="raised", **members)[0]

    def over(self, daemon, code, **members):
        return daemon.wait_for("finding", code=code, state="cleared", **members)[0]

    def assert_nothing_else(self, daemon, *codes, notes=("private-address",)):
        """Of all that was raised."""
        raised = daemon.all_of("finding", state="raised")
        grave = {one["code"] for one in raised if one["severity"] != "info" and one["code"] not in notes}
        self.assertEqual(grave, set(codes), raised)
        self.assertLessEqual({one["code"] for one in raised}, {*codes, *notes}, raised)
        for one in daemon.all_of("finding"):
            self.assert_evidence(one)
            self.assertTrue(one["text"] and (one["advice"] or one["state"] == "cleared"), one)

    def assert_evidence(self, finding, count=1):
        self.assertGreaterEqual(finding["count"], count)
        self.assertLessEqual(finding["first"], finding["last"])

    def doctor(self, code=None, port=None, transport="tcp", words=(), **options):
        """It names this cause, and no other; without a code: nothing is wrong."""
        done = self.look(**options)
        found = [one for one in done.of("finding") if one["severity"] != "info"]
        expected = [(code, port, transport if port else None)] if code else []
        self.assertEqual([(one["code"], one.get("port"), one.get("transport")) for one in found], expected)
        for word in words:
            self.assertIn(word, found[0]["text"] + " " + found[0]["advice"])
        self.assertEqual(done.errors, "")
        self.assertEqual(done.status, 1 if code else 0, done.out)
        return found[0] if code else None


class TheWay(Causes):
    def test_a_closed_port_of_no_traccar(self):
        daemon = self.watch("none")
        self.knock()
        found = self.told(daemon, "refused", port=5023)
        self.assertIn("start Traccar", found["advice"])
        self.knock()
        self.assert_nothing_else(daemon, "refused")
        self.hold(*ALL)
        self.over(daemon, "refused")
        self.assertIsNotNone(self.knock(wait=DEADLINE))
        self.assertEqual(daemon.stop(), 0)
        self.assert_nothing_else(daemon, "refused")

    def test_a_closed_port(self):
        traccar = self.hold("tcp/0.0.0.0/5013", "udp/0.0.0.0/5013")
        self.doctor("not-listening", 5023)
        daemon = self.watch()
        self.told(daemon, "not-listening", port=5023)
        self.knock()
        daemon.wait_for("connection", state="refused", port=5023)
        traccar.tell("open tcp/0.0.0.0/5023")
        self.over(daemon, "not-listening", port=5023)
        self.talk(gt06_login(), gt06_position())
        daemon.message(device=IMEI)
        self.assertEqual(daemon.stop(), 0)
        self.assert_nothing_else(daemon, "not-listening")
        self.doctor()

    def test_a_rule_of_nftables(self):
        self.hold(*ALL)
        self.input_chain()
        self.run_in_server("nft", "add rule inet f input tcp dport 5023 counter drop")
        self.doctor("dropped", 5023, words=("tcp dport 5023", "inet f", "handle"))
        daemon = self.watch()
        self.knock(wait=1.5)
        found = self.told(daemon, "dropped", port=5023)
        self.assertIn("tcp dport 5023", found["text"])
        self.assertIn("nft insert rule inet f input tcp dport 5023 accept", found["advice"])
        self.run_in_server("nft", "insert rule inet f input tcp dport 5023 accept")
        self.talk(gt06_login(), gt06_position())
        daemon.message(device=IMEI)
        self.assertEqual(daemon.stop(), 0)
        self.assert_nothing_else(daemon, "dropped")
        self.doctor()

    def test_a_rule_of_nftables_in_a_table_named_as_iptables_has_it(self):
        """iptables-save shows such a table, too, but not these chains."""
        self.hold(*ALL)
        self.run_in_server("nft", "add", "table", "ip", "filter")
        self.run_in_server("nft", "add chain ip filter input { type filter hook input priority 0; policy accept; }")
        self.run_in_server("nft", "add rule ip filter input tcp dport 5023 drop")
        self.doctor("dropped", 5023, words=("tcp dport 5023 drop", "ip filter"))

    def test_a_rule_of_nftables_added_later(self):
        self.hold(*ALL)
        daemon = self.watch()
        self.talk(gt06_login())
        self.input_chain()
        self.run_in_server("nft", "add rule inet f input tcp dport 5023 drop")
        self.knock(wait=1.5)
        found = self.told(daemon, "dropped", port=5023)
        self.assertIn("sudo hexwatch doctor", found["advice"])
        self.assertEqual(daemon.stop(), 0)
        self.assert_nothing_else(daemon, "dropped")

    def iptables(self, program, save, named):
        self.hold(*ALL)
        self.run_in_server(program, "-A", "INPUT", "-p", "tcp", "-m", "tcp", "--dport", "5023", "-j", "DROP")
        self.assertIn("--dport 5023", self.run_in_server(save))
        self.doctor("dropped", 5023, words=("-A INPUT -p tcp -m tcp --dport 5023 -j DROP", named))
        daemon = self.watch()
        self.knock(wait=1.5)
        found = self.told(daemon, "dropped", port=5023)
        self.assertIn("--dport 5023 -j DROP", found["text"])
        self.assertIn(f"sudo {named} -I INPUT -p tcp --dport 5023 -j ACCEPT", found["advice"])
        self.run_in_server(program, "-I", "INPUT", "-p", "tcp", "--dport", "5023", "-j", "ACCEPT")
        self.talk(gt06_login(), gt06_position())
        daemon.message(device=IMEI)
        self.assertEqual(daemon.stop(), 0)
        self.assert_nothing_else(daemon, "dropped")
        self.doctor()

    def test_a_rule_of_iptables(self):
        self.iptables("iptables-nft", "iptables-nft-save", "iptables")

    def test_a_rule_of_the_older_iptables(self):
        self.iptables("iptables-legacy", "iptables-legacy-save", "iptables-legacy")

    def test_rules_of_both_iptables(self):
        """What the one lets in the other keeps out."""
        self.hold(*ALL)
        self.run_in_server("iptables-legacy", "-A", "INPUT", "-p", "tcp", "--dport", "5023", "-j", "ACCEPT")
        self.run_in_server("iptables-nft", "-A", "INPUT", "-p", "tcp", "--dport", "5023", "-j", "DROP")
        self.assertIsNone(self.knock(wait=1.2))
        self.doctor("dropped", 5023, words=("--dport 5023 -j DROP", "sudo iptables -I INPUT"))

    def test_guards_that_keep_no_tracker_out(self):
        self.hold(*ALL)
        for program in ("iptables-nft", "iptables-legacy"):
            new = ("-m", "conntrack", "--ctstate", "NEW", "-j", "DROP")
            self.run_in_server(program, "-A", "INPUT", "-p", "tcp", "!", "--syn", *new)
            self.run_in_server(program, "-A", "INPUT", "-p", "tcp", "--tcp-flags", "ALL", "NONE", "-j", "DROP")
        self.assertIsNotNone(self.knock(wait=DEADLINE))
        self.doctor()

    def test_an_answer_that_a_rule_keeps_back(self):
        self.hold(*ALL)
        self.run_in_server("nft", "add table inet f")
        self.run_in_server("nft", "add chain inet f out { type filter hook output priority 0; }")
        self.run_in_server("nft", "add rule inet f out tcp sport 5023 drop")
        words = ("tcp sport 5023 drop", "keeps", "answers", "nft insert rule inet f out tcp sport 5023 accept")
        self.doctor("dropped", 5023, words=words)
        daemon = self.watch()
        self.knock(wait=1.5)
        found = self.told(daemon, "dropped", port=5023)
        for word in words:
            self.assertIn(word, found["text"] + " " + found["advice"])
        self.run_in_server("nft", "insert rule inet f out tcp sport 5023 accept")
        self.talk(gt06_login(), gt06_position())
        daemon.message(device=IMEI)
        self.assertEqual(daemon.stop(), 0)
        self.assert_nothing_else(daemon, "dropped")
        self.doctor()

    def test_a_rule_that_sends_astray(self):
        """Traccar listens, and what comes to its port goes to another one, where nobody does."""
        self.hold(*ALL)
        self.run_in_server("nft", "add table ip n")
        self.run_in_server("nft", "add chain ip n pre { type nat hook prerouting priority dstnat; }")
        self.run_in_server("nft", "add rule ip n pre tcp dport 5023 redirect to :5099")
        self.assertIsNone(self.knock())
        self.doctor("refused", 5023, words=("on to port 5099", "redirect to :5099", "chain pre of table ip n"))
        self.run_in_server("nft", "flush chain ip n pre")
        self.run_in_server("nft", "add rule ip n pre tcp dport 5099 redirect to :5023")
        self.talk(gt06_login(), port=5099)
        self.doctor()

    def test_a_rule_at_the_interface(self):
        self.hold(*ALL)
        self.run_in_server("nft", "add table netdev n")
        self.run_in_server("nft", "add chain netdev n i { type filter hook ingress device srv0 priority 0; }")
        self.run_in_server("nft", "add rule netdev n i tcp dport 5023 drop")
        self.assertIsNone(self.knock(wait=1.2))
        self.doctor("dropped", 5023, words=("tcp dport 5023 drop", "insert rule netdev n i"))

    def test_an_answer_that_is_lost(self):
        """The answer goes out, and is dropped on its way back."""
        self.hold(*ALL)
        self.run_in(self.tracker, "nft", "add", "table", "ip", "f")
        self.run_in(self.tracker, "nft", "add chain ip f in { type filter hook input priority 0; }")
        self.run_in(self.tracker, "nft", "add rule ip f in tcp sport 5023 drop")
        daemon = self.watch()
        self.knock(wait=0.5)
        found = self.told(daemon, "half-open", port=5023)
        self.assertIn(TRACKER, found["text"])
        self.run_in(self.tracker, "nft", "delete", "table", "ip", "f")
        self.assertEqual(daemon.stop(), 0)
        self.assert_nothing_else(daemon, "half-open")
        self.doctor()

    def lead_away(self):
        """The route back to 198.51.100.99, which the tracker has, too, leads elsewhere."""
        self.hold(*ALL)
        self.run_in(self.server, "ip", "link", "add", "away0", "type", "veth", "peer", "name", "away1")
        self.run_in(self.server, "ip", "address", "add", "192.0.2.1/24", "dev", "away0")
        self.run_in(self.server, "ip", "link", "set", "away0", "up")
        self.run_in(self.server, "ip", "link", "set", "away1", "up")
        self.run_in(self.server, "ip", "route", "add", "198.51.100.99/32", "dev", "away0")
        with self.server.entered():
            for where in ("all", "srv0"):
                with open(f"/proc/sys/net/ipv4/conf/{where}/rp_filter", "w", encoding="ascii") as file:
                    file.write("0")
        self.tracker.ip("address", "add", "198.51.100.99/24", "dev", "trk0")

    def test_an_answer_that_leaves_another_way(self):
        self.lead_away()
        self.run_in(
            self.server, "ip", "neigh", "add", "198.51.100.99", "lladdr", "02:00:00:00:00:99", "dev", "away0"
        )
        daemon = self.watch()
        self.knock(wait=0.5, source="198.51.100.99")
        found = self.told(daemon, "half-open", port=5023)
        self.assertIn("198.51.100.99", found["text"])
        self.talk(gt06_login())
        self.assertEqual(daemon.stop(), 0)
        self.assert_nothing_else(daemon, "half-open")

    def test_an_answer_that_cannot_leave(self):
        """Nobody is there to take it: no firewall is blamed, where none does it."""
        self.lead_away()
        daemon = self.watch()
        self.knock(wait=1.5, source="198.51.100.99")
        found = self.told(daemon, "dropped", port=5023)
        self.assertIn("ip route get 198.51.100.99", found["advice"])
        self.assertNotIn("allow tcp 5023", found["advice"])
        self.assertEqual(daemon.stop(), 0)
        self.assert_nothing_else(daemon, "dropped")

    def test_udp_without_a_listener(self):
        traccar = self.hold("tcp/0.0.0.0/5013", "tcp/0.0.0.0/5023")
        self.doctor("not-listening", 5013, "udp")
        daemon = self.watch("none")
        self.send(h02_position())
        found = self.told(daemon, "udp-refused", port=5013)
        self.assertEqual(found["transport"], "udp")
        self.assert_nothing_else(daemon, "udp-refused")
        traccar.tell("open udp/0.0.0.0/5013")
        self.assertEqual(daemon.stop(), 0)
        self.doctor()

    def test_policy_drop(self):
        self.hold(*ALL)
        self.input_chain("drop")
        self.run_in_server("nft", "add rule inet f input ct state established,related accept")
        self.run_in_server("nft", "add rule inet f input iifname lo accept")
        self.run_in_server("nft", "add rule inet f input tcp dport { 22, 5013 } accept")
        self.run_in_server("nft", "add rule inet f input udp dport 5013 accept")
        self.doctor("dropped", 5023, words=("policy drop", "nft insert rule inet f input tcp dport 5023 accept"))
        daemon = self.watch()
        self.knock(wait=1.5)
        found = self.told(daemon, "dropped", port=5023)
        self.assertIn("policy drop", found["text"])
        self.assertEqual(daemon.stop(), 0)
        self.assert_nothing_else(daemon, "dropped")


class TheServer(Causes):
    def test_another_program_on_the_port(self):
        traccar = self.hold("tcp/0.0.0.0/5013", "udp/0.0.0.0/5013")
        other = self.hold("tcp/0.0.0.0/5023", as_traccar=False)
        self.doctor("taken-port", 5023, words=("python3", f"(process {other.pid})"))
        daemon = self.watch()
        found = self.told(daemon, "taken-port", port=5023)
        self.assertIn(f"(process {other.pid})", found["text"])
        other.close()
        traccar.tell("open tcp/0.0.0.0/5023")
        self.over(daemon, "taken-port", port=5023)
        self.assertEqual(daemon.stop(), 0)
        self.assert_nothing_else(daemon, "taken-port")
        self.doctor()

    def test_on_loopback_only(self):
        traccar = self.hold("tcp/0.0.0.0/5013", "udp/0.0.0.0/5013", "tcp/127.0.0.1/5023")
        self.doctor("not-listening", 5023, words=("127.0.0.1 only", "gt06.address"))
        daemon = self.watch()
        found = self.told(daemon, "not-listening", port=5023)
        self.assertIn("127.0.0.1 only", found["text"])
        self.knock()
        daemon.wait_for("connection", state="refused", port=5023)
        traccar.tell("close tcp/127.0.0.1/5023")
        traccar.tell("open tcp/0.0.0.0/5023")
        self.over(daemon, "not-listening", port=5023)
        self.assertEqual(daemon.stop(), 0)
        self.assert_nothing_else(daemon, "not-listening")

    def test_on_an_address_that_nobody_calls(self):
        """That no other host reaches it is not said, nor is a firewall blamed."""
        for arguments in (("link", "add", "br0", "type", "bridge"), ("address", "add", "172.17.0.1/16", "dev", "br0")):
            self.server.ip(*arguments)
        self.server.ip("link", "set", "br0", "up")
        self.hold("tcp/0.0.0.0/5013", "udp/0.0.0.0/5013", "tcp/172.17.0.1/5023")
        self.doctor()
        facts = self.look().of("check")[5]["facts"]
        self.assertIn("1 of them at some of this host's addresses only: 5023 at 172.17.0.1", facts)
        daemon = self.watch()
        self.knock()
        found = self.told(daemon, "refused", port=5023)
        self.assertIn("gt06.address", found["advice"])
        self.assertNotIn("firewall", found["advice"])
        self.assertEqual(daemon.stop(), 0)
        self.assert_nothing_else(daemon, "refused")

    def test_traccar_does_not_run(self):
        self.doctor("traccar-down")
        daemon = self.watch()
        self.told(daemon, "traccar-down")
        self.knock()
        daemon.wait_for("connection", state="refused", port=5023)
        self.hold(*ALL)
        self.over(daemon, "traccar-down")
        self.assertEqual(daemon.stop(), 0)
        self.assert_nothing_else(daemon, "traccar-down")
        self.doctor()

    def test_knocked_before_it_is_known_to_be_down(self):
        daemon = self.watch()
        self.knock()
        self.told(daemon, "refused")
        self.told(daemon, "traccar-down")
        self.over(daemon, "refused")
        self.knock()
        self.assertEqual(daemon.stop(), 0)
        self.assertEqual(len(daemon.all_of("finding", code="refused")), 2)

    def test_it_accepts_and_never_reads(self):
        traccar = self.hold(*ALL)
        traccar.tell("hang")
        peer = self.knock(wait=DEADLINE)
        peer.sendall(gt06_login())
        daemon = self.watch()
        self.told(daemon, "traccar-stuck")
        self.assertEqual(daemon.stop(), 0)
        self.assert_nothing_else(daemon, "traccar-stuck")
        self.doctor("traccar-stuck", 5023)
        traccar.tell("answer")
        wait_until(lambda: self.look().status == 0, "what waited is read")
        self.doctor()

    def test_its_queue_is_full(self):
        """Then the kernel drops what comes, which is no firewall's doing."""
        traccar = self.hold(*ALL)
        traccar.tell("hang")
        peers = [self.knock(wait=0.3) for _ in range(3)]
        daemon = self.watch()
        peers += [self.knock(wait=0.3)]
        self.told(daemon, "traccar-stuck")
        self.knock(wait=1.5)
        daemon.wait_for("connection", state="unanswered")
        self.assertEqual(daemon.stop(), 0)
        self.assert_nothing_else(daemon, "traccar-stuck")


class Devices(Causes):
    def test_no_answer(self):
        traccar = self.hold(*ALL)
        daemon = self.watch()
        traccar.tell("read")
        peer = self.knock(wait=DEADLINE)
        for number in range(1, 4):
            peer.sendall(gt06_login())
            daemon.wait_for("message", number)
        found = self.told(daemon, "no-answer", device=IMEI)
        self.assertEqual(found["sample"], gt06_login().hex())
        self.assert_evidence(found, 3)
        traccar.tell("answer")
        peer.sendall(gt06_login())
        self.over(daemon, "no-answer", device=IMEI)
        self.assertEqual(daemon.stop(), 0)
        self.assert_nothing_else(daemon, "no-answer")

    def test_it_says_nothing(self):
        self.hold(*ALL)
        daemon = self.watch(config=SILENT)
        peer = self.knock(wait=DEADLINE)
        found = self.told(daemon, "connected-silent", port=5023)
        self.assertIn(TRACKER, found["text"])
        peer.sendall(gt06_login())
        self.over(daemon, "connected-silent", port=5023)
        self.assertEqual(daemon.stop(), 0)
        self.assert_nothing_else(daemon, notes=("connected-silent", "private-address"))

    def test_only_scanners(self):
        traccar = self.hold(*ALL)
        traccar.tell("read")
        daemon = self.watch()
        for scan in (b"GET / HTTP/1.0\r\n\r\n", b"SSH-2.0-Go\r\n"):
            peer = self.knock(wait=DEADLINE)
            peer.sendall(scan)
        found = self.told(daemon, "not-a-tracker", port=5023)
        self.assertIn("sample", found)
        daemon.wait_for("message", 2)
        self.assertEqual(daemon.stop(), 0)
        self.assert_nothing_else(daemon, notes=("not-a-tracker", "private-address"))

    def test_registered_with_a_digit_missing(self):
        self.hold(*ALL)
        wrong = IMEI[:6] + IMEI[7:]
        self.log(f"[T1a2b3c4e: gt06 < 203.0.113.8] {gt06_login(wrong).hex()}")
        self.log(f"Unknown device - {wrong} (203.0.113.8)")
        found = self.doctor("unknown-device", 5023, words=(wrong, IMEI))
        self.assert_evidence(found)

    def test_sixteen_minutes_without_a_fix(self):
        """Of the packets' time: a capture is read in a moment."""
        path = os.path.join(self.folder(), "x.pcap")
        for minutes, code in ((14, "waiting-for-fix"), (16, "no-fix")):
            talk, frames = Talk((TRACKER, 40000), (V4, 5023)), []
            for minute in range(minutes + 1):
                said = [gt06_login()] if minute == 0 else []
                said += [gt06_position(minute + 1, valid=False)]
                packets = (talk.open() if minute == 0 else []) + [one for text in said for one in talk.say(text)]
                frames += [(ethernet(packet), 60.0 * minute + 0.01 * at) for at, packet in enumerate(packets)]
            with open(path, "wb") as file:
                file.write(pcap(frames))
            done = hexwatch("read", "--traccar", "none", "--format", "json", path)
            raised = [one for one in done.of("finding") if one["state"] == "raised"]
            self.assertEqual(raised[-1]["code"], code)
            self.assertEqual(raised[-1]["device"], IMEI)
            self.assertLessEqual({one["code"] for one in raised}, {"waiting-for-fix", code})
            self.assertTrue(raised[-1]["sample"])

    def test_all_senders_hidden_in_the_log(self):
        """Traccar behind docker-proxy: all come from one inner address, which is a note and no trouble."""
        self.hold(*ALL)
        os.remove(f"{self.traccar}/logs/tracker-server.log")
        for number, name in enumerate((IMEI, "868120145233604")):
            self.log(f"[T1a2b3c5{number}] connected", f"[T1a2b3c5{number}: gt06 < 172.17.0.1] {gt06_login(name).hex()}")
            self.log(f"[T1a2b3c5{number}: gt06 < 172.17.0.1] {gt06_position().hex()}")
            self.log(f"[T1a2b3c5{number}] id: {name}, time: {self.now()}, lat: 48.20820, lon: 16.37380, course: 0.0")
        done = self.look()
        self.assertEqual([one for one in done.of("finding") if one["severity"] != "info"], [])
        self.assertIn("behind-proxy", {one["code"] for one in done.of("finding")})
        self.assertEqual(done.status, 0, done.out)

    def test_all_is_fine(self):
        self.hold(*ALL)
        daemon = self.watch()
        peer = self.talk(gt06_login(), gt06_position(), gt06_heartbeat())
        self.send(h02_position())
        daemon.wait_for("message", 7)
        self.doctor()
        peer.close()
        daemon.wait_for("connection", state="closed")
        self.assertEqual(daemon.stop(), 0)
        self.assert_nothing_else(daemon)


class Containers(Causes):
    """Traccar in a network of its own behind this host, as Docker makes it."""

    def setUp(self):
        super().setUp()
        self.inner = self.namespace("container")
        self.join(self.server, "br0", "172.17.0.1/16", self.inner, "eth0", "172.17.0.2/16")
        self.inner.ip("route", "add", "default", "via", "172.17.0.1")
        with self.server.entered():
            with open("/proc/sys/net/ipv4/ip_forward", "w", encoding="ascii") as file:
                file.write("1")

    def publish(self, *ports, masquerade=False):
        self.run_in_server("nft", "add", "table", "ip", "nat")
        self.run_in_server("nft", "add chain ip nat pre { type nat hook prerouting priority -100; }")
        self.run_in_server("nft", "add chain ip nat post { type nat hook postrouting priority 100; }")
        for transport, port in ports:
            self.run_in_server("nft", f"add rule ip nat pre iifname srv0 {transport} dport {port} dnat to 172.17.0.2:{port}")
        if masquerade:
            self.run_in_server("nft", "add rule ip nat post oifname br0 masquerade")

    def check(self, masquerade, where, *codes, notes=()):
        self.publish(("tcp", 5023), ("tcp", 5013), ("udp", 5013), masquerade=masquerade)
        self.hold(*ALL, where=self.inner)
        daemon = self.watch(where=where)
        for number in range(4):
            peer = self.talk(gt06_login(), gt06_position(number), gt06_heartbeat(number))
            self.send(h02_position())
            peer.close()
        return daemon

    def test_seen_from_the_host(self):
        daemon = self.check(False, self.server)
        daemon.wait_for("message", 28)
        self.assertEqual(daemon.stop(), 0)
        self.assertEqual({one["peer"].split(":")[0] for one in daemon.all_of("message")}, {TRACKER})
        self.assertEqual(len(daemon.all_of("message")), 28)
        self.assert_nothing_else(daemon)

    def test_seen_from_the_host_with_masquerade(self):
        daemon = self.check(True, self.server)
        daemon.wait_for("message", 28)
        self.assertEqual(daemon.stop(), 0)
        self.assertEqual({one["peer"].split(":")[0] for one in daemon.all_of("message")}, {TRACKER})
        self.assertEqual(len(daemon.all_of("message")), 28)
        self.assert_nothing_else(daemon)

    def test_seen_from_within(self):
        daemon = self.check(False, self.inner)
        daemon.wait_for("message", 28)
        self.assertEqual(daemon.stop(), 0)
        self.assert_nothing_else(daemon)

    def test_seen_from_within_with_masquerade(self):
        daemon = self.check(True, self.inner)
        found = self.told(daemon, "behind-proxy")
        self.assertIn("172.17.0.1", found["text"])
        self.assertEqual(daemon.stop(), 0)
        self.assert_nothing_else(daemon, notes=("behind-proxy", "private-address"))

    def test_dockers_proxy(self):
        """It holds the port on the host, and speaks to the container under the host's name: nothing is wrong, and all comes once."""
        self.hold(*ALL, where=self.inner)
        words = "-proto tcp -host-ip 0.0.0.0 -host-port 5023 -container-ip 172.17.0.2 -container-port 5023".split()
        with self.server.entered():
            proxy = subprocess.Popen(
                ["docker-proxy", "-c", PROXY, *words], executable=sys.executable, stdout=subprocess.PIPE
            )
        self.addCleanup(proxy.stdout.close)
        self.addCleanup(proxy.wait)
        self.addCleanup(proxy.kill)
        self.assertEqual(proxy.stdout.readline(), b"ready\n")
        inside = self.watch(where=self.inner)
        self.socket += "2"
        daemon = self.watch()
        for number in range(4):
            peer = self.talk(gt06_login(), gt06_position(number), gt06_heartbeat(number))
            peer.close()
        second = self.talk(gt06_login("868120145233604"))
        self.doctor()
        daemon.wait_for("message", 26)
        self.told(inside, "behind-proxy")
        second.close()
        daemon.wait_for("connection", 5, state="closed")
        for one in (daemon, inside):
            self.assertEqual(one.stop(), 0)
            self.assertEqual(len(one.all_of("message")), 26)
        self.assertEqual({one["peer"].split(":")[0] for one in daemon.all_of("message")}, {TRACKER})
        self.assert_nothing_else(daemon)
        self.assert_nothing_else(inside, notes=("behind-proxy", "private-address"))

    def test_published_in_part(self):
        self.publish(*(("tcp", port) for port in range(5001, 5021)))
        path = f"{self.traccar}/conf/traccar.xml"
        with open(path, "w", encoding="utf-8") as file:
            file.write("<?xml version='1.0'?><properties></properties>")
        self.hold(*ALL, where=self.inner)
        found = self.doctor("half-published")
        self.assertIn("udp 5001-", found["text"])

    def test_published_well(self):
        self.publish(("tcp", 5023), ("tcp", 5013), ("udp", 5013))
        self.hold(*ALL, where=self.inner)
        self.doctor()


def load_tests(loader, tests, pattern):
    """All at the same time."""
    together = Together()
    for case in (TheWay, TheServer, Devices, Containers):
        together.addTests(loader.loadTestsFromTestCase(case))
    return together


if __name__ == "__main__":
    main()
