#!/usr/bin/env python3
"""PyJWT and tomllib as second judges of what the fuzzers found.

    pip install PyJWT
    cargo build && fuzz/peer.py target/debug/authctl [CORPUS]...

For each input of the targets `claims` and `users_file` in the folders CORPUS (fuzz/seeds and fuzz/corpus): what `authctl`
accepts, the other judge accepts too, and reads the same in it. Exits with 1 where they differ.
"""

import base64
import hashlib
import hmac
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import tomllib

import jwt

# As in targets/claims.rs.
SECRET = b"a secret for nobody, of 40 bytes or more"

# TOML 1.1, which tomllib does not know before Python 3.15.
BRACES_OVER_LINES = re.compile(rb"\{[^}]*\n")
TIME_WITHOUT_SECONDS = re.compile(rb"[T ]\d\d:\d\d[^:\d]", re.IGNORECASE)
# Grammar has them; `datetime` of Python has not.
LEAP_SECOND = re.compile(rb":60")
UNKNOWN_TO_PEER = BRACES_OVER_LINES, TIME_WITHOUT_SECONDS, LEAP_SECOND

HERE = pathlib.Path(__file__).parent


def inputs(folders, target):
    for folder in folders:
        for path in sorted((folder / target).glob("*")):
            yield path, path.read_bytes()


def authctl(program, home, *arguments, stdin=b"", **variables):
    environment = {"AUTHCTL_HOME": str(home), **variables}
    return subprocess.run([program, *arguments], input=stdin, capture_output=True, env=environment, check=False)


def signed(claims, header):
    def encode(part):
        return base64.urlsafe_b64encode(part).rstrip(b"=")

    message = encode(b'{"alg":"HS256"' + header) + b"." + encode(claims)
    return message + b"." + encode(hmac.digest(SECRET, message, hashlib.sha256))


def judge_claims(program, home, folders):
    """Tokens with any claims and a good signature."""
    cases = []
    for path, content in inputs(folders, "claims"):
        claims, newline, header = content[1:].partition(b"\n")
        cases.append((path, claims, signed(claims, header if newline else b"}")))
    tokens = b"\n".join(token for _, _, token in cases)
    answer = authctl(
        program, home, "check", "--stateless", "--json", stdin=tokens, AUTHCTL_SECRET_KEY=SECRET.decode()
    )
    verdicts = [json.loads(line) for line in answer.stdout.splitlines()]
    if len(verdicts) != len(cases):
        sys.exit(f"{len(cases)} tokens and {len(verdicts)} verdicts: {answer.stderr.decode()}")
    accepted = faults = 0
    for (path, claims, token), verdict in zip(cases, verdicts):
        if not verdict["active"]:
            continue
        accepted += 1
        try:
            # Its clock is read later, and it knows no allowance for the clocks of others.
            peer = jwt.decode(token, SECRET, ["HS256"], {"require": ["exp", "sub"]}, leeway=61)
            # An issuer that is no string is nobody: it is not told, and matches no `--issuer`.
            issuer = ("iss",) if isinstance(peer.get("iss", ""), str) else ()
            for name in ("sub", "jti", *issuer):
                assert verdict.get(name) == peer.get(name), f"{name}: {verdict.get(name)!r}, {peer.get(name)!r}"
            assert verdict["scope"] == peer.get("scope", ""), "scope"
            assert verdict["exp"] == int(peer["exp"]), "exp"
            assert peer == json.loads(claims), "claims"
        except (jwt.PyJWTError, AssertionError, ValueError) as error:
            faults += 1
            print(f"{path}: {error!r}\n  {claims!r}")
    print(f"claims: {len(cases)} tokens, {accepted} accepted, {faults} differ")
    return faults


def judge_users(program, home, folders):
    """Users files."""
    count = accepted = faults = 0
    file = pathlib.Path(home) / "users.toml"
    for path, content in inputs(folders, "users_file"):
        count += 1
        text = content[1:]
        file.write_bytes(text)
        os.chmod(file, 0o600)
        answer = authctl(program, home, "users", "--json")
        if answer.returncode != 0 or any(form.search(text) for form in UNKNOWN_TO_PEER):
            continue
        accepted += 1
        try:
            # It knows no byte order mark.
            peer = tomllib.loads(text.decode("utf-8-sig")).get("users", {})
            ours = {user["username"]: user for user in json.loads(answer.stdout)}
            assert set(ours) == set(peer), "names"
            for name, user in ours.items():
                for field in ("full_name", "email"):
                    assert user.get(field) == peer[name].get(field), f"{field} of {name}"
                assert user["scopes"] == peer[name].get("scopes", []), f"scopes of {name}"
                assert user.get("disabled", False) == peer[name].get("disabled", False), f"disabled of {name}"
        except (tomllib.TOMLDecodeError, AssertionError, KeyError) as error:
            faults += 1
            print(f"{path}: {error!r}\n  {text!r}")
    print(f"users_file: {count} files, {accepted} accepted, {faults} differ")
    return faults


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    program = os.path.abspath(sys.argv[1])
    folders = [pathlib.Path(folder) for folder in sys.argv[2:]] or [HERE / "seeds", HERE / "corpus"]
    with tempfile.TemporaryDirectory() as home:
        faults = judge_claims(program, home, folders) + judge_users(program, home, folders)
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
