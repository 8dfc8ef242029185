#!/usr/bin/env python3
"""DKIM and ARC with the software of others: what we sign and seal, dkimpy and opendkim verify, and the other way round;
and the body hashes of signed mail in ../shared/mail are those that dkimpy computes. No cluster and no network."""
import base64
import ctypes
import hashlib
import os
import pathlib
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
import threading

sys.path.append("/usr/lib/python3/dist-packages")  # where the distribution's dkimpy is, whichever Python runs this

import support  # noqa: E402
from support import SOURCE, check  # noqa: E402

MAIL = (b"Received: from a by b\r\nFrom: Ann <ann@example.org>\r\nTo: Bob <bob@example.net>,\r\n\tCarl  <c@example.net>\r\n"
        b"Subject:  An   example \r\nDate: Thu, 14 Jan 2021 15:00:01 -0800\r\nMessage-ID: <1@example.org>\r\n"
        b"Authentication-Results: mx.example.org; spf=pass smtp.mailfrom=ann@example.org\r\n\r\n"
        b"Hello  Bob, \r\n\r\nthis is\ta mail.\r\n.dot\r\n\r\n\r\n")
FORMS = [(header, body) for header in ("simple", "relaxed") for body in ("simple", "relaxed")]


class Tool:
    """auth_tool, with keys and a zone in a folder of its own."""

    def __init__(self, program, folder):
        self.program, self.folder, self.zone = program, folder, {}
        self.zone_file = folder / "zone"

    def add(self, name, record):
        self.zone[name] = record
        self.zone_file.write_text("".join(f"{name} {record}\n" for name, record in self.zone.items()))

    def make_key(self, selector, kind):
        key = self.folder / f"{selector}.pem"
        self.add(f"{selector}._domainkey.example.org", self.run("make-key", type=kind, key=key).decode().strip())
        return key

    def run(self, command, mail=None, **options):
        words = [word for name, value in options.items() for word in (f"--{name}", str(value))]
        if mail is not None:
            (self.folder / "mail").write_bytes(mail)
            words.append(self.folder / "mail")
        done = subprocess.run([self.program, command, *words], capture_output=True)
        if done.returncode != 0:
            raise support.Failure(f"auth_tool {command}: {done.stderr.decode()}")
        return done.stdout

    def sign(self, mail, selector, **options):
        return self.run("sign", mail, key=self.folder / f"{selector}.pem", domain="example.org", selector=selector, **options)

    def verify(self, mail):
        return [line.split(" ", 4) for line in self.run("verify", mail, zone=self.zone_file).decode().splitlines()]

    def passes(self, mail):
        return [words[0] for words in self.verify(mail)] == ["pass"]

    def seal(self, mail, selector):
        return self.run("seal", mail, key=self.folder / f"{selector}.pem", domain="example.org", selector=selector,
                        zone=self.zone_file, id="mx.example.org")

    def chain(self, mail):
        return self.run("verify-arc", mail, zone=self.zone_file).decode().split(" ")[:2]

    def lookup(self, name, timeout=5):
        """What dkimpy asks instead of DNS."""
        record = self.zone.get(name.decode().rstrip("."))
        return record.encode() if record else None


def seed_of(key):
    """dkimpy wants the 32 bytes of an ed25519 key in base64, not PEM."""
    der = subprocess.run(["openssl", "pkey", "-in", key, "-outform", "DER"], capture_output=True, check=True).stdout
    return base64.b64encode(der[-32:])


def changed(mail):
    return mail.replace(b"a mail", b"no mail")


def with_dkimpy(tool, dkim):
    rsa, seed = (tool.folder / "rsa.pem").read_bytes(), seed_of(tool.folder / "ed.pem")
    for header, body in FORMS:
        for selector, algorithm, key in (("rsa", b"rsa-sha256", rsa), ("ed", b"ed25519-sha256", seed)):
            what = f"{algorithm.decode()}, {header}/{body}"
            ours = tool.sign(MAIL, selector, header=header, body=body)
            check(dkim.verify(ours, dnsfunc=tool.lookup), f"dkimpy verifies what we sign: {what}")
            check(not dkim.verify(changed(ours), dnsfunc=tool.lookup), "and sees that it was changed")
            theirs = dkim.sign(MAIL, selector.encode(), b"example.org", key, canonicalize=(header.encode(), body.encode()),
                               signature_algorithm=algorithm) + MAIL
            check(tool.passes(theirs), f"we verify what dkimpy signs: {what}")
            check(not tool.passes(changed(theirs)), "and see that it was changed")
            if header == body == "relaxed":
                check(tool.passes(theirs.replace(b"\r\n", b"\n")), "with LF line ends too")
    length = dkim.sign(MAIL, b"rsa", b"example.org", rsa, canonicalize=(b"relaxed", b"relaxed"), length=True) + MAIL
    check(tool.passes(length + b"more\r\n"), "a signature of dkimpy with l= passes with a longer body")


def arc_with_dkimpy(tool, dkim):
    rsa = (tool.folder / "rsa.pem").read_bytes()

    def theirs(mail, arc=b"none"):  # dkimpy takes cv= from the field of results
        results = b"Authentication-Results: mx.example.org; "
        mail = mail.replace(results + b"spf", results + b"arc=" + arc + b"; spf")
        return b"".join(dkim.arc_sign(mail, b"rsa", b"example.org", rsa, b"mx.example.org")) + mail

    def passes(mail, instances):
        result = dkim.arc_verify(mail, dnsfunc=tool.lookup)
        return result[0] == dkim.CV_Pass and len(result[1]) == instances

    one = tool.seal(MAIL, "rsa")
    check(passes(one, 1), "dkimpy verifies our seal")
    check(dkim.arc_verify(changed(one), dnsfunc=tool.lookup)[0] == dkim.CV_Fail, "and sees that the mail was changed")
    check(tool.chain(theirs(MAIL)) == ["pass", "1"], "we verify dkimpy's seal")
    two = theirs(one, b"pass")
    check(tool.chain(two) == ["pass", "2"], "we verify dkimpy's seal over ours")
    three = tool.seal(two, "rsa")
    check(passes(three, 3) and tool.chain(three) == ["pass", "3"], "dkimpy and we verify our seal over both")
    broken = tool.seal(changed(one), "rsa")
    check(b"cv=fail" in broken and tool.chain(broken)[0] == "fail", "we seal a broken chain with cv=fail")
    check(dkim.arc_verify(broken, dnsfunc=tool.lookup)[0] is None, "which dkimpy reads as ended")
    check(tool.chain(theirs(changed(one), b"fail"))[0] == "fail", "as we do when dkimpy seals it")


def opendkim_signs(tool, selector, algorithm, header, body):
    """With libopendkim itself: its test tool knows rsa-sha1 alone."""
    library = ctypes.CDLL("libopendkim.so.11")
    for name in ("dkim_init", "dkim_sign"):
        getattr(library, name).restype = ctypes.c_void_p
    handle = ctypes.c_void_p(library.dkim_init(None, None))
    status, kinds = ctypes.c_int(), {"simple": 0, "relaxed": 1}
    signer = ctypes.c_void_p(library.dkim_sign(
        handle, b"id", None, (tool.folder / f"{selector}.pem").read_bytes(), selector.encode(), b"example.org", kinds[header],
        kinds[body], {"rsa-sha256": 1, "ed25519-sha256": 2}[algorithm], ctypes.c_ssize_t(-1), ctypes.byref(status)))
    head, text = MAIL.split(b"\r\n\r\n", 1)
    fields = head.replace(b"\r\n\t", b"\0").split(b"\r\n")
    results = [library.dkim_header(signer, field.replace(b"\0", b"\r\n\t"), ctypes.c_size_t(
        len(field) + 2 * field.count(b"\0"))) for field in fields]
    results += [library.dkim_eoh(signer), library.dkim_body(signer, text, ctypes.c_size_t(len(text))),
                library.dkim_eom(signer, None)]
    value = ctypes.create_string_buffer(4096)
    results.append(library.dkim_getsighdr(signer, value, ctypes.c_size_t(4096), ctypes.c_size_t(16)))
    check(not any(results), f"opendkim signs: {algorithm}, {header}/{body}")
    return b"DKIM-Signature: " + value.value.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n") + b"\r\n" + MAIL


def with_opendkim(tool):
    for header, body in FORMS:
        for selector, algorithm in (("rsa", "rsa-sha256"), ("ed", "ed25519-sha256")):
            theirs = opendkim_signs(tool, selector, algorithm, header, body)
            check(tool.passes(theirs), "we verify it")
            check(not tool.passes(changed(theirs)), "and see that it was changed")
    old = subprocess.run(["opendkim-testmsg", "-C", "-d", "example.org", "-s", "rsa", "-k", tool.folder / "rsa.pem"],
                         input=MAIL, capture_output=True, check=True).stdout
    check(tool.verify(old)[0][0] == "policy" and b"a=rsa-sha1" in old, "we do not accept the rsa-sha1 of its test tool")
    subprocess.run(["opendkim-genkey", "-b", "2048", "-s", "gen", "-d", "example.org", "-D", tool.folder], check=True,
                   capture_output=True)
    record = "".join((tool.folder / "gen.txt").read_text().split('"')[1::2])
    tool.add("gen._domainkey.example.org", record)
    shutil.copy(tool.folder / "gen.private", tool.folder / "gen.pem")
    check(tool.passes(tool.sign(MAIL, "gen")), "we sign with a key of opendkim-genkey and read its record")
    if os.geteuid() != 0 or subprocess.run(["unshare", "-n", "-m", "true"]).returncode != 0:
        print("not done: opendkim's own verification, which asks DNS, needs root for a network of its own")
        return
    for selector in ("rsa", "ed", "gen"):
        for header, body in FORMS:
            ours = tool.sign(MAIL, selector, header=header, body=body)
            check(opendkim_verifies(tool, ours), f"opendkim verifies what we sign: {selector}, {header}/{body}")
            check(not opendkim_verifies(tool, changed(ours)), "and sees that it was changed")


def opendkim_verifies(tool, mail):
    """In a network namespace whose only DNS server has our zone."""
    done = subprocess.run(["unshare", "-n", "-m", sys.executable, __file__, "--inside", tool.zone_file], input=mail,
                          capture_output=True)
    return done.returncode == 0 and not done.stdout and not done.stderr


def inside(zone_file):
    zone = dict(line.rstrip("\n").split(" ", 1) for line in open(zone_file))
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    with tempfile.NamedTemporaryFile("w") as resolv:
        resolv.write("nameserver 127.0.0.1\n")
        resolv.flush()
        subprocess.run(["mount", "--bind", resolv.name, os.path.realpath("/etc/resolv.conf")], check=True)
        server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        server.bind(("127.0.0.1", 53))
        threading.Thread(target=serve, args=(server, zone), daemon=True).start()
        done = subprocess.run(["opendkim-testmsg"], stdin=sys.stdin, capture_output=True)
    sys.stdout.buffer.write(done.stdout + done.stderr)
    sys.exit(done.returncode)


def serve(server, zone):
    while True:
        query, client = server.recvfrom(4096)
        at, labels = 12, []
        while query[at]:
            labels.append(query[at + 1:at + 1 + query[at]].decode())
            at += 1 + query[at]
        text = zone.get(".".join(labels).lower(), "").encode()
        strings = b"".join(bytes([len(text[i:i + 255])]) + text[i:i + 255] for i in range(0, len(text), 255))
        answer = b"\xc0\x0c" + struct.pack("!HHIH", 16, 1, 60, len(strings)) + strings if text else b""
        flags = 0x8400 if text else 0x8403
        server.sendto(query[:2] + struct.pack("!HHHHH", flags, 1, 1 if text else 0, 0, 0) + query[12:at + 5] + answer, client)


def body_hashes(tool, dkim):
    folder = SOURCE.parent / "shared/mail"
    if not folder.exists():
        print("not done: ../shared/mail is not there")
        return
    from dkim.canonicalization import CanonicalizationPolicy
    from dkim.util import parse_tag_value
    files = [file for file in sorted(folder.rglob("*")) if file.is_file()]
    done = subprocess.run([tool.program, "body-hashes", *files], capture_output=True, text=True, check=True)
    compared, different, unread = 0, [], set()
    for line in done.stdout.splitlines():
        file, number, ours = line.split("\t")
        mail = pathlib.Path(file).read_bytes()
        try:
            headers, body = dkim.rfc822_parse(mail[mail.index(b"\n") + 1:] if mail.startswith(b"From ") else mail)
        except dkim.MessageFormatError:
            unread.add(pathlib.Path(file).name)
            continue
        signatures = [value for name, value in headers if name.lower() == b"dkim-signature"]
        tags = parse_tag_value(signatures[int(number) - 1])
        canonical = CanonicalizationPolicy.from_c_value(tags.get(b"c", b"simple/simple")).canonicalize_body(body)
        theirs = hashlib.sha256(canonical[:int(tags[b"l"])] if b"l" in tags else canonical).hexdigest()
        compared += 1
        if theirs != ours:
            different.append(f"{file} {number}")
    print(f"mail whose header dkimpy does not read: {sorted(unread)}")
    check(compared > 100 and not different, f"{compared} body hashes of signed mail are those of dkimpy {different}")


def main():
    options = support.arguments()
    try:
        import dkim
        import nacl  # noqa: F401  what dkimpy needs for ed25519
    except ImportError as missing:
        support.skip(f"dkimpy cannot be loaded: {missing}")
    if not shutil.which("opendkim-testmsg") or not shutil.which("opendkim-genkey"):
        support.skip("opendkim's tools are not installed")
    with tempfile.TemporaryDirectory(prefix="weir-dkim-") as folder:
        tool = Tool(pathlib.Path(options.build) / "tests/e2e/auth_tool", pathlib.Path(folder))
        tool.make_key("rsa", "rsa")
        tool.make_key("ed", "ed25519")
        with_dkimpy(tool, dkim)
        arc_with_dkimpy(tool, dkim)
        with_opendkim(tool)
        body_hashes(tool, dkim)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--inside"]:
        inside(sys.argv[2])
    main()
