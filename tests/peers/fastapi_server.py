"""A FastAPI server of the usual kind: bearer tokens, scopes, one shared secret.

It is authctl's peer in a test. Standard input is one JSON object: the secret, the users file, and requests.
Each request is made with TestClient, so that nothing listens anywhere, and answered by one line of JSON.
"""

import json
import sys
import time
import tomllib
from typing import Annotated
from urllib.parse import parse_qs

import jwt
from fastapi import Depends, FastAPI, HTTPException, Request, Security
from fastapi.security import OAuth2PasswordBearer, SecurityScopes
from fastapi.testclient import TestClient
from pwdlib import PasswordHash

job = json.load(sys.stdin)
SECRET_KEY = job["secret"]
with open(job["users_file"], "rb") as file:
    store = tomllib.load(file)

app = FastAPI()
bearer = OAuth2PasswordBearer(tokenUrl="token", scopes=store["scopes"])
passwords = PasswordHash.recommended()


def current_user(asked: SecurityScopes, token: Annotated[str, Depends(bearer)]) -> str:
    challenge = f'Bearer scope="{asked.scope_str}"' if asked.scopes else "Bearer"

    def refuse(status: int) -> HTTPException:
        return HTTPException(status, headers={"WWW-Authenticate": challenge})

    try:
        claims = jwt.decode(token, SECRET_KEY, algorithms=["HS256"])
    except jwt.InvalidTokenError:
        raise refuse(401) from None
    user = store["users"].get(claims.get("sub"))
    if user is None:
        raise refuse(401)
    if user.get("disabled"):
        raise refuse(403)
    if not set(asked.scopes) <= set(claims.get("scope", "").split()):
        raise refuse(403)
    return claims["sub"]


@app.post("/token")
async def token(request: Request) -> dict[str, str]:
    form = parse_qs((await request.body()).decode())
    name, password = form["username"][0], form["password"][0]
    user = store["users"].get(name)
    if user is None or not passwords.verify(password, user["hashed_password"]):
        raise HTTPException(400)
    # What was asked for, granted or not: the mistake that authctl does not make.
    claims = {"sub": name, "scope": form.get("scope", [""])[0], "exp": int(time.time()) + 1825}
    return {"access_token": jwt.encode(claims, SECRET_KEY, algorithm="HS256"), "token_type": "bearer"}


@app.get("/status")
def status(user: Annotated[str, Security(current_user)]) -> str:
    return user


@app.get("/me")
def me(user: Annotated[str, Security(current_user, scopes=["me"])]) -> str:
    return user


@app.get("/items")
def items(user: Annotated[str, Security(current_user, scopes=["me", "items"])]) -> str:
    return user


client = TestClient(app)
for request in job["requests"]:
    headers = {"Authorization": f"Bearer {request['bearer']}"} if "bearer" in request else {}
    method = "POST" if "form" in request else "GET"
    answer = client.request(method, request["path"], headers=headers, data=request.get("form"))
    body = answer.json() if answer.is_success else None
    print(json.dumps([answer.status_code, body, answer.headers.get("WWW-Authenticate")]))
