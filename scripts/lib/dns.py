"""A name server for a cluster on one machine: answers from a JSON file, and that nothing else exists.

zone.json: {"name": {"TXT": ["…"], "A": ["192.0.2.1"], "AAAA": […], "MX": ["10 mx.example"], "PTR": ["name"]}}; read again
when it changes. usage: dns.py PORT ZONE_FILE
"""
import ipaddress
import json
import pathlib
import socket
import struct
import sys

import process

TYPES = {"A": 1, "PTR": 12, "MX": 15, "TXT": 16, "AAAA": 28}
TTL = 5


def packed_name(name):
    labels = [label.encode() for label in name.rstrip(".").split(".") if label]
    return b"".join(bytes([len(label)]) + label for label in labels) + b"\0"


def packed(kind, value):
    if kind in ("A", "AAAA"):
        return ipaddress.ip_address(value).packed
    if kind == "TXT":
        raw = value.encode()
        return b"".join(bytes([len(raw[at:at + 255])]) + raw[at:at + 255] for at in range(0, max(len(raw), 1), 255))
    if kind == "MX":
        preference, host = value.split()
        return struct.pack(">H", int(preference)) + packed_name(host)
    return packed_name(value)


def question(query):
    labels, at = [], 12
    while query[at]:
        labels.append(query[at + 1:at + 1 + query[at]].decode("latin-1").lower())
        at += 1 + query[at]
    return ".".join(labels), struct.unpack(">H", query[at + 1:at + 3])[0], query[12:at + 5]


def answer(query, zone):
    name, kind, asked = question(query)
    records = [packed(of, value) for of, values in zone.get(name, {}).items() if TYPES[of] == kind for value in values]
    code = 0 if name in zone else 3
    head = query[:2] + struct.pack(">HHHHH", 0x8580 | code, 1, len(records), 0, 0)
    body = b"".join(b"\xc0\x0c" + struct.pack(">HHIH", kind, 1, TTL, len(one)) + one for one in records)
    return head + asked + body


def serve(port, file):
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind(("127.0.0.1", port))
    zone, read = {}, None
    while True:
        query, peer = server.recvfrom(4096)
        changed = file.stat().st_mtime_ns
        if changed != read:
            zone, read = {name.lower().rstrip("."): of for name, of in json.loads(file.read_text()).items()}, changed
        try:
            server.sendto(answer(query, zone), peer)
        except (IndexError, struct.error):
            pass  # no question


def up(folder, port, zone):
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "zone.json"
    if not file.exists():
        file.write_text(json.dumps(zone, indent=1) + "\n")
    process.start([sys.executable, "-B", str(pathlib.Path(__file__).resolve()), str(port), str(file)],
                  folder / "dns.pid", folder / "dns.out")


def down(folder):
    process.stop(folder / "dns.pid")


if __name__ == "__main__":
    serve(int(sys.argv[1]), pathlib.Path(sys.argv[2]))
