"""weir-master and weir-slave of a cluster on one machine: their configuration, start and end."""
import json
import pathlib
import subprocess

import api
import process

MASTER = """[console]
listen = "127.0.0.1:{console}"
folder = "{webui}"

[nodes]
listen = "127.0.0.1:{nodes}"
advertise = "127.0.0.1:{nodes}"

[storage]
folder = "{root}/data"

[policy]
default_file = "{policy}"

[log]
file = "{root}/master.log"

{database}
"""

MYSQL = """[database]
kind = "mysql"
host = "127.0.0.1"
port = {mariadb}
user = "weir"
password_file = "{root}/database-password"
schema = "weir"
"""

SLAVE = """[node]
name = "{name}"

[master]
address = "127.0.0.1:{nodes}"

[milter]
listen = "inet:127.0.0.1:{milter}"

[reinject]
target = "127.0.0.1:{reinject}"

[storage]
folder = "{root}/data"

[metrics]
listen = "127.0.0.1:{metrics}"

[log]
file = "{root}/slave.log"
"""


class Master:
    def __init__(self, root, source, build, ports, mysql):
        self.root, self.source, self.build, self.ports, self.mysql = pathlib.Path(root), source, build, ports, mysql
        self.config, self.pid_file = self.root / "master.toml", self.root / "master.pid"
        self.ca, self.url = self.root / "data/ca/ca.pem", f"https://127.0.0.1:{ports['console']}"

    def command(self, *arguments):
        return [str(self.build / "master/weir-master"), "--config", str(self.config), *arguments]

    def up(self):
        self.root.mkdir(parents=True, exist_ok=True)
        if not self.config.exists():
            database = MYSQL.format(root=self.root, **self.ports) if self.mysql else ""
            password = self.root / "database-password"
            password.write_text("weir\n")
            password.chmod(0o600)
            policy = self.root / "default-policy.json"
            policy.write_text(json.dumps(self.default_policy(), indent=2) + "\n")
            self.config.write_text(MASTER.format(root=self.root, webui=self.source / "webui/dist", database=database,
                                                 policy=policy, **self.ports))
        process.start(self.command(), self.pid_file, self.root / "master.out")
        for port in ("console", "nodes"):
            process.wait_for("weir-master", lambda: process.listening(self.ports[port]), 60, self.root / "master.out")
        return process.running(self.pid_file)

    def default_policy(self):
        """conf/default-policy.json, with the cluster's own name server: no test depends on anybody else's."""
        policy = json.loads((self.source / "conf/default-policy.json").read_text())
        policy["sections"]["dns"] = {"servers": [f"127.0.0.1:{self.ports['dns']}"]}
        return policy

    def token(self):
        """An admin API token, made once."""
        kept = self.root / "token"
        if not kept.exists():
            made = subprocess.run(self.command("create-token", "--name", "cluster", "--role", "admin", "--days", "365"),
                                  capture_output=True, text=True)
            if made.returncode != 0:
                raise process.Failure(f"weir-master gave no token: {made.stderr.strip()}")
            kept.touch(0o600)
            kept.write_text(made.stdout.strip() + "\n")
        return kept.read_text().strip()

    def api(self):
        return api.Api(self.url, self.ca, self.token())

    def down(self):
        process.stop(self.pid_file)


class Slave:
    def __init__(self, root, name, build, ports):
        self.root, self.name, self.build, self.ports = pathlib.Path(root), name, build, ports
        self.config, self.pid_file = self.root / "slave.toml", self.root / "slave.pid"

    def command(self, *arguments):
        return [str(self.build / "slave/weir-slave"), *arguments, "--config", str(self.config)]

    def write_config(self):
        if not self.config.exists():
            self.config.write_text(SLAVE.format(name=self.name, root=self.root, **self.ports))

    def up(self, master):
        self.root.mkdir(parents=True, exist_ok=True)
        self.write_config()
        if not (self.root / "data/identity/node.json").exists():
            token = master.api().post("/enrollment-tokens", {"minutes": 10})["token"]
            done = subprocess.run(self.command("enroll", "--master", f"127.0.0.1:{self.ports['nodes']}", "--token",
                                               token), capture_output=True, text=True)
            if done.returncode != 0:
                raise process.Failure(f"{self.name} was not enrolled: {done.stderr.strip()}")
        process.start(self.command(), self.pid_file, self.root / "slave.out")
        process.wait_for(self.name, lambda: process.listening(self.ports["milter"]), 30, self.root / "slave.out")
        return process.running(self.pid_file)

    def down(self):
        process.stop(self.pid_file)
