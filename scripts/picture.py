#!/usr/bin/env python3
"""Makes docs/session.svg of a real session: authctl on a terminal, with its own colours.

    scripts/picture.py AUTHCTL > docs/session.svg

What differs from run to run (tokens, moments, paths, passwords) is masked, so that two runs make the same bytes.
"""

import html
import os
import pty
import re
import sys
import tempfile

COLUMNS, LINE, CHARACTER = 100, 20, 8.4
PASSWORD = "correct horse battery staple"
COLOURS = {"31": "#ff7b72", "32": "#7ee787", "33": "#e3b341", "34": "#79c0ff", "35": "#d2a8ff", "36": "#76e3ea"}
# Each command as it is shown, and as it is run where that differs.
SESSION = [
    ("authctl init --user johndoe --scope me,items", None),
    ("TOKEN=$(authctl login johndoe --scope me)", "authctl login johndoe --scope me > token"),
    ('echo "$TOKEN" | authctl check --require me', "authctl check --require me < token"),
    ('echo "$TOKEN" | authctl check --require me,items', "authctl check --require me,items < token"),
    ('echo "$TOKEN" | authctl decode', "authctl decode < token"),
    ("authctl users list", None),
]


def run(command: str, home: str, program: str) -> str:
    """The output of a command whose terminal is a pty, with the password typed at each prompt."""
    path = os.path.dirname(os.path.abspath(program)) + ":/usr/bin:/bin"
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(home)
        variables = {"HOME": home, "PATH": path, "TERM": "xterm-256color", "TZ": "UTC", "COLUMNS": str(COLUMNS)}
        os.execve("/bin/sh", ["sh", "-c", f"stty cols {COLUMNS} rows 40; {command}"], variables)
    output, answered = b"", 0
    while True:
        try:
            part = os.read(terminal, 4096)
        except OSError:  # The other side is closed.
            break
        if not part:
            break
        output += part
        prompts = len(re.findall(rb"(?i)(?:password|once more)[^\n]*: ", output))
        while answered < prompts:
            os.write(terminal, PASSWORD.encode() + b"\n")
            answered += 1
    os.waitpid(pid, 0)
    return output.decode().replace("\r", "")


def masked(text: str, home: str) -> str:
    text = text.replace(home, "/home/you")
    text = re.sub(r"eyJ[\w.-]{20,}", "eyJhbGciOi…", text)
    text = re.sub(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", "2026-11-22T01:44:56Z", text)
    text = re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", "2026-11-22 01:44:56", text)
    text = re.sub(r"\b[0-9a-f]{32}\b", "5515872d9caf82516cfcb035b83008f7", text)
    text = re.sub(r"\b1\d{9}\b", "1795310096", text)
    text = re.sub(r"2026-11-22 01:44:56 \+00:00, (now|\d+ seconds? ago)", "2026-11-22 01:14:56 +00:00, now", text)
    return re.sub(r"(exp +)1795310096", r"\g<1>1795311896", text)


def spans(line: str) -> str:
    """A line with its colours (SGR) as SVG; every other escape sequence is left out."""
    line = re.sub(r"\x1b\[[0-9;?]*[A-Za-ln-z]", "", line)
    made, style = "", ""
    for part in re.split(r"(\x1b\[[0-9;]*m)", line):
        if part.startswith("\x1b"):
            codes = part[2:-1].split(";")
            style = "" if codes in (["0"], [""]) else style
            style += ' font-weight="bold"' if "1" in codes and "bold" not in style else ""
            style += "".join(f' fill="{COLOURS[code]}"' for code in codes if code in COLOURS)
        elif part:
            made += f"<tspan{style}>{html.escape(part)}</tspan>"
    return made


def main() -> None:
    program = sys.argv[1]
    lines = []
    with tempfile.TemporaryDirectory() as home:
        for shown, command in SESSION:
            lines.append(f"\x1b[1m$ {shown}\x1b[0m")
            output = masked(run(command or shown, home, program), home)
            output = re.sub(r"(?i)((?:password|once more)[^\n]*: )\n?", r"\1••••••••\n", output)
            lines += [line for line in output.split("\n") if line]
    width, height = int(COLUMNS * CHARACTER) + 32, len(lines) * LINE + 32
    print(f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}">')
    print("<title>A session with authctl</title>")
    print(f'<rect width="{width}" height="{height}" rx="8" fill="#0d1117"/>')
    print("<style>text { white-space: pre }</style>")
    print('<g font-family="monospace" font-size="14" fill="#e6edf3" xml:space="preserve">')
    for at, line in enumerate(lines):
        print(f'<text x="16" y="{30 + at * LINE}">{spans(line)}</text>')
    print("</g>\n</svg>")


main()
