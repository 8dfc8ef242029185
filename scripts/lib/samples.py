"""Sends the sample mail of tests/mail through every slave of a cluster and tells what became of each."""
import json
import pathlib
import smtplib
import sys

SAMPLES = pathlib.Path(__file__).resolve().parents[2] / "tests/mail"


def send(smtp, file, sender="sender@example.org", recipient="user@company.example"):
    """What the SMTP server answered to the mail, as (code, text)."""
    host, port = smtp.split(":")
    content = file.read_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    try:
        with smtplib.SMTP(host, int(port), timeout=30) as session:
            session.ehlo("client.example.org")
            session.mail(sender, ["BODY=8BITMIME"])
            session.rcpt(recipient)
            code, text = session.data(content)
    except smtplib.SMTPResponseException as refusal:
        code, text = refusal.smtp_code, refusal.smtp_error
    return code, text.decode(errors="replace").splitlines()[0]


def main(folder):
    cluster = json.loads((pathlib.Path(folder) / "cluster.json").read_text())
    for slave in cluster["slaves"]:
        for file in sorted(SAMPLES.glob("*.eml")):
            code, text = send(slave["smtp"], file)
            print(f"    {slave['name']}  {file.name:28} {code} {text}")


if __name__ == "__main__":
    main(sys.argv[1])
