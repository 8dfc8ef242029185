#!/usr/bin/env python3
"""Malformed input on every socket: a clear end, bounded memory, and the service goes on.

Control: with --control limits nothing bounds what a peer may send; the growth of memory must be caught.
"""
import os
import socket
import ssl
import struct
import time

import support
from support import check, mail, send

import process

ALLOWED_GROWTH_KB = 96 * 1024


def peak_kb(part):
    """The most memory the process ever had."""
    pid = process.running(part.pid_file)
    if not pid:
        return None
    with open(f"/proc/{pid}/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM:"))


def poke(port, payloads, tls=None, wait=1.0):
    """Sends the pieces until the peer closes or all is sent; the bytes it answered."""
    answer = b""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=10) as plain:
            peer = tls.wrap_socket(plain, server_hostname="127.0.0.1") if tls else plain
            peer.settimeout(wait)
            for payload in payloads:
                peer.sendall(payload)
            while block := peer.recv(65536):
                answer += block
                if len(answer) > 1 << 20:
                    break
    except (OSError, ssl.SSLError):
        pass
    return answer


def endless(head, block, total):
    yield head
    for _ in range(total // len(block)):
        yield block


def milter_attacks(port):
    frame = lambda kind, data=b"": struct.pack(">I", len(data) + 1) + kind + data  # noqa: E731
    negotiate = frame(b"O", struct.pack(">III", 6, 0x1FF, 0x1FFFFF))
    yield [os.urandom(4096)]
    yield [struct.pack(">I", 0xFFFFFFFF) + b"B" + bytes(1024)]
    yield [negotiate, frame(b"C", b"no terminator"), frame(b"M", b"<a@b"), frame(b"R"), frame(b"E")]
    yield [negotiate, frame(b"E"), frame(b"B", b"x" * 60000), frame(b"L", b"no value"), frame(b"E")]
    yield endless(negotiate + frame(b"C", b"h\0" + b"4" + struct.pack(">H", 25) + b"127.0.0.1\0") +
                  frame(b"M", b"<a@b>\0"), frame(b"R", b"<" + b"r" * 200 + b"@b>\0"), 24 << 20)
    yield endless(negotiate + frame(b"C", b"h\0" + b"4" + struct.pack(">H", 25) + b"127.0.0.1\0") +
                  frame(b"M", b"<a@b>\0") + frame(b"R", b"<c@d>\0"), frame(b"L", b"X-A\0" + b"v" * 60000 + b"\0"), 128 << 20)


def http_attacks():
    yield [os.urandom(4096)]
    yield [b"GET " + b"/" * 200_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n"]
    yield [b"GET / HTTP/1.1\r\n" + b"X-A: b\r\n" * 50_000 + b"\r\n"]
    yield [b"POST /api/v1/session HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"]
    yield [b"POST /api/v1/session HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n"]
    yield endless(b"POST /api/v1/session HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                  b"Content-Length: 268435456\r\n\r\n", b"[" * 65536, 256 << 20)
    yield [b"POST /api/v1/session HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n" +
           b"[" * 100_000]
    yield [b"POST /node/v1/enroll HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 17\r\n\r\n"
           b'{"token":"x","y":']


def scenario(options):
    with support.temporary_cluster(options, "--slaves", "1") as cluster:
        slave, master = cluster.slaves[0], cluster.master
        open_tls = ssl.create_default_context()
        open_tls.check_hostname, open_tls.verify_mode = False, ssl.CERT_NONE
        before = {part: peak_kb(part) for part in (slave, master)}
        for attack in milter_attacks(slave.ports["milter"]):
            poke(slave.ports["milter"], attack)
        for attack in http_attacks():
            poke(slave.ports["metrics"], attack)
        for port in (master.ports["console"], master.ports["nodes"]):
            poke(port, [os.urandom(4096)])
            for attack in http_attacks():
                poke(port, attack, open_tls)
        silent = [socket.create_connection(("127.0.0.1", port)) for port in
                  [master.ports["console"]] * 20 + [master.ports["nodes"]] * 20 + [slave.ports["milter"]] * 60]
        began = time.monotonic()
        cluster.api.get("/overview")
        check(True, f"with 100 silent connections open the console answers ({time.monotonic() - began:.1f} s)")
        check(send(f"127.0.0.1:{slave.ports['smtp']}", mail("still there"))[0] == 250, "and mail is filtered")
        for connection in silent:
            connection.close()
        for name, part in (("weir-slave", slave), ("weir-master", master)):
            after = peak_kb(part)
            check(after is not None, f"{name} is alive")
            check(after - before[part] < ALLOWED_GROWTH_KB,
                  f"{name} grew by {(after - before[part]) / 1024:.0f} MiB, allowed {ALLOWED_GROWTH_KB // 1024}")


if __name__ == "__main__":
    options = support.arguments()
    support.run(scenario, options)
