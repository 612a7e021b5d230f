#!/bin/sh
# Whole processes, timed: scripts/bench.sh [quick]
#
# Needs openssl, GNU time and hyperfine (`apt install openssl time hyperfine`), and measures target/release/authctl or
# $AUTHCTL. Also compares with these, if installed: jwt (`cargo install jwt-cli`), and a Python with PyJWT and pwdlib,
# called $PYTHON (`pip install pyjwt 'pwdlib[argon2]'`). `quick` does everything once: the figures mean nothing then.
set -eu

authctl=${AUTHCTL:-$(dirname "$0")/../target/release/authctl}
authctl=$(realpath "$authctl")
python=${PYTHON:-python3}
if [ "${1:-}" = quick ]; then
    tokens=2000 users='100 1000' few='--runs 1' many='--runs 1'
else
    tokens=500000 users='100 10000 100000' few='--warmup 1 --runs 7' many='--warmup 5 --runs 50'
fi

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
unset AUTHCTL_USERS_FILE AUTHCTL_KEY_FILE AUTHCTL_SECRET_KEY
secret=4f1feeca525de4cdb064656007da3edac7895a87ff0ea865693300fb8b6e8f9c
# A hash of the password `secret`, with the default parameters.
hash='$argon2id$v=19$m=65536,t=3,p=4$wagCPXjifgvUFBzq4hqe3w$CYaIb8sB+wtD+Vu/P4uod1+Qof8h+1g7bbDlBID48Rc'
printf secret >"$dir/password"

# home NAME USERS: makes a folder with a store of so many users and a raw secret as the key.
home() {
    mkdir -p "$dir/$1"
    (umask 077 && printf %s "$secret" >"$dir/$1/secret.key")
    (umask 077 && awk -v n="$2" -v hash="$hash" 'BEGIN {
        print "[scopes]\nme = \"Me.\"\nitems = \"Items.\""
        for (i = 0; i < n; i++)
            printf "\n[users.user%d]\nfull_name = \"User %d\"\nemail = \"user%d@example.com\"\nhashed_password = \"%s\"\nscopes = [\"me\", \"items\"]\n", i, i, i, hash
    }' >"$dir/$1/users.toml")
}

# token NAME: issues a token of user1 with the key in that folder.
token() { AUTHCTL_HOME=$dir/$1 "$authctl" login user1 --scope me --expires-in 12h --password-stdin <"$dir/password"; }

# stream NAME COUNT: prints so many tokens; of ten, nine are good and one is forged.
stream() {
    token "$1" >"$dir/good"
    awk -v n="$2" '{ for (i = 0; i < n; i++) print i % 10 ? $0 : substr($0, 1, length($0) - 6) "AAAAAA" }' "$dir/good"
}

title() { printf '\n== %s\n' "$*"; }

# memory COMMAND: prints the peak memory of the command.
memory() { command time -f '  peak memory: %M KiB' sh -c "$1" >/dev/null; }

home 100 100
export AUTHCTL_HOME="$dir/100"
token 100 >"$dir/one"
one=$(cat "$dir/one")

title 'check of one token, among 100 users'
set -- -n 'check, argument' "$authctl check --require me $one" \
    -n 'check, standard input' "$authctl check --require me <$dir/one" \
    -n 'check --stateless' "$authctl check --stateless $one" -n 'decode' "$authctl decode $one" \
    -n 'version' "$authctl --version"
if command -v jwt >/dev/null; then set -- "$@" -n 'jwt decode' "jwt decode $one"; fi
hyperfine --style basic $many "$@"

title 'login, and verification by others'
set -- -n 'login' "$authctl login user1 --scope me --password-stdin <$dir/password"
if "$python" -c 'import pwdlib' 2>/dev/null; then
    cat >"$dir/verify.py" <<PYTHON
import sys
from pwdlib import PasswordHash
passwords = PasswordHash.recommended()
if sys.argv[1:]: assert passwords.verify("secret", '$hash')
PYTHON
    set -- "$@" -n 'pwdlib, started' "$python $dir/verify.py" -n 'pwdlib, verified' "$python $dir/verify.py verify"
fi
hyperfine --style basic $few "$@"

title "check of a stream of $tokens tokens, on one processor and on all"
for kind in HS256 ED25519 EC RSA; do
    home "$kind" 100
    case $kind in
    HS256) count=$tokens ;;
    EC) count=$((tokens / 20)) ;;
    *) count=$((tokens / 10)) ;;
    esac
    (
        umask 077
        case $kind in
        ED25519) openssl genpkey -quiet -algorithm ED25519 -out "$dir/$kind/secret.key" ;;
        EC) openssl genpkey -quiet -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$dir/$kind/secret.key" ;;
        RSA) openssl genpkey -quiet -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out "$dir/$kind/secret.key" ;;
        esac
    )
    stream "$kind" "$count" >"$dir/tokens"
    echo "$kind: $count tokens"
    export AUTHCTL_HOME="$dir/$kind"
    check="$authctl check --require me <$dir/tokens >/dev/null 2>&1"
    hyperfine --style basic --ignore-failure $few -n 'one processor' "taskset -c 0 $check" -n 'all' "$check"
    memory "$check || true"
    if [ "$kind" = HS256 ] && "$python" -c 'import jwt' 2>/dev/null; then
        head -n 20000 "$dir/tokens" >"$dir/some"
        echo "PyJWT: $(wc -l <"$dir/some") tokens"
        cat >"$dir/pyjwt.py" <<PYTHON
import sys, jwt
for line in sys.stdin:
    try: print("me" in jwt.decode(line.strip(), "$secret", ["HS256"])["scope"].split())
    except jwt.PyJWTError as error: print(error)
PYTHON
        hyperfine --style basic $few -n PyJWT "$python $dir/pyjwt.py <$dir/some >/dev/null"
    fi
done

for count in $users; do
    title "$count users: a look-up, a change and a list"
    home store "$count"
    export AUTHCTL_HOME="$dir/store"
    ls -l "$dir/store/users.toml" | awk '{ print "  file: " int($5 / 1024) " KiB" }'
    hyperfine --style basic $few -n check "$authctl check --require me $one" \
        -n 'users set' "$authctl users set user1 --full-name Someone" -n 'users list' "$authctl users list --json"
    memory "$authctl check --require me $one"
    memory "$authctl users list --json"
done
