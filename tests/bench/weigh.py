#!/usr/bin/env python3
"""Weighs the program in a pseudo-terminal: instructions, bytes, memory, and milliseconds for what only a clock shows.

    tests/bench/weigh.py                       target/dist/callset, or else target/release/callset
    tests/bench/weigh.py PROGRAM               another build
    tests/bench/weigh.py --only keys,grown     some of the parts: keys start grown size
    tests/bench/weigh.py --functions PROGRAM   the functions that run, those of a key first, as the linker names them

Instructions are counted by valgrind where it is installed (--tool=callgrind, all threads). They are the same again for
the same program, whatever else the machine does, so compare them first. A typed key is 300 keys minus 100 keys,
divided by 200; each key waits for what the key before it wrote. nano stands beside it where it is installed.

Needs Python 3.9 and a Unix. Nothing leaves the machine; the home folder is a temporary one.
"""

import argparse
import atexit
import http.server
import json
import os
import pty
import re
import select
import shutil
import signal
import statistics
import struct
import subprocess
import sys
import tempfile
import termios
import threading
import time
from fcntl import ioctl
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROWS, COLUMNS = 36, 120
DEADLINE = 900.0  # seconds; no working machine comes near it
UP, DOWN, END = b"\x1b[A", b"\x1b[B", b"\x1b[F"
HELP, QUIT, HISTORY, PROFILES, ESCAPE, SAVE = b"\x1bOP", b"\x03", b"\x07", b"\x14", b"\x1b", b"\x13"
NANO_HELP, NANO_BACK = b"\x07", b"\x18"
ALL_LATER = b"L"  # the answer to the question about the drafts of ended runs


class Terminal:
    """A program in a pseudo-terminal."""

    def __init__(self, argv, home):
        self.output, self.over = b"", False
        self.began = time.perf_counter()
        self.pid, self.line = pty.fork()
        if self.pid == 0:
            ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
            environment = {
                "HOME": str(home), "XDG_STATE_HOME": f"{home}/state", "XDG_CONFIG_HOME": f"{home}/config",
                "TMPDIR": f"{home}/tmp", "TERM": "xterm-256color", "LANG": "C.UTF-8", "PATH": os.environ["PATH"],
                "HUBSPOT_ACCESS_TOKEN": "not-a-token-of-anyone",
            }
            os.execvpe(argv[0], argv, environment)

    def read(self, seconds):
        """What the program writes within this time; at the first bytes it returns."""
        if not select.select([self.line], [], [], seconds)[0]:
            return b""
        try:
            read = os.read(self.line, 1 << 16)
        except OSError:
            read = b""
        self.output += read
        return read

    def wait_for(self, text, since=0):
        """Waits until the program has written this. Returns the milliseconds since it was started."""
        end = time.perf_counter() + DEADLINE
        while text not in self.output[since:]:
            if not self.read(1.0) and (time.perf_counter() > end or self.is_over()):
                sys.exit(f"{text!r} did not come; the end of what came: {self.output[-400:]!r}")
        return (time.perf_counter() - self.began) * 1000

    def press(self, key):
        """Presses a key and waits for the first that it writes."""
        os.write(self.line, key)
        self.read(DEADLINE)

    def shown(self, key, quiet=0.01):
        """Presses a key and waits for all that it writes. Returns the bytes, and the milliseconds until the last of them."""
        began = len(self.output)
        pressed = time.perf_counter()
        self.press(key)
        last = time.perf_counter()
        while self.read(quiet):
            last = time.perf_counter()
        return len(self.output) - began, (last - pressed) * 1000

    def answer(self, key):
        """Answers a question: not before it can have been read, and nothing is typed right behind the answer."""
        self.wait_for(b"later")
        self.settle()
        self.press(key)
        self.settle()

    def settle(self, quiet=0.3):
        """Waits until the program has written nothing for so long."""
        while self.read(quiet):
            pass

    def is_over(self):
        self.over = self.over or os.waitpid(self.pid, os.WNOHANG)[0] != 0
        return self.over

    def memory(self):
        """The resident memory in MiB."""
        status = Path(f"/proc/{self.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+)", status)[1]) / 1024

    def end(self, *keys):
        """Presses the keys that quit, and waits for the end of the program."""
        for key in keys:
            if not self.is_over():
                os.write(self.line, key)
                self.settle()
        end = time.perf_counter() + DEADLINE
        while not self.is_over():
            self.read(0.05)
            if time.perf_counter() > end:
                sys.exit(f"it does not quit; the end of what came: {self.output[-400:]!r}")
        os.close(self.line)

    def kill(self):
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self.line)


class Server:
    """Answers as HubSpot does, on this machine: the settings of any app."""

    def __init__(self, name="Acme Dialer"):
        settings = {
            "name": name, "url": "https://dialer.acme.dev/widget", "width": 400, "height": 650, "isReady": False,
            "usesCallingWindow": True, "usesRemote": True, "supportsInboundCalling": False,
            "supportsCustomObjects": True, "createdAt": "2024-03-02T09:14:07.000Z",
            "updatedAt": "2026-11-19T07:29:41.000Z",
        }

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answer(self, code, body):
                data = json.dumps(body).encode()
                self.send_response(code)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def do_GET(self):
                is_main = self.path.endswith("/settings")
                self.answer(200 if is_main else 404, settings if is_main else {"status": "error", "message": "none"})

            def do_PATCH(self):
                settings.update(json.loads(self.rfile.read(int(self.headers["content-length"]))))
                self.answer(200, settings)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}"


def homes():
    home = Path(tempfile.mkdtemp(prefix="callset-weigh-"))
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    for folder in ("state", "config/callset", "tmp"):
        (home / folder).mkdir(parents=True)
    return home


class Run:
    """What is run: the arguments, the text that says it is ready, and the keys that quit."""

    def __init__(self, argv, ready, quit_keys):
        self.argv, self.ready, self.quit_keys = argv, ready, quit_keys

    def start(self, home, under=()):
        return Terminal([*under, *self.argv], home)

    def counted(self, home, keys, options=()):
        """What valgrind counts from the start to the end, with these keys pressed in between."""
        out = home / "callgrind"
        tool = ["valgrind", "-q", "--tool=callgrind", "--demangle=no", "--compress-strings=no"]
        terminal = self.start(home, [*tool, *options, f"--callgrind-out-file={out}"])
        terminal.wait_for(self.ready)
        terminal.settle()
        for key in keys:
            if key == ALL_LATER:
                terminal.answer(key)
                continue
            terminal.press(key)
            if not key.isalpha():
                terminal.settle()  # what stands behind Escape at once would be one key with it
        terminal.settle()
        terminal.end(*self.quit_keys)
        # With an option there is a file for each thread.
        return (out.with_name("callgrind-01") if options else out).read_text()

    def instructions(self, home, keys=(), threads="all"):
        """The instructions from the start to the end, with these keys pressed in between: of all threads, or of the one
        that keys and frames are handled on."""
        counted = self.counted(home, keys, ["--separate-threads=yes"] if threads == "main" else [])
        total = re.search(r"^(?:summary|totals): (\d+)", counted, re.MULTILINE)
        if not total:
            sys.exit("valgrind has counted nothing")
        return int(total[1])

    def functions(self, home, keys=()):
        """The instructions of each function that runs meanwhile, by the name that the linker knows."""
        costs, name, is_called = {}, None, False
        for line in self.counted(home, keys).splitlines():
            if line.startswith("fn="):
                name = line[3:]
            elif line.startswith("calls="):
                is_called = True
            elif line[:1] in "0123456789+-*" and name:
                # The line behind a call is what the called function has cost.
                costs[name] = costs.get(name, 0) + (0 if is_called else sum(map(int, line.split()[1:])))
                is_called = False
        return costs


def typed(count):
    """Letters behind the text of the line."""
    return [END] + [b"abcdefghij"[at % 10:at % 10 + 1] for at in range(count)]


def show(what, *values):
    print("".join([f"{what:58}", *(f"{value:>16}" for value in values)]), flush=True)


def count(number):
    return f"{number:,.0f}"


def ready(runs):
    """All of them, running. What is timed is done in turns, since a machine is not equally busy all the time."""
    terminals = [run.start(homes()) for run in runs]
    for run, terminal in zip(runs, terminals):
        terminal.wait_for(run.ready)
        terminal.settle()
    return terminals


def keys(runs):
    """Instructions and bytes of a typed key, and the time until it is shown."""
    if shutil.which("valgrind"):
        values = []
        for run in runs:
            few, many = (run.instructions(homes(), typed(times)) for times in (100, 300))
            values.append(count((many - few) / 200))
        show("instructions for a typed key", *values)
    terminals = ready(runs)
    ticks = [cpu_ms(terminal.pid) for terminal in terminals]
    pressed = [[terminal.shown(key) for terminal in terminals] for key in typed(300)]
    cpu = [f"{(cpu_ms(terminal.pid) - before) / 300:.2f} ms" for terminal, before in zip(terminals, ticks)]
    written = [count(statistics.median(size for size, _ in column)) for column in zip(*pressed)]
    shown = [f"{statistics.median(took for _, took in column):.2f} ms" for column in zip(*pressed)]
    for terminal in terminals:
        terminal.kill()
    show("bytes of a typed key", *written)
    show("a typed key shown, keys in a row", *shown)
    show("processor time of a typed key", *cpu)


def cpu_ms(pid):
    """The processor time of a process in milliseconds, system time included."""
    fields = Path(f"/proc/{pid}/schedstat").read_text().split()
    return int(fields[0]) / 1e6


def start(runs):
    """From the start to the first frame, and to the values."""
    times, first = {run: [] for run in runs}, {run: [] for run in runs}
    for run in runs * 60:
        terminal = run.start(homes())
        while b"help" not in terminal.output.lower():
            terminal.read(DEADLINE)
        first[run].append((time.perf_counter() - terminal.began) * 1000)
        times[run].append(terminal.wait_for(run.ready))
        terminal.kill()
    frames = [f"{statistics.median(first[run]):.1f} ms" for run in runs]
    filled = [f"{statistics.median(times[run]):.1f} ms" for run in runs]
    terminals = ready(runs)
    memory = [f"{terminal.memory():.1f} MiB" for terminal in terminals]
    moved = [count(statistics.median(terminal.shown(key)[0] for key in [DOWN, UP] * 20)) for terminal in terminals]
    helped = [[] for _ in runs]
    for _ in range(40):
        for at, terminal in enumerate(terminals):
            terminal.settle(0.05)
            helped[at].append(terminal.shown(NANO_HELP if at else HELP)[1])
            terminal.settle(0.05)
            terminal.press(NANO_BACK if at else ESCAPE)
    helped = [f"{statistics.median(times):.1f} ms" for times in helped]
    for terminal in terminals:
        terminal.settle(1.0)
    before = [switches(terminal.pid) for terminal in terminals]
    time.sleep(5)
    woken = [count(switches(terminal.pid) - earlier) for terminal, earlier in zip(terminals, before)]
    for terminal in terminals:
        terminal.kill()
    show("start to the first frame", *frames)
    show("start to the values", *filled)
    show("memory when ready", *memory)
    show("bytes of moving to another row", *moved)
    show("help shown", *helped)
    show("wake-ups in five idle seconds", *woken)
    if shutil.which("valgrind"):
        show("instructions from the start to the end", *(count(run.instructions(homes())) for run in runs))


def switches(pid):
    """How often the threads of a process gave the processor up."""
    tasks = Path(f"/proc/{pid}/task").glob("*/status")
    return sum(int(re.search(r"\nvoluntary_ctxt_switches:\s+(\d+)", task.read_text())[1]) for task in tasks)


def on(server, program):
    """callset on a server of this machine."""
    argv = [program, "--base-url", server.url, "--app", "1234567"]
    return Run(argv, b"dialer.acme.dev", [QUIT, b"d"])


def grown(program):
    """How much more a large home costs than an empty one."""
    if not shutil.which("valgrind"):
        return
    server = Server()
    run = on(server, program)
    measure("an empty home", run, homes())
    full = homes()
    seed(run, full)
    measure("100,000 saves and 50 drafts", run, full, [ALL_LATER])
    # An answer may have 1 MiB, the rest of the object included.
    long_name = Server("Acme " + "x" * 1_000_000)
    measure("a name of 1 MB", on(long_name, program), homes())
    many = homes()
    profile = "[profiles.app-{0}]\napp_id = {0}\nbase_url = \"{1}\"\n\n"
    config = "".join(profile.format(number, server.url) for number in range(1, 10_001))
    (many / "config/callset/config.toml").write_text(config)
    measure("10,000 profiles", run, many)


def measure(name, run, home, first=()):
    """What a start, a key and the two longest lists cost in this home, after these keys."""
    whole = run.instructions(home, first)
    # A draft is written a few times a second, however many keys there are, and on another thread.
    few, many = (run.instructions(home, [*first, *typed(times)], "main") for times in (20, 60))
    key = (many - few) / 40
    show(f"{name}: instructions from start to end", count(whole))
    show(f"{name}: instructions for a typed key", count(key))
    for what, opens in [("history", HISTORY), ("profiles", PROFILES)]:
        terminal = run.start(home)
        terminal.wait_for(run.ready)
        terminal.settle()
        for key in first:
            terminal.answer(key)
        times = []
        for _ in range(10):
            times.append(terminal.shown(opens, 0.2)[1])
            terminal.press(ESCAPE)
            terminal.settle()
        terminal.kill()
        show(f"{name}: {what} open and filled", f"{statistics.median(times):.1f} ms")


def seed(run, home):
    """100,000 saves and 50 drafts of ended runs, in the program's own words."""
    terminal = run.start(home)
    terminal.wait_for(run.ready)
    terminal.settle()
    terminal.press(END)
    terminal.press(b"/")
    terminal.settle()
    terminal.press(b"\x13")
    terminal.settle(1.0)
    terminal.press(b"/")
    terminal.settle(1.0)  # by then the draft is on the disk
    terminal.kill()
    history, = home.glob("state/callset/**/history.jsonl")
    line = history.read_text().splitlines()[-1]
    history.write_text((line + "\n") * 100_000)
    draft, = home.glob("state/callset/**/draft.json")
    for number in range(1, 51):
        other = draft.parent.with_name(f"run-{number}-{draft.parent.name.rsplit('-', 1)[1]}")
        shutil.copytree(draft.parent, other)
    shutil.rmtree(draft.parent)


def functions(program):
    """Prints the functions that run for each typed key, then those of a start, then those of moving, help and a save."""
    run = Run([program, "--demo"], b"dialer", [QUIT, b"d"])
    start, few, many = (run.functions(homes(), keys) for keys in ((), typed(5), typed(25)))
    used = run.functions(homes(), [DOWN, UP, HELP, ESCAPE, *typed(1), SAVE])
    of_keys = [name for name in many if many[name] > few.get(name, 0)]
    print("\n".join(dict.fromkeys([*of_keys, *start, *few, *used])))


def size(program):
    data = Path(program).read_bytes()
    show("the program file", f"{len(data) / (1 << 20):.2f} MiB")
    places = {str(ROOT), str(Path(os.environ.get("CARGO_HOME", Path.home() / ".cargo"))), str(Path.home())}
    show("paths of this machine in it", count(sum(data.count(place.encode()) for place in places)))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", nargs="?")
    parser.add_argument("--only", default="keys,start,grown,size")
    parser.add_argument("--functions", action="store_true")
    options = parser.parse_args()
    built = [ROOT / "target" / profile / "callset" for profile in ("dist", "release")]
    program = options.program or next((str(path) for path in built if path.exists()), None)
    if not program:
        sys.exit("nothing is built: cargo build --locked --profile dist")
    program = str(Path(program).resolve())
    if options.functions:
        return functions(program)
    runs = [Run([program, "--demo"], b"dialer", [QUIT, b"d"])]
    if nano := shutil.which("nano"):
        text = homes() / "text"
        text.write_text("https://dialer.acme.dev/widget\n" * 20)
        runs.append(Run([nano, "--ignorercfiles", str(text)], b"dialer", [b"\x18", b"n"]))
    if not shutil.which("valgrind"):
        print("valgrind is not installed: no instructions are counted")
    print(program)
    show("", "callset", *(["nano"] if len(runs) > 1 else []))
    for part in options.only.split(","):
        {"keys": lambda: keys(runs), "start": lambda: start(runs), "grown": lambda: grown(program),
         "size": lambda: size(program)}[part]()


main()
