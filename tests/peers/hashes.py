"""Hashes that passlib, bcrypt, Django and htpasswd make, and what they say of ours.

A password and a hash of ours, a line each; out comes a line of JSON for each: a program, and a hash or whether ours is good.
"""

import json
import subprocess
import sys

import bcrypt
import django
from django.conf import settings
from passlib import hash as passlib

password, ours = sys.stdin.read().splitlines()
hashers = ["PBKDF2", "PBKDF2SHA1", "Argon2", "BCrypt", "Scrypt"]
settings.configure(PASSWORD_HASHERS=[f"django.contrib.auth.hashers.{name}PasswordHasher" for name in hashers])
django.setup()
from django.contrib.auth import hashers as django_hashers


def tell(program, answer):
    print(json.dumps([program, answer]))


for name in ["argon2", "bcrypt", "scrypt", "pbkdf2_sha1", "pbkdf2_sha256", "pbkdf2_sha512", "sha256_crypt", "sha512_crypt"]:
    rounds = {"argon2": 1, "bcrypt": 4, "scrypt": 4}.get(name, 1000)
    hasher = getattr(passlib, name).using(rounds=rounds)
    tell(f"passlib {name}", hasher.hash(password))
tell("bcrypt", bcrypt.hashpw(password.encode(), bcrypt.gensalt(4)).decode())
for hasher in django_hashers.get_hashers():
    hasher.iterations, hasher.rounds, hasher.work_factor = 1000, 4, 16
    tell(f"Django {hasher.algorithm}", hasher.encode(password, hasher.salt()))
for options in [["-B", "-C", "4"], ["-2", "-r", "1000"], ["-5", "-r", "1000"]]:
    line = subprocess.run(["htpasswd", "-nb", *options, "ann", password], capture_output=True, text=True).stdout
    if line:
        tell(f"htpasswd {options[0]}", line.strip().partition(":")[2])
tell("passlib verifies ours", passlib.argon2.verify(password, ours))
tell("Django verifies ours", django_hashers.check_password(password, "argon2" + ours))
tell("Django refuses ours", django_hashers.check_password(password + "x", "argon2" + ours))
