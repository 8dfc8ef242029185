"""Real scanners, private on loopback: clamd and a c-icap before it, rspamd, spamd. Each can be killed, stopped and started."""
import os
import pathlib
import pwd
import shutil
import signal
import socket

import clamd
import process

GTUBE = "XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X"

ICAP_CONFIG = """PidFile {root}/c-icap.pid
CommandsSocket {root}/c-icap.ctl
Port 127.0.0.1:{port}
User clamav
Group clamav
ServerName weir-test
ServerAdmin postmaster@localhost
TmpDir {root}/tmp
StartServers 1
MaxServers 1
ThreadsPerChild 10
MinSpareThreads 2
MaxSpareThreads 10
MaxRequestsPerChild 0
MaxKeepAliveRequests 100
KeepAliveTimeout 600
Timeout 60
ModulesDir {modules}
ServicesDir {modules}
TemplateDir /usr/share/c_icap/templates/
TemplateDefaultLanguage en
LoadMagicFile /etc/c-icap/c-icap.magic
ServerLog {root}/server.log
AccessLog {root}/access.log
Service echo srv_echo.so
Module common clamd_mod.so
clamd_mod.ClamdHost 127.0.0.1
clamd_mod.ClamdPort {clamd_port}
Service antivirus_module virus_scan.so
ServiceAlias avscan virus_scan?allow204=on&sizelimit=off&mode=simple
virus_scan.DefaultEngine clamd
virus_scan.ScanFileTypes TEXT DATA EXECUTABLE ARCHIVE GIF JPEG MSOFFICE
virus_scan.MaxObjectSize 5M
"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def give(user, *paths):
    for path in paths:
        shutil.chown(path, pwd.getpwnam(user).pw_uid, pwd.getpwnam(user).pw_gid)


class Daemon:
    """One program in a session of its own, so that all its processes can be signalled at once."""

    kind, program, user = "", "", ""

    def __init__(self, folder):
        self.root, self.port = folder / self.kind, free_port()
        self.root.mkdir()
        self.configure()
        give(self.user, self.root, *self.root.rglob("*"))

    @classmethod
    def missing(cls):
        return None if shutil.which(cls.program) else f"{cls.program} is not installed"

    def settings(self):
        return {"kind": self.kind, "address": f"inet:127.0.0.1:{self.port}"}

    def start(self):
        process.start(self.command(), self.root / "pid", self.root / "out")
        process.wait_for(self.kind, lambda: process.listening(self.port), 90, self.root / "out")

    def signal(self, number):
        os.killpg(int((self.root / "pid").read_text()), number)

    def kill(self):
        self.signal(signal.SIGKILL)
        process.stop(self.root / "pid")
        process.wait_for(f"the end of {self.kind}", lambda: not process.listening(self.port))

    def stop(self):
        if process.running(self.root / "pid"):
            self.kill()


class Clamd(Daemon):
    kind, program, user = "clamd", "clamd", "clamav"

    def configure(self):
        pass

    def start(self):
        clamd.up(self.root, self.port)

    def signal(self, number):
        os.killpg(int((self.root / "clamd.pid").read_text()), number)

    def kill(self):
        self.signal(signal.SIGKILL)
        clamd.down(self.root)
        process.wait_for("the end of clamd", lambda: not process.listening(self.port))

    def stop(self):
        if process.running(self.root / "clamd.pid"):
            self.kill()


class Icap(Daemon):
    kind, program, user = "icap", "c-icap", "clamav"
    MODULES = next(iter(pathlib.Path("/usr/lib").glob("*/c_icap")), pathlib.Path("/nonexistent"))

    def __init__(self, folder, clamd_port):
        self.clamd_port = clamd_port
        super().__init__(folder)

    @classmethod
    def missing(cls):
        if not (cls.MODULES / "virus_scan.so").exists():
            return "c-icap's virus_scan (libc-icap-mod-virus-scan) is not installed"
        return super().missing() or Clamd.missing()

    def configure(self):
        (self.root / "tmp").mkdir()
        (self.root / "c-icap.conf").write_text(ICAP_CONFIG.format(root=self.root, port=self.port, modules=self.MODULES,
                                                                  clamd_port=self.clamd_port))

    def command(self):
        return ["c-icap", "-N", "-D", "-f", str(self.root / "c-icap.conf")]

    def settings(self):
        return {**super().settings(), "service": "avscan"}


class Rspamd(Daemon):
    kind, program, user = "rspamd", "rspamd", "_rspamd"
    MAX_MESSAGE = 1 << 20

    def configure(self):
        shutil.copytree("/etc/rspamd", self.root / "conf")
        local = self.root / "conf/local.d"
        for folder in ("db", "run", "log"):
            (self.root / folder).mkdir()
        local.mkdir(exist_ok=True)
        for name, text in {
                "worker-normal.inc": f'bind_socket = "127.0.0.1:{self.port}";\ncount = 1;\n',
                "worker-controller.inc": f'bind_socket = "127.0.0.1:{free_port()}";\n',
                "worker-proxy.inc": "enabled = false;\n", "worker-fuzzy.inc": "enabled = false;\n",
                # Nobody answers there, at once: no name server is asked for the names in a test mail.
                "options.inc": 'dns { nameserver = ["127.0.0.1:9"]; timeout = 0.1s; retransmits = 1; }\n'
                               f"max_message = {self.MAX_MESSAGE};\n"}.items():
            (local / name).write_text(text)

    def command(self):
        places = {"CONFDIR": "conf", "LOCAL_CONFDIR": "conf", "DBDIR": "db", "RUNDIR": "run", "LOGDIR": "log"}
        return ["rspamd", "-f", "-u", self.user, "-g", self.user, "-c", str(self.root / "conf/rspamd.conf"),
                *(f"--var={name}={self.root / folder}" for name, folder in places.items())]

    def kill(self):
        super().kill()
        (self.root / "run/rspamd.pid").unlink(missing_ok=True)


class Spamd(Daemon):
    kind, program, user = "spamd", "spamd", "debian-spamd"

    def configure(self):
        (self.root / "home").mkdir()
        (self.root / "site").mkdir()
        for plugins in pathlib.Path("/etc/spamassassin").glob("*.pre"):
            shutil.copy(plugins, self.root / "site")
        (self.root / "site/local.cf").write_text("use_bayes 0\nskip_rbl_checks 1\n")

    def command(self):
        return ["spamd", "-u", self.user, "-H", str(self.root / "home"), "-C", "/usr/share/spamassassin",
                f"--siteconfigpath={self.root / 'site'}", "-i", "127.0.0.1", "-p", str(self.port),
                "-r", str(self.root / "spamd.pid"), "-s", str(self.root / "log"), "-m", "1", "-x", "-L"]
