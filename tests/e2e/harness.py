# SPDX-License-Identifier: Apache-2.0
"""Starts the real program and looks at what it says. Used by all tests of this folder, with packets.py.

Nothing here waits for luck: every wait is for a condition, with a deadline that fails the test.
"""

import atexit
import contextlib
import ctypes
import json
import os
import random
import resource
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
import unittest

REPOSITORY = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
HEXWATCH = os.environ.get("HEXWATCH") or os.path.join(REPOSITORY, "build", "hexwatch")
DEADLINE = 60  # s; far more than a slow and busy machine needs: only what fails waits so long
USAGE_OR_INPUT = 2



def _for_everybody(program):
    """Some tests run it as nobody, who may not come to it where it was built in a folder of root's: a copy then."""
    path = os.path.abspath(program)
    folders = [path]
    while folders[-1] != "/":
        folders.append(os.path.dirname(folders[-1]))
    if os.geteuid() != 0 or all(os.stat(part).st_mode & 0o1 for part in folders if os.path.exists(part)):
        return program
    place = tempfile.mkdtemp(prefix="hexwatch-e2e-program-")
    atexit.register(shutil.rmtree, place, ignore_errors=True)
    os.chmod(place, 0o755)
    return shutil.copy(path, os.path.join(place, "hexwatch"))


HEXWATCH = _for_everybody(HEXWATCH)

# the program's words must not depend on who runs the tests
ENVIRONMENT = {"PATH": os.environ.get("PATH", ""), "TZ": "UTC", "LC_ALL": "C.UTF-8"}
# the service's state is this run's own, whoever else tests on the machine; hexwatch makes the folder and gives it to its user
_state = tempfile.mkdtemp(prefix="hexwatch-e2e-state-")
os.chmod(_state, 0o755)
atexit.register(shutil.rmtree, _state, ignore_errors=True)
ENVIRONMENT["STATE_DIRECTORY"] = os.path.join(_state, "state")
# what ncurses keeps of a terminal that it does not know is never freed
ENVIRONMENT["LSAN_OPTIONS"] = "print_suppressions=0:suppressions=" + os.path.join(os.path.dirname(os.path.abspath(__file__)), "leaks.txt")
ENVIRONMENT.update((name, value) for name, value in os.environ.items() if name.endswith("SAN_OPTIONS"))

_libc = ctypes.CDLL(None, use_errno=True)


def wait_until(condition, what, deadline=DEADLINE):
    """The first true value of condition()."""
    end = time.monotonic() + deadline
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f"not within {deadline} s: {what() if callable(what) else what}")
        time.sleep(0.005)


def slowness():
    """How many times longer work takes here and now than on an ordinary machine that has nothing else to do; 1: no longer."""
    usual, start = 0.1, time.monotonic()
    sum(range(3000000))
    return max(1, (time.monotonic() - start) / usual)


def promised(limit, measure, tries=5):
    """What is promised within so many seconds on an ordinary machine: measure() gives how long it took. Machines that are busy
    otherwise stall: there are some tries. A program that is slow fails them all."""
    told = []
    for _ in range(tries):
        took = measure()
        if took < limit:
            return
        slow = slowness()
        if took < limit * slow:
            return
        told.append(f"{took:.3f} s on a machine {slow:.1f} times slower than usual")
    raise AssertionError(f"not within {limit} s: {told}")


def timed(action):
    """How long it takes."""
    start = time.monotonic()
    action()
    return time.monotonic() - start


def check_clean(errors):
    for word in ("Sanitizer", "runtime error:"):
        if word in errors:
            raise AssertionError(errors)


def _once(pairs):
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError(f"a name stands twice in {pairs}")
    return members


def parse(lines):
    """The records of JSON lines; every line must be one, and none may name a member twice."""
    return [json.loads(line, object_pairs_hook=_once) for line in lines]


class Finished:
    def __init__(self, status, out, errors):
        self.status, self.out, self.errors = status, out, errors

    @property
    def records(self):
        return parse(self.out.splitlines())

    def of(self, event):
        return [record for record in self.records if record["event"] == event]


def hexwatch(*arguments, given=b"", stdout=subprocess.PIPE, before=None, env=None):
    """Runs a command that ends by itself."""
    done = subprocess.run(
        [HEXWATCH, *map(str, arguments)],
        input=given,
        stdout=stdout,
        stderr=subprocess.PIPE,
        env={**ENVIRONMENT, **(env or {})},
        preexec_fn=before,
        timeout=DEADLINE,
        check=False,
    )
    errors = done.stderr.decode()
    check_clean(errors)
    return Finished(done.returncode, (done.stdout or b"").decode(), errors)


@contextlib.contextmanager
def running(*arguments):
    """A command that is fed piece by piece. After the deadline it is killed, so that no read hangs."""
    with subprocess.Popen(
        [HEXWATCH, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=ENVIRONMENT,
    ) as process:
        watchdog = threading.Timer(DEADLINE, process.kill)
        watchdog.start()
        try:
            yield process
        finally:
            watchdog.cancel()
            process.kill()


def told(records):
    """What a message record says, without what differs by run: time, flow, peer."""
    return [
        (
            record["direction"],
            record["hex"],
            record.get("protocol"),
            record.get("device"),
            record.get("verdict"),
        )
        for record in records
        if record["event"] == "message"
    ]


class Daemon:
    """listen, sniff or run, with its lines read as they come."""

    def __init__(self, *arguments, before=None, is_json=True, ready="Waiting for"):
        arguments = [str(argument) for argument in arguments]
        if is_json:
            arguments += ["--format", "json"]
        self.lines, self.error_lines, self._records = [], [], []
        self.process = subprocess.Popen(
            [HEXWATCH, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=ENVIRONMENT,
            preexec_fn=before,
        )
        self.readers = [
            threading.Thread(target=self._read, args=pair, daemon=True)
            for pair in ((self.process.stdout, self.lines), (self.process.stderr, self.error_lines))
        ]
        for reader in self.readers:
            reader.start()
        if ready:
            try:
                self.wait_error(ready)
            except BaseException:
                self.close()
                raise

    @staticmethod
    def _read(pipe, lines):
        for line in pipe:
            lines.append(line.decode().rstrip("\n"))

    @property
    def pid(self):
        return self.process.pid

    @property
    def errors(self):
        return "\n".join(self.error_lines)

    @property
    def records(self):
        self._records += parse(self.lines[len(self._records) :])
        return self._records

    def all_of(self, event, **members):
        return [
            record
            for record in self.records
            if record["event"] == event and all(record.get(name) == value for name, value in members.items())
        ]

    def _describe(self, what):
        return "\n".join([f"{what}; it said:", *self.lines[-20:], *self.error_lines[-10:]])

    def _wait(self, condition, what):
        """Waits as long as the program lives; once more behind its end, for its last words."""

        def either():
            is_over = self.process.poll() is not None and not any(
                reader.is_alive() for reader in self.readers
            )
            value = condition()
            if not value and is_over:
                raise AssertionError(self._describe(f"it ended with {self.process.returncode} before {what}"))
            return value

        return wait_until(either, lambda: self._describe(what))

    def wait_error(self, words):
        """The first line of standard error with these words."""
        return self._wait(
            lambda: next((line for line in list(self.error_lines) if words in line), None), words
        )

    def wait_line(self, words):
        return self._wait(lambda: next((line for line in list(self.lines) if words in line), None), words)

    def wait_for(self, event, count=1, **members):
        """The first `count` records of an event with these members."""
        found = self._wait(
            lambda: (lambda all_: all_ if len(all_) >= count else None)(self.all_of(event, **members)),
            f"{count} x {event} {members}",
        )
        return found[:count]

    def message(self, **members):
        return self.wait_for("message", **members)[0]

    def wait_end(self):
        try:
            status = self.process.wait(DEADLINE)
        except subprocess.TimeoutExpired:
            raise AssertionError(self._describe("it does not end")) from None
        for reader in self.readers:
            reader.join(DEADLINE)
        check_clean(self.errors)
        return status

    def stop(self, number=signal.SIGINT):
        """Its exit status."""
        self.process.send_signal(number)
        return self.wait_end()

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        for reader in self.readers:
            reader.join(DEADLINE)
        self.process.stdout.close()
        self.process.stderr.close()


def processor_seconds(pid):
    """How much processor time a process has used."""
    with open(f"/proc/{pid}/stat", encoding="ascii") as file:
        fields = file.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def limit_descriptors(count):
    """For `before`: a limit that root cannot raise either."""

    def before():
        cap_sys_resource, pr_capbset_drop = 24, 24
        _libc.prctl(pr_capbset_drop, cap_sys_resource, 0, 0, 0)
        resource.setrlimit(resource.RLIMIT_NOFILE, (count, count))

    return before


def become_nobody():
    """For `before`: without root, where the tests have it."""
    if os.geteuid() == 0:
        os.setgroups([])
        os.setresgid(65534, 65534, 65534)
        os.setresuid(65534, 65534, 65534)


def receive(peer, count):
    """Exactly so many bytes."""
    got = b""
    while len(got) < count:
        more = peer.recv(count - len(got))
        if not more:
            raise AssertionError(f"closed after {got!r}")
        got += more
    return got


_given_ports = set()


def free_ports(count):
    """Ports that nobody holds, outside the range from which clients get theirs; none twice."""
    found = []
    while len(found) < count:
        port = random.randrange(15000, 32000)
        if port in _given_ports or not is_free(port):
            continue
        _given_ports.add(port)
        found.append(port)
    return found


def is_free(port):
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
        with socket.socket(socket.AF_INET6, kind) as probe:
            try:
                probe.bind(("::", port))
            except OSError:
                return False
    return True


class Namespace:
    """A network of its own. Sockets and programs made inside `entered` belong to it."""

    def __init__(self, label):
        self.name = f"hexwatch-e2e-{os.getpid()}-{label}"
        subprocess.run(["ip", "netns", "add", self.name], check=True, capture_output=True, timeout=DEADLINE)
        try:
            self.fd = os.open(f"/run/netns/{self.name}", os.O_RDONLY | os.O_CLOEXEC)
            self.ip("link", "set", "lo", "up")
        except (OSError, subprocess.SubprocessError):  # it is not left behind
            subprocess.run(["ip", "netns", "del", self.name], check=False, capture_output=True, timeout=DEADLINE)
            raise

    def ip(self, *arguments):
        subprocess.run(["ip", "-n", self.name, *arguments], check=True, capture_output=True, timeout=DEADLINE)

    @contextlib.contextmanager
    def entered(self):
        clone_newnet = 0x40000000
        before = os.open("/proc/thread-self/ns/net", os.O_RDONLY | os.O_CLOEXEC)
        try:
            if _libc.setns(self.fd, clone_newnet) != 0:
                raise OSError(ctypes.get_errno(), "setns")
            try:
                yield self
            finally:
                if _libc.setns(before, clone_newnet) != 0:
                    raise OSError(ctypes.get_errno(), "setns back")
        finally:
            os.close(before)

    def close(self):
        os.close(self.fd)
        subprocess.run(["ip", "netns", "del", self.name], check=True, capture_output=True, timeout=DEADLINE)


def why_no_namespaces():
    """Why network namespaces cannot be made here; None where they can."""
    if os.geteuid() != 0:
        return "network namespaces need root"
    if not shutil.which("ip"):
        return "network namespaces need the program 'ip' (package iproute2)"
    try:
        Namespace("probe").close()
    except (OSError, subprocess.SubprocessError) as error:
        return f"network namespaces cannot be made here: {error}"
    return None


class TestCase(unittest.TestCase):
    maxDiff = None

    def start(self, *arguments, **options):
        daemon = Daemon(*arguments, **options)
        self.addCleanup(daemon.close)
        return daemon

    def folder(self):
        """A folder that goes with the test; those who left root may enter it."""
        path = tempfile.mkdtemp(prefix="hexwatch-e2e-")
        self.addCleanup(shutil.rmtree, path)
        os.chmod(path, 0o755)
        return path

    def namespace(self, label):
        namespace = Namespace(label)
        self.addCleanup(namespace.close)
        return namespace

    def keep(self, closable):
        """Closes it at the end of the test."""
        self.addCleanup(closable.close)
        return closable

    def connect(self, address, port):
        return self.keep(socket.create_connection((address, port), timeout=DEADLINE))

    def assert_one_line(self, errors, *words):
        lines = [line for line in errors.splitlines() if line]
        self.assertEqual(len(lines), 1, errors)
        self.assertTrue(lines[0].startswith("hexwatch: "), errors)
        for word in words:
            self.assertIn(word, lines[0])
