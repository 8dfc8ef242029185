"""Processes that outlive this script, known by their pid files."""
import os
import pathlib
import signal
import socket
import subprocess
import time


class Failure(Exception):
    """Something an operator can act on; the text says what and where to look."""


def wait_for(what, condition, seconds=30, log=None):
    """Returns the first true value of `condition`, or fails naming `what` and the log's last lines."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        value = condition()
        if value:
            return value
        time.sleep(0.05)
    tail = ""
    if log and pathlib.Path(log).exists():
        tail = "\n" + "\n".join(pathlib.Path(log).read_text(errors="replace").splitlines()[-8:])
    raise Failure(f"{what} not within {seconds} s" + (f"; the end of {log}:{tail}" if log else ""))


def listening(port, host="127.0.0.1"):
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex((host, port)) == 0


def free(port):
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
            return True
        except OSError:
            return False


def running(pid_file):
    """The pid in the file when that process lives, else None."""
    try:
        pid = int(pathlib.Path(pid_file).read_text().split()[0])
        os.kill(pid, 0)
        state = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
        # Of a killed process the first thread may be gone while others still hold its ports.
        return None if state == "Z" and len(os.listdir(f"/proc/{pid}/task")) < 2 else pid
    except (OSError, ValueError, IndexError):
        return None


def start(command, pid_file, log, env=None):
    """Starts a program in a session of its own with its output in `log`; the pid goes into `pid_file`."""
    if running(pid_file):
        return running(pid_file)
    with open(log, "ab") as output:
        child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                                 start_new_session=True, env={**os.environ, **(env or {})})
    pathlib.Path(pid_file).write_text(f"{child.pid}\n")
    return child.pid


def stop(pid_file, seconds=30):
    """Ends the process politely, then not; returns when it is gone."""
    pid = running(pid_file)
    for kind in (signal.SIGTERM, signal.SIGKILL):
        deadline = time.monotonic() + seconds
        if pid:
            os.kill(pid, kind)
        while pid and running(pid_file) and time.monotonic() < deadline:
            try:
                os.waitpid(pid, os.WNOHANG)
            except ChildProcessError:
                pass
            time.sleep(0.05)
        if not running(pid_file):
            break
    pathlib.Path(pid_file).unlink(missing_ok=True)
