#!/usr/bin/env python3
"""What an administrator calls spam or ham is known to every node: scores, near copies, forgetting, a master that is away."""
import hashlib
import json
import random
import subprocess
import time

import support
from support import check, kill, send, wait_for

POLICY = {"lists": {}, "sections": {"queues": {"copies": {"label": "Near copies of learned spam"}}}, "rules": [
    {"id": "copy", "when": {"fuzzy.score": {"greater": 70}}, "then": [{"quarantine": {"queue": "copies"}}]},
    {"id": "spam", "when": {"bayes.score": {"greater": 80}}, "then": [{"add-header": {"name": "X-Learned", "value": "spam"}}]},
    {"id": "ham", "when": {"bayes.score": {"less": 20}}, "then": [{"add-header": {"name": "X-Learned", "value": "ham"}}]}]}
EACH = 220  # mails of each class; scores begin with 200

# Sentences as each class has them: who does what to which, and how.
SPAM = (["Our pharmacy", "This lottery", "The crypto fund", "Your lucky number", "Our casino", "This miracle pill"],
        ["guarantees", "unlocks", "multiplies", "delivers", "doubles", "releases"],
        ["your bonus", "a free prize", "cheap watches", "huge profit", "instant credit", "a secret discount"],
        ["today only", "without any risk", "before midnight", "for winners like you", "with one click", "in minutes"])
HAM = (["The committee", "Our landlord", "My sister", "The project team", "Your colleague", "The school"],
       ["discusses", "sends", "reviews", "postpones", "confirms", "prepares"],
       ["the minutes", "the invoice", "the timetable", "the garden plan", "the second chapter", "the test report"],
       ["on Thursday", "after lunch", "with the others", "in the small room", "as agreed", "until next week"])
SYLLABLES = "ba ce di fo gu la me ni po ru sa te vi wo zu ka".split()


def body(words, number, sentences=14):
    chosen = random.Random(f"{words[0][0]} {number}")
    name = lambda: "".join(chosen.choice(SYLLABLES) for _ in range(4))  # what no other mail has
    text = [" ".join(f"{chosen.choice(part)} {name()}" for part in words) for _ in range(sentences)]
    return ".\r\n".join(text) + ".\r\n"


def mail(words, number, more=""):
    kind = "offer" if words is SPAM else "note"
    return (f"Date: Sat, 21 Nov 2026 12:00:00 +0000\r\nFrom: {kind}{number}@sender.example\r\nTo: user@company.example\r\n"
            f"Subject: {kind} {number}\r\nMessage-ID: <{kind}{number}@sender.example>\r\n\r\n{more}{body(words, number)}").encode()


def post(smtp, content, sender="sender@example.org"):
    """Sends a mail that has to be taken; not said each time, since some are sent until something changes."""
    code, text = send(smtp, content, sender=sender)
    if code != 250:
        raise AssertionError(f"a mail is not taken: {code} {text}")
    time.sleep(0.3)


class Weirctl:
    def __init__(self, cluster):
        self.command = cluster.weirctl

    def run(self, *arguments, code=0):
        done = subprocess.run([*self.command, *arguments], capture_output=True, text=True, timeout=300)
        check(done.returncode == code, f"weirctl {' '.join(map(str, arguments))}: exit {done.returncode} "
              + (done.stdout.strip().splitlines() or done.stderr.strip().splitlines() or [""])[0])
        return done.stdout

    def json(self, *arguments):
        return json.loads(self.run("--json", *arguments))


def teach(ctl, folder):
    """Spam as a folder of files, ham as one mbox."""
    spam, ham = folder / "spam", folder / "ham.mbox"
    (spam / "cur").mkdir(parents=True)
    for number in range(EACH):
        (spam / f"cur/{number}.eml").write_bytes(mail(SPAM, number))
    text = b"".join(b"From note@sender.example Sat Nov 21 12:00:00 2026\n" + mail(HAM, number).replace(b"\r\n", b"\n") + b"\n"
                    for number in range(EACH))
    ham.write_bytes(text)
    made = ctl.json("learn", "spam", spam)
    check((made["learned"], made["known"], made["failed"]) == (EACH, 0, []), f"a folder of spam is learned: {made['learned']}")
    check("values" not in ctl.run("learn", "status"), "without ham there are no scores yet, and it says so")
    made = ctl.json("learn", "ham", ham)
    check(made["learned"] == EACH and made["missing"] == {"spam": 0, "ham": 0}, f"an mbox of ham is learned: {made['learned']}")
    again = ctl.json("learn", "spam", spam / "cur/0.eml", spam / "cur/1.eml")
    check((again["learned"], again["known"]) == (0, 2), "learned again it is known, not counted")
    (folder / "none.eml").write_text("no header\n")
    refused = ctl.run("learn", "spam", folder / "none.eml", spam / "cur/2.eml", code=1)
    check("1 not taken" in refused and "1 known" in refused, f"what is no mail does not keep the others: {refused.strip()}")


def arrived(cluster, slave, subject):
    return wait_for(f"{subject} in the sink of {slave.name}",
                    lambda: next((m for m in cluster.delivered(slave) if m["Subject"] == subject), None), 20)


def judged(cluster, words, first, expected, what, seconds=20):
    """Each node marks new mails of this class so, within the time; nobody was told of these mails."""
    for turn, slave in enumerate(cluster.slaves):
        smtp, number = f"127.0.0.1:{slave.ports['smtp']}", [first + 1000 * turn]

        def mark(number=number, smtp=smtp, slave=slave):
            number[0] += 1
            kind = "offer" if words is SPAM else "note"
            post(smtp, mail(words, number[0]), f"{kind}@sender.example")
            return arrived(cluster, slave, f"{kind} {number[0]}")["X-Learned"] == expected
        wait_for(f"{what} on {slave.name}", mark, seconds)
        print(f"ok      {what} on {slave.name}")


def copies(cluster, ctl):
    """A near copy of learned spam is held, learned from the quarantine, and goes through once both are forgotten."""
    slave = cluster.slaves[1]
    smtp = f"127.0.0.1:{slave.ports['smtp']}"
    copy = mail(SPAM, 7, "Dear winner,\r\n").replace(b"offer 7", b"act now")
    check(send(smtp, copy)[0] == 250, "a near copy of learned spam is taken")
    item = wait_for("it in the quarantine", lambda: next(iter(ctl.json("quarantine", "list", "--queue", "copies")), None))
    check(item["rule"] == "copy" and item["subject"] == "act now", f"fuzzy.score holds it: {item['reason']}")
    check("learned as spam" in ctl.run("learn", "item", item["id"], "spam"), "it is learned from the quarantine")
    check("known as spam before" in ctl.run("learn", "item", item["id"], "spam"), "once")
    listed = ctl.json("learn", "list", "--limit", "1")[0]
    check((listed["subject"], listed["item"]) == ("act now", item["id"]), "the list says where it came from")
    ctl.run("learn", "item", "no-such-item", "ham", code=1)
    check("moved to ham" in ctl.run("learn", "item", item["id"], "ham"), "said to be ham it is moved")
    clear(cluster, slave, smtp, "as ham", "a copy of what is ham too is let through")
    ctl.run("learn", "forget", listed["sha256"])
    held(cluster, ctl, smtp, "forgotten ham")
    ctl.run("learn", "forget", hashlib.sha256(mail(SPAM, 7)).hexdigest())
    ctl.run("learn", "forget", listed["sha256"], code=1)
    clear(cluster, slave, smtp, "no more", "forgotten spam holds no copies")
    check(ctl.json("learn", "status")["spam"] == EACH - 1, "its count is taken back")


def near(subject, turn):
    return mail(SPAM, 7, "Dear winner,\r\n").replace(b"offer 7", f"{subject} {turn}".encode())


def clear(cluster, slave, smtp, subject, what):
    turn = [0]

    def through():
        turn[0] += 1
        post(smtp, near(subject, turn[0]))
        wait_for("its end", lambda: cluster.mails(f"?subject={subject.replace(' ', '%20')}%20{turn[0]}"), 20)
        return any(m["Subject"] == f"{subject} {turn[0]}" for m in cluster.delivered(slave))
    wait_for(what, through, 30)
    print(f"ok      {what}")


def held(cluster, ctl, smtp, subject):
    turn = [0]

    def stays():
        turn[0] += 1
        post(smtp, near(subject, turn[0]))
        name = f"{subject} {turn[0]}"
        row = wait_for("its verdict", lambda: next(iter(cluster.mails(f"?subject={name.replace(' ', '%20')}")), None), 20)
        return row["verdict"] == "quarantine"
    wait_for(f"{subject} to be held again", stays, 30)
    print(f"ok      {subject}: a copy is held again")


def scenario(options):
    with support.temporary_cluster(options, "--slaves", "2") as cluster:
        ctl = Weirctl(cluster)
        cluster.publish_and_wait(POLICY)
        smtp = f"127.0.0.1:{cluster.slaves[0].ports['smtp']}"
        check(send(smtp, mail(SPAM, 9000))[0] == 250, "before anything is learned spam is mail")
        check(arrived(cluster, cluster.slaves[0], "offer 9000")["X-Learned"] is None, "without a score")
        teach(ctl, cluster.folder)
        judged(cluster, SPAM, 10000, "spam", "new spam has a high bayes.score")
        judged(cluster, HAM, 20000, "ham", "new ham has a low bayes.score")
        copies(cluster, ctl)
        kill(cluster.master)
        judged(cluster, SPAM, 30000, "spam", "without a master, new spam has a high bayes.score", 3)
        kill(cluster.slaves[0])
        cluster.slaves[0].up(cluster.master)
        judged(cluster, SPAM, 40000, "spam", "restarted without a master, new spam has a high bayes.score", 5)


if __name__ == "__main__":
    options = support.arguments()
    support.run(scenario, options)
