#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
"""boot_client: machines that boot from the network, as far as a server sees.

boot_client.py --count N [--first K] CARD DIR

N machines behind this namespace's CARD, number K and following, start at one
moment.  Each asks for an address as a PXE ROM does, fetches its loader by
TFTP, asks again as iPXE, fetches its script and by it kernel and initramfs by
HTTP, asks a third time as an initramfs does, and says that it is up.  Every
byte is compared with what is in DIR; with --images kernel and initramfs with
what is in DIR/ID, where ID is the image that its script names.  --until
dhcp|tftp|kernel ends before; --tftp FILE fetches another file.  --arch N is
what the firmware says that it is, --tries N how often it asks.  With --bootp
the ROM knows no DHCP.

A line a machine: MAC ADDRESS NAME SCRIPT_URL, sorted by MAC, and the steps'
seconds on standard error.  Exit 1: one of them did not get what it should.
"""
import argparse, hashlib, queue, random, re, socket, struct, subprocess
import sys, threading, time

ANY, ALL = b"\0\0\0\0", b"\xff\xff\xff\xff"
BOOTP, DISCOVER, OFFER, REQUEST, ACK = 0, 1, 2, 3, 5
ROM = ((60, b"PXEClient:Arch:00000:UNDI:002001"), (93, b"\0\0"))
IPXE = ROM + ((77, b"iPXE"), (175, b"\x01\x01\x01"))
UDHCPC = ((60, b"udhcp 1.35.0"),)
HTTP_ARCHS = (15, 16, 18, 19, 28)
TRIES, PATIENCE_S = 5, 4


def rom_of(arch):
    """Firmware of an architecture (IANA's numbers)."""
    kind = b"HTTPClient" if arch in HTTP_ARCHS else b"PXEClient"
    return ((60, kind + b":Arch:%05d:UNDI:003001" % arch),
            (93, struct.pack("!H", arch)))


class Wrong(Exception):
    pass


class NotThere(Wrong):
    pass


def checksum(data):
    total = sum(struct.unpack("!%dH" % (len(data) // 2), data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def packet(mac, xid, kind, options):
    body = struct.pack("!BBBBIHH", 1, 1, 6, 0, xid, 0, 0x8000) + bytes(16)
    body += mac + bytes(10 + 64 + 128) + b"\x63\x82\x53\x63"
    if kind != BOOTP:
        body += bytes((53, 1, kind, 55, 6, 1, 3, 12, 66, 67, 54))
    for code, value in options:
        body += bytes((code, len(value))) + value
    body += b"\xff" + bytes(max(0, 300 - len(body) - 1))
    udp = struct.pack("!HHHH", 68, 67, 8 + len(body), 0) + body
    ip = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(udp), 0, 0, 64, 17, 0)
    ip += ANY + ALL
    ip = ip[:10] + struct.pack("!H", checksum(ip)) + ip[12:]
    return b"\xff" * 6 + mac + b"\x08\x00" + ip + udp


class Wire:
    """The card: sends what it is given, hands answers on by their number."""

    def __init__(self, card, tries):
        self.card, self.tries = card, tries
        self.fd = socket.socket(socket.AF_PACKET, socket.SOCK_RAW,
                                socket.htons(0x0800))
        self.fd.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
        self.fd.bind((card, 0))
        self.waiting = {}
        threading.Thread(target=self.listen, daemon=True).start()

    def listen(self):
        while True:
            frame = self.fd.recv(2048)
            head = 14 + (frame[14] & 15) * 4
            if len(frame) < head + 8 + 240 or frame[23] != 17:
                continue
            if struct.unpack("!H", frame[head + 2:head + 4])[0] != 68:
                continue
            bootp = frame[head + 8:]
            box = self.waiting.get(struct.unpack("!I", bootp[4:8])[0])
            if box:
                box.put(bootp)

    def ask(self, mac, xid, kind, options, wanted):
        box = self.waiting.setdefault(xid, queue.Queue())
        for attempt in range(self.tries):
            self.fd.send(packet(mac, xid, kind, options))
            end = time.monotonic() + PATIENCE_S
            while time.monotonic() < end:
                try:
                    bootp = box.get(timeout=max(0.01, end - time.monotonic()))
                except queue.Empty:
                    break
                got = parse(bootp)
                if got.get(53, bytes([BOOTP])) == bytes([wanted]):
                    return bootp, got
        raise Wrong("no answer to DHCP's message %d" % kind)


def parse(bootp):
    options, at = {}, 240
    while at + 1 < len(bootp) and bootp[at] != 255:
        if bootp[at] == 0:
            at += 1
            continue
        length = bootp[at + 1]
        options[bootp[at]] = bootp[at + 2:at + 2 + length]
        at += 2 + length
    return options


def dhcp(wire, mac, who):
    xid = random.getrandbits(32)
    bootp, got = wire.ask(mac, xid, DISCOVER, who, OFFER)
    asks = ((50, bootp[16:20]), (54, got[54])) + who
    bootp, got = wire.ask(mac, xid, REQUEST, asks, ACK)
    file = got.get(67, bootp[108:236]).split(b"\0")[0].decode()
    return (socket.inet_ntoa(bootp[16:20]), got.get(12, b"").decode(), file,
            socket.inet_ntoa(got[54]))


def bootp(wire, mac, who):
    """As a card does that knows no DHCP."""
    reply, _ = wire.ask(mac, random.getrandbits(32), BOOTP, (), BOOTP)
    file = reply[108:236].split(b"\0")[0].decode()
    return (socket.inet_ntoa(reply[16:20]), "-", file,
            socket.inet_ntoa(reply[20:24]))


def tftp(own, server, name):
    """RFC 1350, with iPXE's options; its SHA-256 and size."""
    fd = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    fd.bind((own, 0))
    fd.settimeout(1)
    ask = b"\0\1" + name.encode() + b"\0octet\0blksize\0001432\0tsize\0000\0"
    say, to, block, size, digest = ask, (server, 69), 0, 1432, hashlib.sha256()
    total, tries = 0, 0
    fd.sendto(say, to)
    while True:
        try:
            data, source = fd.recvfrom(4096)
        except TimeoutError:
            tries += 1
            if tries > 15:
                raise Wrong("TFTP of %s has stalled" % name)
            fd.sendto(say, to)
            continue
        kind, number = struct.unpack("!HH", data[:4])
        if kind == 5:
            raise Wrong("TFTP: %s: %s" % (name, data[4:-1]))
        tries, to, last = 0, source, False
        if kind == 3:
            if number == (block + 1) & 0xFFFF:
                block += 1
                digest.update(data[4:])
                total += len(data) - 4
                last = len(data) - 4 < size
            elif number != block & 0xFFFF:
                continue
        say = struct.pack("!HH", 4, block & 0xFFFF)
        fd.sendto(say, to)
        if last:
            return digest.hexdigest(), total


def http(own, url, keep=False):
    host, port, path = re.match(r"http://([0-9.]+):(\d+)(/.*)", url).groups()
    fd = socket.create_connection((host, int(port)), 60, (own, 0))
    fd.sendall(("GET %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n"
                % (path, host)).encode())
    data = b""
    while b"\r\n\r\n" not in data:
        more = fd.recv(65536)
        if not more:
            raise Wrong("%s: no answer" % url)
        data += more
    head, data = data.split(b"\r\n\r\n", 1)
    if head.split()[1] == b"404":
        raise NotThere(url)
    if head.split()[1] not in (b"200", b"204"):
        raise Wrong("%s: %s" % (url, head.split(b"\r\n")[0].decode()))
    digest, kept = hashlib.sha256(data), data
    room = bytearray(1 << 18)
    while True:
        n = fd.recv_into(room)
        if n == 0:
            break
        digest.update(memoryview(room)[:n])
        if keep:
            kept += room[:n]
    fd.close()
    return kept if keep else digest.hexdigest()


class Machine(threading.Thread):
    def __init__(self, number, args, wire, sums, start):
        super().__init__()
        self.mac = bytes((0x52, 0x54, 0, 0x99, number >> 8, number & 255))
        self.args, self.wire, self.sums, self.start_at = args, wire, sums, start
        self.address = self.name = self.file = "-"
        self.why, self.took = None, {}

    def step(self, name, function, *args):
        began = time.monotonic()
        result = function(*args)
        self.took[name] = time.monotonic() - began
        return result

    def same(self, what, got, name):
        if got != self.sums[name]:
            raise Wrong("%s: %s has other bytes" % (what, name))

    def ask(self, step, who, how=dhcp):
        got = self.step(step, how, self.wire, self.mac, who)
        if self.address not in ("-", got[0]):
            raise Wrong("%s is now %s" % (self.address, got[0]))
        self.address, self.name, self.file, self.server = got

    def fetch(self, script):
        """From the first server that has both, as iPXE does."""
        image = re.search(r"vfield.image=(\S+)", script).group(1)
        where = image + "/" if self.args.images else ""
        for urls in re.findall(r"^kernel --name \S+ (\S+).*\n"
                               r"initrd --name \S+ (\S+)", script, re.M):
            try:
                for step, url in zip(("kernel", "initramfs"), urls):
                    got = self.step(step, http, self.address, url)
                    name = url.rsplit("/", 1)[1].split("?")[0]
                    self.same("HTTP", got, where + name)
                return
            except NotThere:
                pass
        raise Wrong("no server has the files of " + image)

    def boot(self):
        until = self.args.until
        if self.args.bootp:
            self.ask("rom", (), bootp)
        else:
            self.ask("rom", rom_of(self.args.arch))
        subprocess.run(["ip", "addr", "add", self.address + "/24", "dev",
                        self.args.card], stderr=subprocess.DEVNULL)
        if until == "dhcp":
            return
        loader = self.args.tftp or self.file
        if loader:
            got = self.step("tftp", tftp, self.address, self.server, loader)
            self.same("TFTP", got[0], loader)
        if until == "tftp":
            return
        self.ask("ipxe", IPXE)
        script = self.step("script", http, self.address, self.file,
                           True).decode()
        mac = "-".join("%02x" % b for b in self.mac)
        script = script.replace("${netX/mac:hexhyp}", mac)
        if "vfield.name=%s " % self.name not in script + " ":
            raise Wrong("its script has another name")
        self.fetch(script)
        if until == "kernel":
            return
        self.ask("network", UDHCPC)
        boot = re.search(r"vfield.boot=(\S+)", script).group(1)
        http(self.address, "http://%s/up?mac=%s" % (boot, mac))

    def run(self):
        self.start_at.wait()
        began = time.monotonic()
        try:
            self.boot()
        except (Wrong, OSError, KeyError, AttributeError) as e:
            self.why = "%s: %s" % (type(e).__name__, e)
        self.took["all"] = time.monotonic() - began

    def line(self):
        return "%s %s %s %s" % (":".join("%02x" % b for b in self.mac),
                                self.address, self.name, self.file)


def digest_of(path):
    with open(path, "rb") as f:
        return hashlib.sha256(f.read()).hexdigest()


class Sums(dict):
    def __init__(self, directory):
        super().__init__()
        self.directory, self.lock = directory, threading.Lock()

    def __missing__(self, name):
        with self.lock:
            if not self.get(name):
                self[name] = digest_of(self.directory + "/" + name)
        return self[name]


def main():
    p = argparse.ArgumentParser()
    p.add_argument("card")
    p.add_argument("dir")
    p.add_argument("--count", type=int, default=1)
    p.add_argument("--first", type=int, default=1)
    p.add_argument("--until")
    p.add_argument("--tftp")
    p.add_argument("--arch", type=int, default=0)
    p.add_argument("--tries", type=int, default=TRIES)
    p.add_argument("--bootp", action="store_true")
    p.add_argument("--images", action="store_true")
    args = p.parse_args()
    wire, start = Wire(args.card, args.tries), threading.Event()
    sums = Sums(args.dir)
    machines = [Machine(args.first + i, args, wire, sums, start)
                for i in range(args.count)]
    for m in machines:
        m.start()
    start.set()
    for m in machines:
        m.join()
    for m in machines:
        print(m.line())
        if m.why:
            print(m.line(), m.why, file=sys.stderr)
    steps = machines[0].took
    for step in steps:
        took = sorted(m.took.get(step, 0) for m in machines)
        print("%s %.3f %.3f" % (step, took[len(took) // 2], took[-1]),
              file=sys.stderr)
    sys.exit(any(m.why for m in machines))


main()
