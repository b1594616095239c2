# SPDX-License-Identifier: Apache-2.0
"""Firewalls as ufw and firewalld write them: the port that they keep out is named, and the command by which their owner opens it."""

import os
import subprocess

from harness import DEADLINE
from hosts import ALL, V4, HostCase, Together, main
from packets import IMEI, gt06_login, gt06_position

# what ufw makes of "default deny incoming", "allow 22/tcp", and of the rules that stand at USER
UFW = """*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
:ufw-after-input - [0:0]
:ufw-after-logging-input - [0:0]
:ufw-before-input - [0:0]
:ufw-before-logging-input - [0:0]
:ufw-logging-deny - [0:0]
:ufw-not-local - [0:0]
:ufw-reject-input - [0:0]
:ufw-skip-to-policy-input - [0:0]
:ufw-track-input - [0:0]
:ufw-user-input - [0:0]
:ufw-user-limit - [0:0]
:ufw-user-limit-accept - [0:0]
-A INPUT -j ufw-before-logging-input
-A INPUT -j ufw-before-input
-A INPUT -j ufw-after-input
-A INPUT -j ufw-after-logging-input
-A INPUT -j ufw-reject-input
-A INPUT -j ufw-track-input
-A ufw-after-input -p udp -m udp --dport 137 -j ufw-skip-to-policy-input
-A ufw-after-input -p tcp -m tcp --dport 445 -j ufw-skip-to-policy-input
-A ufw-after-input -m addrtype --dst-type BROADCAST -j ufw-skip-to-policy-input
-A ufw-after-logging-input -m limit --limit 3/min --limit-burst 10 -j LOG --log-prefix "[UFW BLOCK] "
-A ufw-before-input -i lo -j ACCEPT
-A ufw-before-input -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A ufw-before-input -m conntrack --ctstate INVALID -j ufw-logging-deny
-A ufw-before-input -m conntrack --ctstate INVALID -j DROP
-A ufw-before-input -p icmp -m icmp --icmp-type 3 -j ACCEPT
-A ufw-before-input -p icmp -m icmp --icmp-type 8 -j ACCEPT
-A ufw-before-input -p udp -m udp --sport 67 --dport 68 -j ACCEPT
-A ufw-before-input -j ufw-not-local
-A ufw-before-input -d 224.0.0.251/32 -p udp -m udp --dport 5353 -j ACCEPT
-A ufw-before-input -j ufw-user-input
-A ufw-logging-deny -m conntrack --ctstate INVALID -m limit --limit 3/min --limit-burst 10 -j RETURN
-A ufw-logging-deny -m limit --limit 3/min --limit-burst 10 -j LOG --log-prefix "[UFW BLOCK] "
-A ufw-not-local -m addrtype --dst-type LOCAL -j RETURN
-A ufw-not-local -m addrtype --dst-type MULTICAST -j RETURN
-A ufw-not-local -m addrtype --dst-type BROADCAST -j RETURN
-A ufw-not-local -m limit --limit 3/min --limit-burst 10 -j ufw-logging-deny
-A ufw-not-local -j DROP
-A ufw-skip-to-policy-input -j DROP
-A ufw-user-input -p tcp -m tcp --dport 22 -j ACCEPT
-A ufw-user-input -p tcp -m tcp --dport 5013 -j ACCEPT
-A ufw-user-input -p udp -m udp --dport 5013 -j ACCEPT
USER
-A ufw-user-limit -m limit --limit 3/min -j LOG --log-prefix "[UFW LIMIT BLOCK] "
-A ufw-user-limit -j REJECT --reject-with icmp-port-unreachable
-A ufw-user-limit-accept -j ACCEPT
COMMIT
"""
# what firewalld makes of the zone public with ssh, and of the ports at USER
FIREWALLD = """table inet firewalld {
  chain mangle_PREROUTING {
    type filter hook prerouting priority mangle + 10; policy accept;
    jump mangle_PREROUTING_ZONES
  }
  chain mangle_PREROUTING_ZONES { iifname "srv0" goto mangle_PRE_public; goto mangle_PRE_public; }
  chain mangle_PRE_public { jump mangle_PRE_public_allow; }
  chain mangle_PRE_public_allow { }
  chain nat_PREROUTING { type nat hook prerouting priority dstnat + 10; policy accept; jump nat_PREROUTING_ZONES; }
  chain nat_PREROUTING_ZONES { iifname "srv0" goto nat_PRE_public; goto nat_PRE_public; }
  chain nat_PRE_public { }
  chain filter_PREROUTING {
    type filter hook prerouting priority filter + 10; policy accept;
    icmpv6 type { nd-router-advert, nd-neighbor-solicit } accept
    meta nfproto ipv6 fib saddr . mark . iif oif missing drop
  }
  chain filter_INPUT {
    type filter hook input priority filter + 10; policy accept;
    ct state { established, related } accept
    ct status dnat accept
    iifname "lo" accept
    ct state invalid drop
    jump filter_INPUT_ZONES
    reject with icmpx admin-prohibited
  }
  chain filter_INPUT_ZONES { iifname "srv0" goto filter_IN_public; goto filter_IN_public; }
  chain filter_IN_public {
    jump filter_INPUT_POLICIES_pre
    jump filter_IN_public_pre
    jump filter_IN_public_log
    jump filter_IN_public_deny
    jump filter_IN_public_allow
    jump filter_IN_public_post
    jump filter_INPUT_POLICIES_post
    meta l4proto { icmp, ipv6-icmp } accept
    reject with icmpx admin-prohibited
  }
  chain filter_INPUT_POLICIES_pre { jump filter_IN_policy_allow-host-ipv6; }
  chain filter_IN_policy_allow-host-ipv6 { icmpv6 type nd-neighbor-advert accept; }
  chain filter_IN_public_pre { }
  chain filter_IN_public_log { }
  chain filter_IN_public_deny { }
  chain filter_IN_public_allow {
    tcp dport 22 accept
    ip6 daddr fe80::/64 udp dport 546 accept
    tcp dport 5013 accept
    udp dport 5013 accept
    USER
  }
  chain filter_IN_public_post { }
  chain filter_INPUT_POLICIES_post { }
}
"""


class Firewalls(HostCase):
    def found(self):
        done = self.look()
        self.assertEqual(done.errors, "")
        return done.status, [one for one in done.of("finding") if one["severity"] != "info"]

    def assert_one(self, code, *words):
        status, found = self.found()
        self.assertEqual((status, [(one["code"], one["port"]) for one in found]), (1, [(code, 5023)]), found)
        for word in words:
            self.assertIn(word, found[0]["text"] + " " + found[0]["advice"])

    def live(self, daemon, code, *words):
        self.knock(wait=1.5)
        found = daemon.wait_for("finding", code=code, state="raised")[0]
        self.assertEqual(found["port"], 5023)
        for word in words:
            self.assertIn(word, found["text"] + " " + found["advice"])

    def assert_heals(self, daemon, code):
        peer = self.talk(gt06_login(), gt06_position())
        daemon.message(device=IMEI)
        self.assertEqual(self.found(), (0, []))
        peer.close()
        self.assertEqual(daemon.stop(), 0)
        raised = [one["code"] for one in daemon.all_of("finding", state="raised") if one["severity"] != "info"]
        self.assertEqual(raised, [code])


class Sources(Firewalls):
    """What depends on the sender is told as that: it is neither a fault nor passed over."""

    def says(self, *rules):
        self.hold(*ALL)
        self.input_chain("drop")
        for rule in ("ct state established,related accept", "tcp dport 5013 accept", "udp dport 5013 accept", *rules):
            self.run_in_server("nft", f"add rule inet f input {rule}")
        os.remove(f"{self.traccar}/logs/tracker-server.log")
        done = self.look()
        self.assertEqual([one for one in done.of("finding") if one["severity"] != "info"], [])
        return [done.of("check")[index]["facts"] for index in (3, 5)]

    def test_only_some_are_let_in(self):
        for facts in self.says("ip saddr 203.0.113.0/24 tcp dport 5023 accept"):
            self.assertIn("tcp 5023: only some are let in, by 'ip saddr 203.0.113.0/24 tcp dport 5023 accept'", facts)

    def test_some_are_kept_out(self):
        for facts in self.says("ip saddr 203.0.113.0/24 tcp dport 5023 drop", "tcp dport 5023 accept"):
            self.assertIn("tcp 5023: some may be kept out, by 'ip saddr 203.0.113.0/24 tcp dport 5023 drop'", facts)

    def test_who_is_kept_out_whatever_he_sends(self):
        """That is no matter of these ports."""
        facts = self.says("tcp dport 5023 accept", "ip saddr 203.0.113.0/24 drop")
        self.assertIn("no rule of this host is known to be in the way", facts[0])
        self.assertEqual(facts[1], "3 of 3 listen")


    def test_who_is_not_understood(self):
        """It may keep out everybody, or nobody: not checked."""
        self.hold(*ALL)
        self.input_chain()
        self.run_in_server("nft", "add rule inet f input @th,20,12 928 drop")
        os.remove(f"{self.traccar}/logs/tracker-server.log")
        check = self.look().of("check")[5]
        self.assertEqual(check["state"], "unknown")
        self.assertIn("could not be checked, because of", check["facts"])
        self.assertIn("hexwatch probe", check["next"])

    def test_what_everybody_has(self):
        """Common rules that concern no port of Traccar's, or nobody who does right, are no doubt."""
        self.hold(*ALL)
        self.run_in_server("nft", "add table inet f")
        self.run_in_server("nft", "add set inet f bad { type ipv4_addr; flags timeout; elements = { 203.0.113.9 timeout 1h } }")
        self.run_in_server("nft", "add chain inet f input { type filter hook input priority 0; policy drop; }")
        for rule in (
            'iifname { "lo", "docker0" } accept',
            "ct state { established, related } accept",
            "ct state invalid drop",
            "fib saddr . iif oif missing drop",
            "ip frag-off & 0x1fff != 0 drop",
            "tcp flags & (fin|syn) == (fin|syn) drop",
            "ip saddr @bad drop",
            "meta pkttype != host drop",
            "meta l4proto { icmp, ipv6-icmp } accept",
            "meta l4proto . th dport { tcp . 22, tcp . 5013, udp . 5013, tcp . 5023 } accept",
        ):
            self.run_in_server("nft", f"add rule inet f input {rule}")
        for rule in (
            "-A INPUT -m addrtype --dst-type BROADCAST -j DROP",
            "-A INPUT -m mark --mark 0x8000/0x8000 -j DROP",
            "-t mangle -A PREROUTING -m rpfilter --invert -j DROP",
            "-A INPUT -m recent --update --seconds 60 --hitcount 50 --name x --rsource -j DROP",
        ):
            self.run_in_server("iptables-nft", *rule.split())
        os.remove(f"{self.traccar}/logs/tracker-server.log")
        checks = self.look().of("check")
        self.assertEqual(checks[5]["facts"], "3 of 3 listen")
        self.assertIn("no rule of this host is known to be in the way", checks[3]["facts"])

    def test_many_ports_in_a_terminal(self):
        """Their list is broken where no line holds it."""
        with open(f"{self.traccar}/conf/traccar.xml", "w", encoding="ascii") as file:
            file.write("<properties/>")
        self.input_chain("drop")
        lines = self.look("--format", "text").out.splitlines()
        self.assertTrue(any("5001-5020,5022-5037" in line for line in lines), lines)
        self.assertLessEqual(max(len(line) for line in lines if "/tmp/" not in line), 80)

    def test_sent_to_another_host(self):
        """Though Traccar runs here; who sends it on to himself, or by an interface that the packets do not come in by, does right."""
        self.hold(*ALL)
        self.run_in_server("nft", "add table ip n")
        self.run_in_server("nft", "add chain ip n pre { type nat hook prerouting priority -100; }")
        self.run_in_server("nft", f"add rule ip n pre tcp dport 5013 dnat to {V4}:5013")
        self.run_in_server("nft", "add rule ip n pre iifname wg0 tcp dport 5013 dnat to 10.9.9.9")
        self.assertEqual([one for one in self.look().of("finding") if one["severity"] != "info"], [])
        self.run_in_server("nft", "add rule ip n pre tcp dport 5023 dnat to 198.51.100.77")
        self.assertIsNone(self.knock())
        found = [one for one in self.look().of("finding") if one["severity"] != "info"]
        self.assertEqual([(one["code"], one["port"]) for one in found], [("dropped", 5023)])
        self.assertIn("on to 198.51.100.77, another host, so that the Traccar that runs here never gets it", found[0]["text"])
        self.assertIn("tcp dport 5023 dnat to 198.51.100.77", found[0]["text"])


class Ufw(Firewalls):
    def setUp(self):
        super().setUp()
        self.mount_over("/etc", "ufw")
        with open("/etc/ufw/ufw.conf", "w", encoding="ascii") as file:
            file.write("# /etc/ufw/ufw.conf\nENABLED=yes\nLOGLEVEL=low\n")
        self.hold(*ALL)

    def load(self, user=""):
        with self.server.entered():
            subprocess.run(
                ["iptables-nft-restore"], input=UFW.replace("USER\n", user).encode(), check=True, timeout=DEADLINE
            )

    def test_not_allowed(self):
        self.load()
        words = ("policy drop", "chain INPUT", "sudo ufw allow 5023/tcp")
        self.assert_one("dropped", *words)
        daemon = self.watch()
        self.live(daemon, "dropped", *words)
        self.load("-A ufw-user-input -p tcp -m tcp --dport 5023 -j ACCEPT\n")
        self.assert_heals(daemon, "dropped")

    def test_denied(self):
        self.load("-A ufw-user-input -p tcp -m tcp --dport 5023 -j DROP\n")
        words = ("-A ufw-user-input -p tcp -m tcp --dport 5023 -j DROP", "sudo ufw allow 5023/tcp")
        self.assert_one("dropped", *words)
        self.live(self.watch(), "dropped", *words)

    def test_rejected(self):
        """It is refused although Traccar listens there: nobody is sent to start Traccar."""
        self.load("-A ufw-user-input -p tcp -m tcp --dport 5023 -j REJECT --reject-with tcp-reset\n")
        words = ("--dport 5023 -j REJECT", "sudo ufw allow 5023/tcp")
        self.assert_one("refused", *words)
        daemon = self.watch()
        self.live(daemon, "refused", *words)
        self.assertNotIn("start Traccar", daemon.all_of("finding", code="refused")[0]["advice"])
        self.load("-A ufw-user-input -p tcp -m tcp --dport 5023 -j ACCEPT\n")
        self.assert_heals(daemon, "refused")

    def test_rejected_by_a_rule_that_came_later(self):
        daemon = self.watch()
        self.load("-A ufw-user-input -p tcp -m tcp --dport 5023 -j REJECT --reject-with icmp-port-unreachable\n")
        self.live(daemon, "refused", "something listened on tcp 5023", "firewall", "sudo hexwatch doctor")
        self.assertNotIn("start Traccar", daemon.all_of("finding", code="refused")[0]["advice"])

    def test_allowed(self):
        self.load("-A ufw-user-input -p tcp -m multiport --dports 5000:5500 -j ACCEPT\n")
        self.assertEqual(self.found(), (0, []))

    def test_limited(self):
        """Six connections in thirty seconds are allowed: that is no fault."""
        self.load(
            "-A ufw-user-input -p tcp -m tcp --dport 5023 -m conntrack --ctstate NEW -m recent --set\n"
            "-A ufw-user-input -p tcp -m tcp --dport 5023 -m conntrack --ctstate NEW -m recent --update --seconds 30"
            " --hitcount 6 -j ufw-user-limit\n"
            "-A ufw-user-input -p tcp -m tcp --dport 5023 -j ufw-user-limit-accept\n"
        )
        self.assertEqual(self.found(), (0, []))


class Firewalld(Firewalls):
    def setUp(self):
        super().setUp()
        self.mount_over("/run", "firewalld")
        self.hold(*ALL)

    def load(self, user=""):
        with self.server.entered():
            subprocess.run(["nft", "delete", "table", "inet", "firewalld"], check=False, capture_output=True)
            subprocess.run(
                ["nft", "-f", "-"], input=FIREWALLD.replace("USER", user).encode(), check=True, timeout=DEADLINE
            )

    def test_not_allowed(self):
        self.load()
        words = ("reject with icmpx admin-prohibited", "filter_IN_public", "--zone=public --add-port=5023/tcp")
        self.assert_one("refused", *words)
        daemon = self.watch()
        self.live(daemon, "refused", *words)
        self.load("tcp dport 5023 accept")
        self.assert_heals(daemon, "refused")

    def test_allowed(self):
        self.load("tcp dport 5000-5500 accept")
        self.assertEqual(self.found(), (0, []))


def load_tests(loader, tests, pattern):
    together = Together()
    for case in (Sources, Ufw, Firewalld):
        together.addTests(loader.loadTestsFromTestCase(case))
    return together


if __name__ == "__main__":
    main()
