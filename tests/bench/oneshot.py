#!/usr/bin/env python3
"""What one call of callset costs beside one of curl, against the same server on loopback.

    python3 tests/bench/oneshot.py target/dist/callset [ROUNDS]

The programs take turns, so that a busy machine is unfair to none of them. Each row holds the medians of all rounds, and
the median of the ratios of each round. Needs curl and a C compiler: a program of twenty lines starts the others, since
whatever starts a program passes its own size on to what is told of the program's memory.
"""

import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time

LAUNCH = r"""
#include <fcntl.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
static long long now(void) { struct timespec t; clock_gettime(CLOCK_MONOTONIC, &t); return t.tv_sec * 1000000000LL + t.tv_nsec; }
int main(int n, char **a) {
    struct rusage used; int status; long long began = now();
    pid_t child = fork();
    if (child == 0) { int none = open("/dev/null", O_RDWR); dup2(none, 0); dup2(none, 1); execv(a[1], a + 1); _exit(127); }
    wait4(child, &status, 0, &used);
    long long ended = now();
    printf("%lld %lld %ld %ld %d\n", began, ended, used.ru_utime.tv_sec * 1000000 + used.ru_utime.tv_usec
        + used.ru_stime.tv_sec * 1000000 + used.ru_stime.tv_usec, used.ru_maxrss, status);
    return n < 2;
}
"""

TOKEN = "pat-na1-00000000-0000-0000-0000-000000000000"
SETTINGS = {
    "name": "Acme Dialer", "url": "https://dialer.acme.dev/widget", "width": 400, "height": 650, "isReady": False,
    "usesCallingWindow": True, "usesRemote": True, "supportsInboundCalling": False, "supportsCustomObjects": True,
    "createdAt": "2024-03-02T09:14:07.000Z", "updatedAt": "2026-11-19T07:29:41.000Z",
}


class Server:
    """Answers as the settings' resource does, and notes when the whole of a request was there."""

    def __init__(self):
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=16)
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        self.arrived = {}
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            peer = self.listener.accept()[0]
            peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.converse(peer)

    def converse(self, peer):
        got = b""
        while True:
            head, mark, body = got.partition(b"\r\n\r\n")
            length = next((int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")), 0)
            if not mark or len(body) < length:
                more = peer.recv(65536)
                if not more:
                    return peer.close()
                got += more
                continue
            method = head.split(b" ", 1)[0].decode()
            self.arrived[method] = time.monotonic_ns()
            changed = json.loads(body[:length]) if length else {}
            answer = json.dumps({**SETTINGS, **changed}).encode()
            peer.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s" % (len(answer), answer))
            got = body[length:]


def main():
    callset = os.path.abspath(sys.argv[1])
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 60
    curl = subprocess.run(["sh", "-c", "command -v curl"], capture_output=True, text=True, check=True).stdout.strip()
    server = Server()
    with tempfile.TemporaryDirectory() as home:
        launch = os.path.join(home, "launch")
        subprocess.run(["cc", "-O1", "-x", "c", "-o", launch, "-"], input=LAUNCH, text=True, check=True)
        environment = {
            "HOME": home, "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "HUBSPOT_ACCESS_TOKEN": TOKEN,
            "HUBSPOT_BASE_URL": server.url, "HUBSPOT_APP_ID": "1234567",
        }
        path = server.url + "/crm/v3/extensions/calling/1234567/settings"
        sent = ["-sS", "-H", f"Authorization: Bearer {TOKEN}"]
        pairs = {
            "set": ("PATCH", [curl, *sent, "-X", "PATCH", "-H", "Content-Type: application/json", "-d", '{"isReady":true}', path],
                    [callset, "set", "isReady=true"]),
            "get": ("GET", [curl, *sent, path], [callset, "get", "width", "-o", "value"]),
        }

        def once(method, command):
            server.arrived.clear()
            done = subprocess.run([launch, *command], env=environment, capture_output=True, text=True, check=True)
            began, ended, cpu, memory, status = map(int, done.stdout.split())
            if status or method not in server.arrived:
                sys.exit(f"{command[:2]}: status {status}, {server.arrived}, {done.stderr}")
            return ((server.arrived[method] - began) / 1e6, (ended - began) / 1e6, cpu / 1e3, memory / 1024)

        for name, (method, *commands) in pairs.items():
            costs = ([], [])
            for turn in range(rounds + 3):
                order = (0, 1) if turn % 2 else (1, 0)
                for which in order:
                    costs[which].append(once(method, commands[which]))
            columns = [list(zip(*cost[3:])) for cost in costs]
            for row, what in enumerate([f"exec to the {method}'s arrival, ms", "exec to the end, ms", "CPU, ms", "memory, MiB"]):
                theirs, ours = columns[0][row], columns[1][row]
                ratio = statistics.median(o / t if t else 1 for o, t in zip(ours, theirs))
                print(f"{name}: {what:34} curl {statistics.median(theirs):7.2f}   callset {statistics.median(ours):7.2f}   ratio {ratio:.2f}")


main()
