"""What scripts/cluster does: one folder a cluster, its layout in layout.json, what runs in cluster.json."""
import json
import os
import pathlib
import subprocess

import clamd
import dns
import mariadb
import postfix
import process
import weir
from process import Failure

SOURCE = pathlib.Path(__file__).resolve().parents[2]
PORTS_A_SLAVE = 10
# What the cluster's own name server knows: owners of domains who ask for what the sample mail then shows.
SAMPLE_ZONE = {
    "partner.example": {"TXT": ["v=spf1 ip4:192.0.2.0/24 -all"], "MX": ["10 mx.partner.example"]},
    "_dmarc.partner.example": {"TXT": ["v=DMARC1; p=none; rua=mailto:dmarc@partner.example"]},
    "bank.example": {"TXT": ["v=spf1 -all"]},
    "_dmarc.bank.example": {"TXT": ["v=DMARC1; p=reject"]},
}


def ports_of(base, slave=None):
    """The ports of the master and its servers, and those of one slave (counted from 1)."""
    common = {"console": base, "nodes": base + 1, "mariadb": base + 2, "clamd": base + 3, "dns": base + 4}
    if slave is None:
        return common
    first = base + PORTS_A_SLAVE * slave
    names = ("smtp", "milter", "metrics", "reinject", "sink")
    return {**common, **{name: first + at for at, name in enumerate(names)}}


def free_base(slaves):
    for base in range(20000, 60000, 200):
        if all(process.free(port) for port in range(base, base + PORTS_A_SLAVE * (slaves + 1))):
            return base
    raise Failure("no free block of ports between 20000 and 60000; name one with --base-port")


def layout(options, folder):
    """The cluster's shape: kept from the first `up`, so that later ones continue the same cluster."""
    file = folder / "layout.json"
    if file.exists():
        shape = json.loads(file.read_text())
        for name in ("slaves", "db", "base_port", "clamd", "no_postfix"):
            asked = getattr(options, name)
            if asked is not None and asked != shape[name] and name != "slaves":
                raise Failure(f"{folder} was made with {name} = {shape[name]}; use another --dir for {asked}")
        shape["slaves"] = options.slaves or shape["slaves"]
    else:
        slaves = 2 if options.slaves is None else options.slaves
        shape = {"slaves": slaves, "db": options.db or "sqlite", "base_port": options.base_port or free_base(slaves),
                 "clamd": bool(options.clamd), "no_postfix": bool(options.no_postfix)}
    file.write_text(json.dumps(shape, indent=2) + "\n")
    return shape


def parts(shape, folder, build):
    base = shape["base_port"]
    master = weir.Master(folder / "master", SOURCE, build, ports_of(base), shape["db"] == "mysql")
    slaves = [weir.Slave(folder / f"mx{n}", f"mx{n}", build, ports_of(base, n))
              for n in range(1, shape["slaves"] + 1)]
    return master, slaves


def reachable_by_postfix(folder):
    done = subprocess.run(["setpriv", "--reuid", "postfix", "--clear-groups", "test", "-x", str(folder)])
    return done.returncode == 0


def up(options, folder, build):
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o755)
    shape = layout(options, folder)
    if os.geteuid() != 0 and not (shape["no_postfix"] and shape["db"] == "sqlite"):
        raise Failure("Postfix and MariaDB are started by root: use sudo, or --no-postfix with --db sqlite")
    if not shape["no_postfix"] and not reachable_by_postfix(folder):
        raise Failure(f"user postfix cannot enter {folder}: choose a --dir whose parents have mode 755")
    if shape["db"] == "mysql":
        mariadb.up(folder / "mariadb", ports_of(shape["base_port"])["mariadb"])
    if shape["clamd"]:
        clamd.up(folder / "clamd", ports_of(shape["base_port"])["clamd"])
    dns.up(folder / "dns", ports_of(shape["base_port"])["dns"], SAMPLE_ZONE)
    master, slaves = parts(shape, folder, build)
    master.up()
    write_description(folder, master, slaves)
    for slave in slaves:
        slave.up(master)
        if not shape["no_postfix"]:
            postfix.up(slave.root / "postfix", slave.name, slave.ports)
    api = master.api()
    process.wait_for("every node at the published revision", lambda: all_applied(api, len(slaves)), 30,
                     master.root / "master.log")
    write_description(folder, master, slaves)


def all_applied(api, count):
    progress = api.get("/policy/progress")
    return sum(node["state"] == "applied" for node in progress["nodes"]) >= count


def write_description(folder, master, slaves):
    """cluster.json, which holds an administrator's token: for the person alone who started the cluster; and the CA."""
    (folder / "ca.pem").write_bytes(master.ca.read_bytes())  # the master's own folder is closed to others
    file = folder / "cluster.json"
    file.touch(0o600)
    file.chmod(0o600)
    file.write_text(json.dumps(describe(master, slaves), indent=2) + "\n")
    if os.geteuid() == 0 and "SUDO_UID" in os.environ:
        os.chown(file, int(os.environ["SUDO_UID"]), int(os.environ["SUDO_GID"]))


def describe(master, slaves):
    return {
        "console": master.url, "ca": str(master.root.parent / "ca.pem"), "token": master.token(),
        "master": {"pid": process.running(master.pid_file), "config": str(master.config)},
        "slaves": [{
            "name": slave.name, "pid": process.running(slave.pid_file), "config": str(slave.config),
            "milter": f"inet:127.0.0.1:{slave.ports['milter']}", "smtp": f"127.0.0.1:{slave.ports['smtp']}",
            "sink": str(slave.root / "postfix/sink"), "quarantine": str(slave.root / "data/quarantine"),
            "metrics": f"http://127.0.0.1:{slave.ports['metrics']}/metrics"} for slave in slaves],
    }


def down(folder, build):
    shape = json.loads((folder / "layout.json").read_text())
    master, slaves = parts(shape, folder, build)
    for slave in slaves:
        postfix.down(slave.root / "postfix")
    for part in (*slaves, master):
        part.down()
    clamd.down(folder / "clamd")
    dns.down(folder / "dns")
    mariadb.down(folder / "mariadb")


def status(folder, build):
    shape = json.loads((folder / "layout.json").read_text())
    master, slaves = parts(shape, folder, build)
    alive = True
    for name, part in [("master", master)] + [(slave.name, slave) for slave in slaves]:
        pid = process.running(part.pid_file)
        alive = alive and pid is not None
        print(f"{name:8} {'running, pid ' + str(pid) if pid else 'stopped'}")
    return 0 if alive else 1


def run(options):
    folder = pathlib.Path(options.dir).resolve()
    build = pathlib.Path(options.build or SOURCE / "build").resolve()
    if options.command == "up":
        return up(options, folder, build)
    if not (folder / "layout.json").exists():
        raise Failure(f"{folder} holds no cluster (there is no layout.json in it)")
    return down(folder, build) if options.command == "down" else status(folder, build)
