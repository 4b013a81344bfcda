#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# `vfield status -w` fits the terminal, with 30 and 200 nodes, in 24 lines of
# 100 and of 80 columns.  The verdict and the heads of tables stay on the
# screen, and the worst nodes come first.  The key q ends the program, and the
# terminal is as it was before.
. "$(dirname "$0")/lib.sh"
need python3

mkdir "$TMP/run"
cat >"$TMP/terminal.py" <<'END'
import fcntl, json, os, pty, re, select, signal, socket, struct, sys, termios
import threading, time

run = sys.argv[1]
answers = {}

def router():
    s = socket.socket(socket.AF_UNIX)
    s.bind(run + "/router.ctl")
    s.listen(8)
    while True:
        c, _ = s.accept()
        question = c.recv(4096).decode().split()[0]
        c.sendall(json.dumps(answers[question]).encode())
        c.close()

threading.Thread(target=router, daemon=True).start()

def world(n):
    def peer(i):
        return {"id": "%02x" % i, "name": "lab-room-204-seat-%03d" % i,
            "address": "[2001:db8:1234:5678:9abc:def0:0:%x]:10809" % i,
            "state": "useless" if i == n - 1 else "up", "active": True,
            "complete": False, "held": 4000, "outstanding": 1 << 20,
            "rate": 111744051, "bytes": 1048576000, "errors": 0,
            "bad_hashes": 0}
    image = {"id": "0123456789abcdef", "name": "debian-12-workstation",
        "size": 566231040, "chunk_size": 131072, "nchunks": 4320,
        "held": 4319, "found": 12, "default": True, "used": True,
        "waiting_reads": 0, "copies": {"seed": True, "chunks": [0, 0, 9],
        "least": 2, "short_bytes": 0}}
    answers["status"] = {"version": "0.1", "node": {"name": "seed",
        "address": "10.0.0.1:10809", "uptime_s": 3725},
        "membership": {"role": "core", "peer": "/run/vfield/member.sock",
            "seq": 421234567, "nodes": n + 1, "cores": 3},
        "images": [image], "default": {"here": True, "id": "0123"},
        "store": {"dir": "/dev/shm/vfield-1", "budget": 134217728,
            "used": 106430464, "evictions": 123456, "errors": 0},
        "peers": [peer(i) for i in range(n)],
        "gone": [{"name": "lab-room-204-seat-999", "reason": "lost",
            "address": "10.0.0.99:10809", "ago_s": 61}],
        "bytes": {"store": 1 << 40, "seed": 1 << 38, "tree": 1 << 39,
            "holder": 1 << 37},
        "chunks": {"fetched": 7333333, "refetched": 22222, "hedged": 1111,
            "hash_failures": 7, "prefetched": 55555, "filled": 66666},
        "clients": {"now": 1, "requests": 8121212, "bytes": 1 << 40,
            "errors": 0},
        "served": {"peers": {"bytes": 1 << 40, "now": 31},
            "clients": {"bytes": 1 << 39, "now": 12}, "refused": 3}}
    answers["nodes"] = {"nodes": [{"name": p["name"], "since": 1700000000,
        "address": p["address"], "role": "satellite", "seed": i == 0,
        "self": i == 0, "images": [image, dict(image, default=False)]}
        for i, p in enumerate(answers["status"]["peers"])]}

class Terminal:
    def __init__(self, columns, rows, *command):
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.environ.pop("COLUMNS", None)
            time.sleep(0.2)
            os.execvp(command[0], command)
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ,
            struct.pack("HHHH", rows, columns, 0, 0))
        self.before = termios.tcgetattr(self.fd)
        self.text = ""
    def read(self):
        ready, _, _ = select.select([self.fd], [], [], 120)
        assert ready, "nothing comes: " + self.text
        try:
            more = os.read(self.fd, 65536).decode()
        except OSError:
            more = ""
        self.text += more.replace("\r", "")
        return more != ""
    def status(self):
        while self.read():
            pass
        return os.waitpid(self.pid, 0)[1]

def lines_of(frame, columns):
    lines = re.sub("\033\\[[0-9]*[A-Z]", "", frame).splitlines()
    wide = [l for l in lines if len(l) > columns]
    assert not wide, "wider than %d: %r" % (columns, wide[:2])
    return lines

def watch(n, columns, rows):
    world(n)
    t = Terminal(columns, rows, "vfield", "status", "-w", "--run-dir", run)
    while t.text.count("\033[J") < 2:
        t.read()
    lines = lines_of(t.text.split("\033[H")[1], columns)
    assert len(lines) == rows - 1, "%d lines" % len(lines)
    assert lines[0].startswith("DEGRADED: lab-room-204-seat-999 lost 1 min"), lines
    assert re.match(r"\.\.\. and [0-9]+ lines more; q quits$", lines[-1]), lines
    head = [i for i, l in enumerate(lines) if l.startswith("PEER ")]
    assert head and lines[head[0] + 1].startswith("lab-ro..at-999"), lines
    assert "useless" in lines[head[0] + 2], lines
    os.write(t.fd, b"xq")
    assert t.status() == 0

def once(columns, want, *command):
    t = Terminal(columns, 24, "vfield", *command, "--run-dir", run)
    assert t.status() == 0
    lines = lines_of(t.text, columns)
    assert len(lines) >= want, lines[:30]
    return lines

for n in 30, 200:
    watch(n, 100, 24)
watch(30, 80, 24)
world(200)
once(80, 210, "status")
for columns in 80, 140:
    lines = once(columns, 400, "node", "list")
    assert "seat-199" in "".join(lines) or "t-199" in "".join(lines), lines
t = Terminal(80, 24, "vfield", "status", "--json", "--run-dir", run)
assert t.status() == 0
json.loads(t.text)

# a signal leaves the terminal as it was, too
t = Terminal(80, 24, "vfield", "status", "-w", "--run-dir", run)
while "\033[J" not in t.text:
    t.read()
assert termios.tcgetattr(t.fd) != t.before
os.kill(t.pid, signal.SIGINT)
while termios.tcgetattr(t.fd) != t.before:
    time.sleep(0.05)
assert os.WTERMSIG(t.status()) == signal.SIGINT
END
python3 "$TMP/terminal.py" "$TMP/run" || fail "see above"
exit 0
