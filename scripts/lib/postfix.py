"""A private Postfix on loopback, its mail going through one slave's milter and on to a sink of files."""
import pathlib
import pwd
import shutil
import socket
import subprocess

import process

MAIN = """compatibility_level = 3.6
config_directory = {root}/etc
queue_directory = {root}/spool
data_directory = {root}/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
myhostname = {name}.test.invalid
mydomain = test.invalid
mydestination =
local_recipient_maps =
local_transport = error:no local delivery
alias_maps =
alias_database =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 0.0.0.0/0, [::]/0
relayhost = [127.0.0.1]:{sink}
disable_dns_lookups = yes
smtp_host_lookup = native
smtpd_relay_restrictions = permit_mynetworks, reject
smtpd_recipient_restrictions = permit_mynetworks, reject
smtpd_authorized_xclient_hosts = 127.0.0.1
smtpd_client_connection_count_limit = 0
smtpd_milters = inet:127.0.0.1:{milter}
milter_default_action = tempfail
milter_protocol = 6
milter_connect_timeout = 5s
milter_command_timeout = 10s
milter_content_timeout = 60s
milter_connect_macros = j {{daemon_name}} {{daemon_port}} {{daemon_addr}} {{client_addr}} {{client_port}} v
milter_helo_macros = {{tls_version}} {{cipher}} {{cipher_bits}} {{cert_subject}} {{cert_issuer}}
milter_mail_macros = i {{mail_addr}} {{mail_host}} {{mail_mailer}} {{auth_authen}} {{auth_type}} {{client_addr}}
maillog_file = {root}/mail.log
maillog_file_prefixes = {root}
message_size_limit = 52428800
minimal_backoff_time = 2s
maximal_backoff_time = 5s
queue_run_delay = 2s
smtp_destination_concurrency_limit = 50
default_process_limit = 60
"""

MASTER = """127.0.0.1:{smtp} inet n - n - - smtpd
127.0.0.1:{reinject} inet n - n - - smtpd
  -o smtpd_milters=
  -o non_smtpd_milters=
  -o syslog_name=postfix/reinject
pickup    unix  n - n 60 1 pickup
cleanup   unix  n - n - 0 cleanup
qmgr      unix  n - n 300 1 qmgr
tlsmgr    unix  - - n 1000? 1 tlsmgr
rewrite   unix  - - n - - trivial-rewrite
bounce    unix  - - n - 0 bounce
defer     unix  - - n - 0 bounce
trace     unix  - - n - 0 bounce
verify    unix  - - n - 1 verify
flush     unix  n - n 1000? 0 flush
proxymap  unix  - - n - - proxymap
smtp      unix  - - n - - smtp
relay     unix  - - n - - smtp
showq     unix  n - n - - showq
error     unix  - - n - - error
retry     unix  - - n - - error
discard   unix  - - n - - discard
local     unix  - n n - - local
virtual   unix  - n n - - virtual
lmtp      unix  - - n - - lmtp
anvil     unix  - - n - 1 anvil
scache    unix  - - n - 1 scache
postlog   unix-dgram n - n - 1 postlogd
"""


def up(root, name, ports):
    """ports: smtp, reinject, sink, milter. Returns when Postfix and the sink listen."""
    root = pathlib.Path(root)
    for folder in ("etc", "spool", "data", "sink"):
        (root / folder).mkdir(parents=True, exist_ok=True)
    for folder in ("data", "sink"):
        shutil.chown(root / folder, pwd.getpwnam("postfix").pw_uid)
    (root / "etc/main.cf").write_text(MAIN.format(root=root, name=name, **ports))
    (root / "etc/master.cf").write_text(MASTER.format(**ports))
    process.start(["/usr/sbin/smtp-sink", "-u", "postfix", "-d", f"{root}/sink/%M.",
                   f"127.0.0.1:{ports['sink']}", "200"], root / "sink.pid", root / "sink.log")
    process.wait_for(f"the mail sink of {name}", lambda: process.listening(ports["sink"]), log=root / "sink.log")
    if subprocess.run(["postfix", "-c", root / "etc", "status"], capture_output=True).returncode != 0:
        started = subprocess.run(["postfix", "-c", root / "etc", "start"], capture_output=True, text=True)
        if started.returncode != 0:
            raise process.Failure(f"Postfix of {name} did not start: {started.stderr.strip()}")
    process.wait_for(f"Postfix of {name}", lambda: greets(ports["smtp"]), log=root / "mail.log")


def greets(port):
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=2) as peer:
            return peer.recv(3) == b"220"
    except OSError:
        return False


def down(root):
    root = pathlib.Path(root)
    if (root / "etc/main.cf").exists():
        subprocess.run(["postfix", "-c", root / "etc", "stop"], capture_output=True)
        process.wait_for("Postfix's end", lambda: subprocess.run(
            ["postfix", "-c", root / "etc", "status"], capture_output=True).returncode != 0)
    process.stop(root / "sink.pid")
