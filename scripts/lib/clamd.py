"""A private clamd on loopback that knows only our own test signature."""
import pathlib
import pwd
import shutil

import process

MARKER = "WEIR-TEST-MALWARE-7c9d1f"
CONFIG = """DatabaseDirectory {root}/signatures
TCPSocket {port}
TCPAddr 127.0.0.1
LogFile {root}/clamd.log
Foreground yes
User clamav
StreamMaxLength 30M
SelfCheck 0
"""


def up(root, port):
    root = pathlib.Path(root)
    (root / "signatures").mkdir(parents=True, exist_ok=True)
    (root / "signatures/test.ndb").write_text(f"Weir.Test.Marker:0:*:{MARKER.encode().hex()}\n")
    (root / "clamd.conf").write_text(CONFIG.format(root=root, port=port))
    for path in (root, root / "signatures", root / "signatures/test.ndb"):
        shutil.chown(path, pwd.getpwnam("clamav").pw_uid)
    process.start(["clamd", "-c", str(root / "clamd.conf")], root / "clamd.pid", root / "clamd.out")
    process.wait_for("clamd", lambda: process.listening(port), 60, root / "clamd.out")


def down(root):
    process.stop(pathlib.Path(root) / "clamd.pid")
