"""A private MariaDB on loopback."""
import pathlib
import pwd
import shutil
import subprocess

import process

CONFIG = """[mariadbd]
user=mysql
datadir={root}/data
socket={root}/db.sock
pid-file={root}/server.pid
port={port}
bind-address=127.0.0.1
skip-name-resolve
innodb_buffer_pool_size=128M
innodb_log_file_size=64M
innodb_flush_log_at_trx_commit=1
character-set-server=utf8mb4
"""


def up(root, port):
    """A server with the schema and user `weir`; returns when it answers."""
    root = pathlib.Path(root)
    root.mkdir(parents=True, exist_ok=True)
    (root / "my.cnf").write_text(CONFIG.format(root=root, port=port))
    fresh = not (root / "data").exists()
    if fresh:
        (root / "data").mkdir()
        shutil.chown(root / "data", pwd.getpwnam("mysql").pw_uid)
        shutil.chown(root, pwd.getpwnam("mysql").pw_uid)
        made = subprocess.run(["mariadb-install-db", "--no-defaults", "--user=mysql", f"--datadir={root}/data",
                               "--auth-root-authentication-method=normal", "--skip-test-db"],
                              capture_output=True, text=True)
        if made.returncode != 0:
            raise process.Failure(f"MariaDB's data folder {root}/data: {made.stderr.strip()}")
    process.start(["mariadbd", f"--defaults-file={root}/my.cnf"], root / "mariadbd.pid", root / "mariadbd.log")
    process.wait_for("MariaDB", lambda: sql(root, "SELECT 1") is not None, 60, root / "mariadbd.log")
    if sql(root, "CREATE DATABASE IF NOT EXISTS weir CHARACTER SET utf8mb4;"
                 "CREATE USER IF NOT EXISTS 'weir'@'127.0.0.1' IDENTIFIED BY 'weir';"
                 "GRANT ALL ON weir.* TO 'weir'@'127.0.0.1'") is None:
        raise process.Failure(f"MariaDB refused to create the schema weir; see {root}/mariadbd.log")


def sql(root, statement):
    """What the statement prints, None when the server does not answer or refuses it."""
    done = subprocess.run(["mariadb", "--no-defaults", f"--socket={root}/db.sock", "-uroot", "-N", "-e", statement],
                          capture_output=True, text=True)
    return done.stdout if done.returncode == 0 else None


def down(root):
    process.stop(pathlib.Path(root) / "mariadbd.pid", 60)
