#!/usr/bin/python3
"""Mail that a job of the watch folder needs a person: a hook for "held" and "failed".

    mail.py RECIPIENT EVENT JOB

The mail names the job and nothing else: no claim, no patient, no file. It goes to this machine's mail server.
"""

from __future__ import annotations

import smtplib
import socket
import sys
from email.message import EmailMessage

TEXTS = {
    "held": "Claims are held. The held file is in held/, what is wrong with it in reports/.",
    "failed": "A file could not be processed, or was changed too late: see `scrubber spool status`.",
    "out": "A clean file is ready to be sent.",
}


def message(recipient: str, event: str, job: str) -> EmailMessage:
    """Return the mail."""
    mail = EmailMessage()
    mail["From"] = f"scrubber@{socket.gethostname()}"
    mail["To"] = recipient
    mail["Subject"] = f"scrubber: {event}: {job}"
    mail.set_content(f"{TEXTS[event]}\n\nJob {job}\n")
    return mail


def send(mail: EmailMessage, port: int = smtplib.SMTP_PORT) -> None:
    """Hand it to the mail server; the watch ends what takes longer than a minute."""
    with smtplib.SMTP("localhost", port, local_hostname="localhost", timeout=30) as server:
        server.send_message(mail)


if __name__ == "__main__":
    send(message(*sys.argv[1:4]))
