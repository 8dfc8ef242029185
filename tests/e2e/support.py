"""A whole cluster for one test: real master, slaves and Postfix, started by scripts/cluster in a folder of its own."""
import argparse
import contextlib
import email
import json
import os
import pathlib
import shutil
import signal
import smtplib
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request

SOURCE = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(SOURCE / "scripts/lib"))

import cluster as layout  # noqa: E402
import process  # noqa: E402
from process import Failure, wait_for  # noqa: E402,F401

SKIPPED = 77  # ctest's SKIP_RETURN_CODE


def skip(reason):
    print(f"skipped: {reason}")
    sys.exit(SKIPPED)


def with_queues(document):
    """The policy with every queue that its rules name in the section queues, as a draft must have it."""
    document = json.loads(json.dumps(document))
    queues = document.setdefault("sections", {}).setdefault("queues", {})
    for rule in document.get("rules", []):
        for action in rule["then"]:
            for parameters in action.values():
                if "queue" in parameters:
                    queues.setdefault(parameters["queue"], {})
    return document


class Cluster:
    """A running cluster; every part of it can be killed and started alone."""

    def __init__(self, folder, build, *options):
        self.folder, self.build = pathlib.Path(folder), pathlib.Path(build)
        plain = self.build.parent if self.build.name == "controls" else self.build  # weirctl has nothing to switch off
        self.weirctl = [plain / "master/weirctl", "--cluster", self.folder / "cluster.json"]
        self.script("up", *options)
        self.read()

    def read(self):
        self.described = json.loads((self.folder / "cluster.json").read_text())
        shape = json.loads((self.folder / "layout.json").read_text())
        self.shape = shape
        self.master, self.slaves = layout.parts(shape, self.folder, self.build)
        self.api = self.master.api()

    def script(self, command, *options):
        done = subprocess.run([SOURCE / "scripts/cluster", command, "--dir", self.folder, "--build", self.build,
                               *options], capture_output=True, text=True)
        if done.returncode != 0:
            raise Failure(f"scripts/cluster {command}: {done.stdout}{done.stderr}")
        return done.stdout

    def publish(self, document, comment="test"):
        """Publishes and returns the revision; does not wait for the nodes."""
        self.api.get("/policy/draft")
        self.api.call("PUT", "/policy/draft", {"document": with_queues(document)}, {"If-Match": self.api.etag})
        return self.api.post("/policy/publish", {"comment": comment}, {"If-Match": self.api.etag})["revision"]

    def publish_and_wait(self, document, seconds=10):
        revision = self.publish(document)
        wait_for(f"revision {revision} on every node", lambda: all(
            node["state"] == "applied" for node in self.api.get("/policy/progress")["nodes"]), seconds)
        return revision

    def nodes(self):
        return {node["name"]: node for node in self.api.get("/nodes?limit=500")["items"]}

    def every(self, path):
        """All items of a list, page by page."""
        cursor, joint = None, "&" if "?" in path else "?"
        while True:
            page = self.api.get(f"{path}{joint}limit=500" + (f"&cursor={cursor}" if cursor else ""))
            yield from page["items"]
            cursor = page["next"]
            if not cursor:
                return

    def mails(self, filters=""):
        return [mail for mail in self.every("/mails" + filters) if not mail["superseded"]]

    def drained(self):
        """Every event has reached the master: as the nodes say themselves, for what it knows of them may be older."""
        return (all(node["state"] == "up" and node["queue"]["events"] == 0 for node in self.nodes().values())
                and all(waiting_events(slave) == 0 for slave in self.slaves))

    def totals(self):
        """Mails by verdict in the statistics of the last day."""
        since = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() - 86400))
        found = self.api.get(f"/statistics?from={since}&bucket=hour&by=verdict")
        return {series["name"]: sum(series["counts"]) for series in found["series"] if sum(series["counts"])}

    def delivered(self, slave=None):
        """Messages in the sinks: parsed, with the file's bytes as .source."""
        for each in self.slaves if slave is None else [slave]:
            for file in (each.root / "postfix/sink").iterdir():
                raw = file.read_bytes()
                message = email.message_from_bytes(raw)
                message.source = raw
                yield message


def kill(part):
    """kill -9, and gone when this returns."""
    pid = process.running(part.pid_file)
    if pid:
        os.kill(pid, signal.SIGKILL)
        with contextlib.suppress(ChildProcessError):
            os.waitpid(pid, 0)
        wait_for(f"the end of process {pid}", lambda: not process.running(part.pid_file))


def waiting_events(slave):
    """Events in the slave's report queue, as the slave itself says."""
    with urllib.request.urlopen(f"http://127.0.0.1:{slave.ports['metrics']}/metrics", timeout=10) as answer:
        lines = answer.read().decode().splitlines()
    return int(next(float(line.split()[1]) for line in lines if line.startswith("weir_report_queue_events ")))


def send(smtp, content, sender="sender@example.org", recipients=("user@company.example",), timeout=60):
    """(code, text) of the server's answer to one mail; 421 when the connection broke."""
    host, port = smtp.rsplit(":", 1)
    try:
        with smtplib.SMTP(host, int(port), timeout=timeout) as session:
            session.ehlo("client.example.org")
            for code, text in [session.mail(sender)] + [session.rcpt(recipient) for recipient in recipients]:
                if code >= 300:
                    return code, text.decode(errors="replace")
            code, text = session.data(content)
            return code, text.decode(errors="replace")
    except smtplib.SMTPResponseException as answer:
        return answer.smtp_code, str(answer.smtp_error)
    except (smtplib.SMTPException, OSError) as error:
        return 421, str(error)


def mail(subject, body="Hello,\r\nthis is a test.\r\n", headers=None):
    # With a Date of its own: Postfix gives a mail without one a new one at every try, which makes it another mail.
    lines = {"Date": "Sat, 21 Nov 2026 12:00:00 +0000", "From": "sender@example.org", "To": "user@company.example", "Subject": subject,
             "Message-ID": f"<{subject.replace(' ', '-')}@example.org>", **(headers or {})}
    return ("".join(f"{name}: {value}\r\n" for name, value in lines.items()) + "\r\n" + body).encode()


def check(condition, what):
    """A statement that must hold; ends the test when it does not."""
    print(("ok      " if condition else "FAILED  ") + what, flush=True)
    if not condition:
        raise AssertionError(what)


def arguments(*extra):
    parser = argparse.ArgumentParser()
    parser.add_argument("--control", metavar="PROTECTION", help="run with this protection off; the test must fail then")
    parser.add_argument("--build", default=str(SOURCE / "build"))
    parser.add_argument("--db", default="sqlite", choices=["sqlite", "mysql"])
    parser.add_argument("--base-port", type=int, help="first port of the cluster (default: a free block)")
    parser.add_argument("--keep", action="store_true", help="leave the folder behind")
    for name, settings in extra:
        parser.add_argument(name, **settings)
    options = parser.parse_args()
    if options.control:
        options.build = str(pathlib.Path(options.build) / "controls")
        os.environ["WEIR_CONTROL_OFF"] = options.control
    return options


def run(scenario, options):
    """Runs the scenario; in a control run it must end with a statement that does not hold."""
    if not options.control:
        scenario(options)
        return
    try:
        scenario(options)
    except (AssertionError, Failure) as caught:
        print(f"caught  without {options.control}: {caught}")
        return
    sys.exit(f"the test does not notice that {options.control} is off")


@contextlib.contextmanager
def temporary_cluster(options, *more, build=None):
    """A cluster that is down and gone afterwards; kept where the test failed and --keep is given."""
    if os.geteuid() != 0:
        skip("Postfix needs root")
    folder = pathlib.Path(tempfile.mkdtemp(prefix="weir-e2e-", dir="/var/tmp"))
    folder.chmod(0o755)
    if options.base_port:
        more = (*more, "--base-port", str(options.base_port))
        options.base_port += 100  # a second cluster of the same test
    running = None
    try:
        try:
            running = Cluster(folder, build or options.build, "--db", options.db, *more)
        except Failure as failure:
            sys.exit(f"no cluster: {failure}")  # nor anything that a control run could have noticed
        yield running
    except BaseException:
        show_logs(folder)
        raise
    finally:
        subprocess.run([SOURCE / "scripts/cluster", "down", "--dir", folder, "--build", build or options.build],
                       capture_output=True)
        if not options.keep:
            shutil.rmtree(folder, ignore_errors=True)


class Traffic:
    """Mails sent by several threads until stopped; what a client was told of each."""

    def __init__(self, cluster, kinds=("deliver",), threads=4, retry=False, pause=0.01):
        self.cluster, self.kinds, self.retry, self.pause = cluster, kinds, retry, pause
        self.answers, self.slowest = {}, 0.0
        self.stopping = threading.Event()
        self.threads = [threading.Thread(target=self.send_on, args=(n,), daemon=True) for n in range(threads)]
        for thread in self.threads:
            thread.start()

    def send_on(self, thread):
        count = 0
        while not self.stopping.is_set():
            kind = self.kinds[count % len(self.kinds)]
            marker, count = f"T{thread}n{count}", count + 1
            self.send_one(marker, kind, count)
            time.sleep(self.pause)

    def send_one(self, marker, kind, turn):
        while True:
            slave = self.cluster.slaves[turn % len(self.cluster.slaves)]
            began = time.monotonic()
            code, _ = send(f"127.0.0.1:{slave.ports['smtp']}", mail(f"{marker} {kind}", headers={"X-Test": kind}))
            self.slowest = max(self.slowest, time.monotonic() - began)
            if code < 400 or code >= 500 or not self.retry:
                self.answers[marker] = (kind, code, slave)
                return
            turn += 1
            time.sleep(0.2)

    def sent(self, count):
        """Waits until so many more mails were answered."""
        goal = len(self.answers) + count
        wait_for(f"{count} more mails", lambda: len(self.answers) >= goal, 60)

    def stop(self):
        self.stopping.set()
        for thread in self.threads:
            thread.join()


# What mails of each kind of Traffic get.
KINDS_POLICY = {"lists": {}, "sections": {}, "rules": [
    {"id": "hold", "name": "Hold", "when": {"header:X-Test": {"is": "quarantine"}},
     "then": [{"quarantine": {"queue": "test"}}]},
    {"id": "refuse", "name": "Refuse", "when": {"header:X-Test": {"is": "reject"}},
     "then": [{"reject": {"code": 550, "status": "5.7.1", "text": "test"}}]}]}


def show_logs(folder):
    for log in sorted([*folder.glob("*/*.log"), *folder.glob("*/*.out")]):
        lines = [line for line in log.read_text(errors="replace").splitlines()
                 if " info mail.verdict" not in line][-12:]
        if lines:
            print(f"--- {log.relative_to(folder)}", *lines, sep="\n")
