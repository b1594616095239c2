# SPDX-License-Identifier: Apache-2.0
"""Hosts to look at: a server and a tracker in networks of their own that a cable joins, and a program that looks like Traccar."""

import os
import re
import socket
import subprocess
import sys
import threading
import time
import unittest

from harness import DEADLINE, ENVIRONMENT, REPOSITORY, TestCase, hexwatch, receive, why_no_namespaces
from packets import IMEI, gt06_answer, gt06_login, gt06_position

CONFIGURATION = """<?xml version='1.0' encoding='UTF-8'?>
<!DOCTYPE properties SYSTEM 'http://java.sun.com/dtd/properties.dtd'>
<properties><entry key='protocols.enable'>gt06,h02</entry></properties>
"""
# holds the sockets that it is told of, and answers what comes, or only reads it, or does not even accept
SERVER = """
import selectors, socket, sys
sys.path.insert(0, sys.argv[1])
from packets import gt06_answer, h02_answer
held, mode, all_ = {}, "answer", selectors.DefaultSelector()
def hold(word):
    kind, address, port = word.split("/")
    one = socket.socket(socket.AF_INET, socket.SOCK_STREAM if kind == "tcp" else socket.SOCK_DGRAM)
    one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    one.bind((address, int(port)))
    if kind == "tcp": one.listen(1)
    held[word] = one
    if mode != "hang": all_.register(one, selectors.EVENT_READ, kind)
def leave(one):
    if one in all_.get_map(): all_.unregister(one)
    one.close()
def take(one, kind):
    if one is sys.stdin:
        told(sys.stdin.readline().split())
    elif kind == "tcp":
        all_.register(one.accept()[0], selectors.EVENT_READ, "peer")
    elif kind == "udp":
        one.recvfrom(2000)
    else:
        try: data = one.recv(4000)
        except OSError: data = b""
        if not data: leave(one)
        elif mode == "answer" and data.startswith(b"xx"): one.sendall(gt06_answer(data))
def told(words):
    global mode
    if not words: sys.exit()
    if words[0] == "open": hold(words[1])
    elif words[0] == "close":
        leave(held.pop(words[1]))
    else:
        mode = words[0]
        for one in held.values():
            if mode == "hang" and one in all_.get_map(): all_.unregister(one)
            if mode != "hang" and one not in all_.get_map():
                all_.register(one, selectors.EVENT_READ, "tcp" if one.type == socket.SOCK_STREAM else "udp")
    print("ready", flush=True)
for word in sys.argv[2:]:
    if word.count("/") == 2: hold(word)
all_.register(sys.stdin, selectors.EVENT_READ, "")
print("ready", flush=True)
while True:
    for key, _ in all_.select():
        if key.fileobj in all_.get_map(): take(key.fileobj, key.data)
"""
ALL = ("tcp/0.0.0.0/5013", "udp/0.0.0.0/5013", "tcp/0.0.0.0/5023")
V4, TRACKER = "198.51.100.1", "198.51.100.7"
LATE = re.compile("in time|-save does not show")


class Server:
    """A program that holds sockets: Traccar, as far as others can see, or somebody else."""

    def __init__(self, folder, sockets, as_traccar, config="conf/traccar.xml"):
        names = ("-jar", "tracker-server.jar", config) if as_traccar else ()
        self.process = subprocess.Popen(
            [sys.executable, "-c", SERVER, os.path.join(REPOSITORY, "tests", "e2e"), *sockets, *names],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=folder,
        )
        self._wait()

    def _wait(self):
        line = self.process.stdout.readline()
        if line != b"ready\n":
            raise AssertionError(f"the server said {line!r}")

    def tell(self, words):
        """ "open tcp/0.0.0.0/5023", "close …"; "answer", "read" (and say nothing), "hang" (accept nothing)"""
        self.process.stdin.write(words.encode() + b"\n")
        self.process.stdin.flush()
        self._wait()

    @property
    def pid(self):
        return self.process.pid

    def close(self):
        self.process.kill()
        self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()


class HostCase(TestCase):
    """Two networks, and a folder with Traccar's configuration and log."""

    configuration = CONFIGURATION

    def setUp(self):
        reason = why_no_namespaces()
        if reason:
            self.skipTest(reason)
        self.server, self.tracker = self.namespace("server"), self.namespace("tracker")
        self.join(self.server, "srv0", f"{V4}/24", self.tracker, "trk0", f"{TRACKER}/24")
        self.traccar = self.folder()
        self.socket = os.path.join(self.folder(), "control.sock")
        os.makedirs(f"{self.traccar}/conf")
        os.makedirs(f"{self.traccar}/logs")
        with open(f"{self.traccar}/conf/traccar.xml", "w", encoding="utf-8") as file:
            file.write(self.configuration)
        self.log("[T1a2b3c4d] connected", f"[T1a2b3c4d: gt06 < 203.0.113.7] {gt06_login().hex()}")
        self.log(f"[T1a2b3c4d: gt06 < 203.0.113.7] {gt06_position().hex()}")
        self.log(f"[T1a2b3c4d] id: {IMEI}, time: {self.now()}, lat: 48.20820, lon: 16.37380, course: 0.0")

    def join(self, one, one_name, one_address, other, other_name, other_address):
        """A cable between two networks."""
        one.ip("link", "add", one_name, "type", "veth", "peer", "name", other_name, "netns", other.name)
        for network, name, address in ((one, one_name, one_address), (other, other_name, other_address)):
            network.ip("address", "add", address, "dev", name)
            network.ip("link", "set", name, "up")

    def mount_over(self, folder, *names):
        """The folder as it is, and in it what its owner would have."""
        memory = self.folder()
        subprocess.run(["mount", "-t", "tmpfs", "tmpfs", memory], check=True)
        self.addCleanup(subprocess.run, ["umount", memory], check=True)
        for name in ("upper", "work"):
            os.mkdir(f"{memory}/{name}")
        options = f"lowerdir={folder},upperdir={memory}/upper,workdir={memory}/work"
        done = subprocess.run(["mount", "-t", "overlay", "overlay", "-o", options, folder], capture_output=True)
        if done.returncode != 0:
            self.skipTest("no overlay can be mounted here")
        self.addCleanup(subprocess.run, ["umount", folder], check=True)
        for name in names:
            os.makedirs(f"{folder}/{name}", exist_ok=True)

    @staticmethod
    def now():
        return time.strftime("%Y-%m-%d %H:%M:%S", time.localtime())

    def log(self, *lines):
        """Traccar writes."""
        with open(f"{self.traccar}/logs/tracker-server.log", "a", encoding="utf-8") as file:
            for line in lines:
                file.write(f"{self.now()}  INFO: {line}\n")

    def hold(self, *sockets, as_traccar=True, where=None):
        with (where or self.server).entered():
            return self.keep(Server(self.traccar, sockets, as_traccar))

    def look(self, *arguments, **options):
        """What doctor says. Its patience is short, and on a busy machine it may say that something was late: it is asked again then."""
        for _ in range(20):
            done = self.look_once(*arguments, **options)
            if not LATE.search(done.out):
                break
        return done

    def look_once(self, *arguments, **options):
        arguments = arguments or ("--format", "json")
        with self.server.entered():
            return hexwatch("doctor", "--traccar", self.traccar, "--socket", self.socket, *arguments, **options)

    def config(self, text=""):
        path = os.path.join(self.folder(), "hexwatch.conf")
        with open(path, "w", encoding="ascii") as file:
            file.write(f'control = {{ socket = "{self.socket}"; }};\n{text}')
        return path

    def watch(self, traccar=None, where=None, config=""):
        with (where or self.server).entered():
            return self.start(
                "sniff", "-i", "any", "--traccar", traccar or self.traccar, "--config", self.config(config)
            )

    def knock(self, port=5023, wait=0.3, source=None):
        """A connection that somebody tries; None where it does not come about."""
        with self.tracker.entered():
            peer = self.keep(socket.socket())
        peer.settimeout(wait)
        try:
            if source:
                peer.bind((source, 0))
            peer.connect((V4, port))
        except OSError:
            return None
        peer.settimeout(DEADLINE)
        return peer

    def send(self, *messages, port=5013):
        with self.tracker.entered():
            peer = self.keep(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
        for message in messages:
            peer.sendto(message, (V4, port))

    def talk(self, *messages, port=5023):
        """A device that is answered."""
        peer = self.knock(port, DEADLINE)
        for message in messages:
            peer.sendall(message)
            receive(peer, len(gt06_answer(message)))
        return peer

    def run_in(self, network, *arguments):
        with network.entered():
            return subprocess.run(
                arguments, check=True, capture_output=True, timeout=DEADLINE, env=ENVIRONMENT
            ).stdout.decode()

    def run_in_server(self, *arguments):
        return self.run_in(self.server, *arguments)

    def input_chain(self, policy="accept"):
        self.run_in_server("nft", "add", "table", "inet", "f")
        self.run_in_server(
            "nft", "add chain inet f input { type filter hook input priority 0; policy " + policy + "; }"
        )


def main():
    """Of a file of such tests. One that is named runs where no other test's processes are seen, nor its networks."""
    if os.environ.get("HEXWATCH_E2E_ALONE"):
        os.makedirs("/run/netns", exist_ok=True)
        subprocess.run(["mount", "-t", "tmpfs", "tmpfs", "/run/netns"], check=True)
        unittest.main()
    if not any("." in word for word in sys.argv[1:]) or why_no_namespaces():
        unittest.main()
    os.environ["HEXWATCH_E2E_ALONE"] = "yes"
    unshare = ["unshare", "--pid", "--fork", "--kill-child", "--mount", "--mount-proc"]
    os.execvp("unshare", [*unshare, sys.executable, *sys.argv])


class Together(unittest.TestSuite):
    """Its tests run at the same time, each as a program of its own: it waits most of its time."""

    AT_ONCE = 6

    def run(self, result, debug=False):
        gate = threading.Semaphore(self.AT_ONCE)
        done = {}

        def run(test):
            with gate:
                done[test] = subprocess.run(
                    [sys.executable, sys.argv[0], test.id().removeprefix("__main__.")],
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.STDOUT,
                    check=False,
                )

        threads = {test: threading.Thread(target=run, args=(test,)) for test in self}
        for thread in threads.values():
            thread.start()
        for test, thread in threads.items():
            thread.join()
            result.startTest(test)
            said = done[test].stdout.decode()
            if done[test].returncode != 0:
                result.failures.append((test, said))
            elif "skipped" in said:
                result.addSkip(test, said)
            else:
                result.addSuccess(test)
            result.stopTest(test)
        return result
