#!/usr/bin/env python3
"""Types passwords on the console of a Windows program: scripts/windows_prompt.py WINE AUTHCTL.EXE

A password is never shown and is taken as it was typed, a control character is no part of one, and Ctrl-C ends the process.
"""
import os
import pty
import re
import select
import sys
import termios

PASSWORD = "corréct hörse bättery"


def typed(arguments, *lines):
    """Types each line once its prompt is shown. The text of the console, and the last byte of the exit code."""
    child, console = pty.fork()
    if child == 0:
        # As Wine makes it, but only when it first reads.
        mode = termios.tcgetattr(0)
        mode[0] &= ~termios.ICRNL
        mode[3] &= ~(termios.ICANON | termios.ECHO)
        termios.tcsetattr(0, termios.TCSANOW, mode)
        os.execv(sys.argv[1], [*sys.argv[1:], *arguments])
    shown, keys = b"", list(lines)
    # Other processes of Wine keep the console open.
    ended = 0
    while not ended or select.select([console], [], [], 0.2)[0]:
        if not ended:
            ended, status = os.waitpid(child, os.WNOHANG)
        if select.select([console], [], [], 0.2)[0]:
            try:
                shown += os.read(console, 4096)
            except OSError:
                break
        if keys and keys[0][0].encode() in shown:
            os.write(console, keys.pop(0)[1].encode())
    if not ended:
        status = os.waitpid(child, 0)[1]
    os.close(console)
    code = os.waitstatus_to_exitcode(status)
    text = re.sub(r"\x1b\[[0-9?]*[a-zA-Z]", "", shown.decode()).replace("\r", "").replace("\n", "")
    return text, code


def expect(what, is_so, *said):
    if not is_so:
        sys.exit(f"{what}: {said}")


text, code = typed(["hash-password"], ("New password:", PASSWORD + "\r"), ("Once more:", PASSWORD + "\r"))
found = re.search(r"\$argon2id\$\S+", text)
expect("a password is typed twice", code == 0 and found, text, code)
expect("a password is not shown", "hörse" not in text, text)
text, code = typed(["hash-password", "--verify", found[0]], ("assword", PASSWORD + "\r"))
expect("it is taken as it was typed", code == 0, text, code)
text, code = typed(["hash-password", "--verify", found[0]], ("assword", "correct\r"))
expect("another one is not", code == 1, text, code)
text, code = typed(["hash-password"], ("New password:", "a\tb\r"))
expect("Tab is no part of a password", code == 2 and "control character" in text, text, code)
text, code = typed(["hash-password"], ("New password:", "\x03"))
expect("Ctrl-C is 0xC000013A", code == 0x3A, text, code)
