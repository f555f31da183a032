"""Verifies the signatures of a mail. Prints how many there are, then whether all of them are good.

Arguments: the name of the key in DNS, and its record. The mail is read from standard input.
"""

import re
import sys

import dkim

NAME, RECORD = sys.argv[1:3]


def look_up(name, timeout=5):
    return RECORD.encode() if name.decode().rstrip(".") == NAME else None


def is_good(verifier, index):
    try:
        return verifier.verify(idx=index, dnsfunc=look_up)
    except dkim.ValidationError:
        return False


mail = sys.stdin.buffer.read()
head = mail.split(b"\r\n\r\n")[0]
count = len(re.findall(rb"(?im)^dkim-signature:", head))
verifier = dkim.DKIM(mail)
print(count, count > 0 and all(is_good(verifier, index) for index in range(count)))
