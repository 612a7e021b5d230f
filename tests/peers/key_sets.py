"""Judges tokens by key sets with PyJWT and joserfc, as their manuals show it.

Reads a case a line, `{"jwks": ..., "token": ...}`, and prints a line of each: whether PyJWT and joserfc take the token.
"""

import json
import sys

import jwt
from joserfc import jwt as joserfc_jwt
from joserfc.jwk import KeySet

ALGORITHMS = ["RS256", "PS256", "ES256", "ES384", "EdDSA", "Ed25519"]


def pyjwt(jwks: dict, token: str) -> None:
    keys = jwt.PyJWKSet.from_dict(jwks)
    kid = jwt.get_unverified_header(token).get("kid")
    key = keys[kid] if kid is not None else keys.keys[0]
    jwt.decode(token, key, algorithms=ALGORITHMS)


def joserfc(jwks: dict, token: str) -> None:
    joserfc_jwt.decode(token, KeySet.import_key_set(jwks), algorithms=ALGORITHMS)


def answer(take, case: dict) -> str:
    try:
        take(case["jwks"], case["token"])
    except Exception as error:  # Each library has errors of its own, and some of Python's.
        print(f"{take.__name__}: {type(error).__name__}: {error}", file=sys.stderr)
        return "no"
    return "yes"


for line in sys.stdin:
    case = json.loads(line)
    print(answer(pyjwt, case), answer(joserfc, case))
