"""PyJWT and pwdlib, asked one thing a line: a JSON array in, a line of JSON out."""

import json
import sys

import jwt
from pwdlib import PasswordHash

passwords = PasswordHash.recommended()
for line in sys.stdin:
    match json.loads(line):
        case ["encode", claims, key, header]:
            answer = jwt.encode(claims, key, algorithm="HS256", headers=header)
        case ["decode", token, key, options]:
            try:
                answer = jwt.decode(token, key, algorithms=["HS256"], **options)
            except jwt.InvalidTokenError as error:
                answer = type(error).__name__
        case ["hash", password]:
            answer = passwords.hash(password)
        case ["verify", password, hashed]:
            # Whether it is the password, and a new hash if this one is below what pwdlib recommends.
            good, new = passwords.verify_and_update(password, hashed)
            answer = [good, "up to date" if new is None else "outdated"]
    print(json.dumps(answer))
