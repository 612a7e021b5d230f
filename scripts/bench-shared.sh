#!/bin/sh
# A store in PostgreSQL, timed as whole processes: scripts/bench-shared.sh [quick]
#
# Needs PostgreSQL, PgBouncer, openssl, Python, a C compiler, GNU time and hyperfine (`apt install postgresql pgbouncer openssl
# python3 gcc time hyperfine`), and measures target/release/authctl or $AUTHCTL. It starts a server of its own, on a socket and
# on loopback, and a pooler, as `postgres` where it is run by root, and stops them at the end. `quick` does everything once
# among few users: the figures mean nothing then.
set -eu

authctl=${AUTHCTL:-$(dirname "$0")/../target/release/authctl}
authctl=$(realpath "$authctl")
bin=${PG_BIN:-$(ls -d /usr/lib/postgresql/*/bin | tail -n 1)}
# Where PgBouncer is.
PATH=$PATH:/usr/sbin
if [ "${1:-}" = quick ]; then
    small=100 large=2000 tokens=2000 few='--runs 1' many='--runs 1'
else
    small=1000 large=1000000 tokens=200000 few='--warmup 1 --runs 5' many='--warmup 5 --runs 50'
fi

dir=$(mktemp -d)
as_server=
if [ "$(id -u)" = 0 ]; then
    as_server='setpriv --reuid=postgres --regid=postgres --clear-groups'
    chown postgres "$dir"
fi
# The home is kept from others, and the folder of the socket is not.
chmod 711 "$dir"
stop() {
    test ! -f "$dir/pool/pid" || kill "$(cat "$dir/pool/pid")" || true
    $as_server "$bin/pg_ctl" -D "$dir/data" -m immediate stop >/dev/null 2>&1 || true
    rm -rf "$dir"
}
trap stop EXIT
unset AUTHCTL_USERS_FILE AUTHCTL_KEY_FILE AUTHCTL_SECRET_KEY PGHOST PGPORT PGUSER PGDATABASE PGPASSWORD PGSSLROOTCERT

port=$((20000 + $$ % 20000))
$as_server "$bin/initdb" -N -A trust -U postgres --locale=C.UTF-8 -D "$dir/data" >/dev/null
# An authority, and the certificate of the server by it.
$as_server sh -c "cd '$dir/data' && exec 2>ssl.log &&
    openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=authority -keyout ca.key -out ca.crt &&
    openssl req -newkey rsa:2048 -nodes -subj /CN=localhost -keyout server.key -out server.csr &&
    echo subjectAltName=DNS:localhost >server.ext &&
    openssl x509 -req -in server.csr -CA ca.crt -CAkey ca.key -days 2 -extfile server.ext -out server.crt"
cp "$dir/data/ca.crt" "$dir/ca.crt"
$as_server sh -c "cat >>'$dir/data/postgresql.conf'" <<CONF
port = $port
unix_socket_directories = '$dir'
listen_addresses = '127.0.0.1'
ssl = on
CONF
$as_server "$bin/pg_ctl" -w -D "$dir/data" -l "$dir/data/log" start >/dev/null

export PGPORT="$port" AUTHCTL_HOME="$dir/home"
mkdir "$AUTHCTL_HOME"
(umask 077 && openssl rand -hex 32 >"$AUTHCTL_HOME/secret.key")
hash='$argon2id$v=19$m=65536,t=3,p=4$wagCPXjifgvUFBzq4hqe3w$CYaIb8sB+wtD+Vu/P4uod1+Qof8h+1g7bbDlBID48Rc'

# url NAME: the database of that name, over the socket. Its port is in `PGPORT`.
url() { echo "postgres://postgres@/$1?host=$dir"; }

title() { printf '\n== %s\n' "$*"; }

# peak COMMAND...: the time and the peak memory of the command.
peak() { command time -f '  %e s, peak memory %M KiB' "$@"; }

# users COUNT: a store of so many users.
users() {
    awk -v n="$1" -v hash="$hash" 'BEGIN {
        print "[scopes]\nme = \"Me.\"\nitems = \"Items.\""
        for (i = 0; i < n; i++)
            printf "\n[users.user%07d]\nfull_name = \"User %d\"\nemail = \"user%d@example.com\"\nhashed_password = \"%s\"\nscopes = [\"me\", \"items\"]\n", i, i, i, hash
    }'
}

for count in $small $large; do
    title "$count users: import"
    users "$count" >"$dir/users.toml"
    "$bin/createdb" -h "$dir" -p "$port" -U postgres "of$count"
    AUTHCTL_USERS_URL=$(url "of$count")
    export AUTHCTL_USERS_URL
    "$authctl" init >"$dir/said" 2>&1 || { cat "$dir/said"; exit 1; }
    ls -l "$dir/users.toml" | awk '{ print "  file: " int($5 / 1024) " KiB" }'
    peak "$authctl" users import "$dir/users.toml"
    "$bin/psql" -qX -h "$dir" -p "$port" -U postgres -d "of$count" -c 'VACUUM ANALYZE'
done
rm "$dir/users.toml"
AUTHCTL_USERS_URL=$(url "of$small")
"$authctl" issue user0000007 --scope me --expires-in 12h >"$dir/one" 2>/dev/null

echo 'int main(void) { return 0; }' >"$dir/empty.c"
cc -O2 -o "$dir/empty" "$dir/empty.c"
# The least that a program can do that asks a database: ROW SOCKET DATABASE.
cat >"$dir/row.c" <<'C'
#include <arpa/inet.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static char text[65536];

/* Sends a message whose length begins at `length`, and reads until the server is ready. */
static void ask(int server, int length, int end) {
    unsigned size = htonl(end - length);
    memcpy(text + length, &size, 4);
    if (write(server, text, end) != end) _exit(1);
    for (int have = 0, more; have < 6 || text[have - 6] != 'Z'; have += more)
        if ((more = read(server, text + have, sizeof text - have)) <= 0) _exit(1);
}

int main(int count, char **words) {
    const char query[] = "QLENGSELECT layout, document, version FROM authctl.policy";
    struct sockaddr_un place = {AF_UNIX};
    int server = socket(AF_UNIX, SOCK_STREAM, 0), end = 8;
    if (count != 3 || strlen(words[1]) >= sizeof place.sun_path) return 1;
    strcpy(place.sun_path, words[1]);
    if (connect(server, (struct sockaddr *)&place, sizeof place)) return 1;
    memcpy(text, "LENG\0\3\0\0", 8);
    const char *fields[] = {"user", "postgres", "database", words[2], ""};
    for (int i = 0; i < 5; i++) end = stpcpy(text + end, fields[i]) + 1 - text;
    ask(server, 0, end);
    memcpy(text, query, sizeof query);
    ask(server, 1, sizeof query);
    return text[0] != 'T';
}
C
cc -O2 -o "$dir/row" "$dir/row.c"
# A pooler, which keeps connections to the server.
mkdir "$dir/pool"
cat >"$dir/pool/ini" <<INI
[databases]
* = host=$dir port=$port user=postgres
[pgbouncer]
listen_addr =
listen_port = $port
unix_socket_dir = $dir/pool
auth_type = any
pool_mode = transaction
logfile = $dir/pool/log
pidfile = $dir/pool/pid
INI
test -z "$as_server" || chown -R postgres "$dir/pool"
$as_server pgbouncer -qd "$dir/pool/ini"
waited=0
until test -S "$dir/pool/.s.PGSQL.$port" && test -s "$dir/pool/pid"; do
    test $((waited += 1)) -le 100 || { cat "$dir/pool/log"; exit 1; }
    sleep 0.1
done

tls="postgres://postgres@localhost:$port/of$large?sslmode=verify-full&sslrootcert=$dir/ca.crt"
check="$authctl check --require me"
one=$(cat "$dir/one")
# at NAME URL: a users file that names the database at that URL.
at() { (umask 077 && echo "users = \"$2\"" >"$dir/$1.toml"); }
at small "$(url "of$small")"
at large "$(url "of$large")"
at tls "$tls"
at pool "$(url "of$large")/pool"
saved=$AUTHCTL_USERS_URL
unset AUTHCTL_USERS_URL
title 'check of one token in a fresh process'
hyperfine --style basic -N $many -n 'empty program' "$dir/empty" \
    -n "no database (--stateless)" "$check --stateless $one" \
    -n "$small users, socket" "$check --users-file $dir/small.toml $one" \
    -n "$large users, socket" "$check --users-file $dir/large.toml $one" \
    -n "$large users, socket of PgBouncer" "$check --users-file $dir/pool.toml $one" \
    -n "one row by a program in C, socket" "$dir/row $dir/.s.PGSQL.$port of$large" \
    -n "$large users, TLS" "$check --users-file $dir/tls.toml $one" \
    -n "psql, SELECT 1, socket" "$bin/psql -XAtq -h $dir -U postgres -d of$large -c 'SELECT 1'"

title 'an edit in a fresh process'
hyperfine --style basic -N $few \
    -n "$small users" "$authctl users sign-out --users-file $dir/small.toml user0000009" \
    -n "$large users" "$authctl users sign-out --users-file $dir/large.toml user0000009"
export AUTHCTL_USERS_URL="$saved"

AUTHCTL_USERS_URL=$(url "of$large")
title "a stream of $tokens tokens of as many users, among $large"
cat >"$dir/issue.py" <<PYTHON
import base64, hashlib, hmac, json, sys, time
key = open(sys.argv[1]).read().strip().encode()
users, tokens, now = int(sys.argv[2]), int(sys.argv[3]), int(time.time())
text = lambda part: base64.urlsafe_b64encode(part).rstrip(b"=")
head = text(b'{"alg":"HS256","typ":"JWT"}')
for number in range(tokens):
    claims = {"sub": "user%07d" % (number * users // tokens), "scope": "me", "iat": now, "exp": now + 36000,
              "jti": "%032x" % number, "gen": now}
    body = head + b"." + text(json.dumps(claims).encode())
    print((body + b"." + text(hmac.digest(key, body, "sha256"))).decode())
PYTHON
python3 "$dir/issue.py" "$AUTHCTL_HOME/secret.key" "$large" "$tokens" >"$dir/tokens"
hyperfine --style basic $few -n check "$check <$dir/tokens >/dev/null 2>&1"
peak sh -c "$check <$dir/tokens >/dev/null 2>&1"

title "all of $large users"
peak sh -c "'$authctl' users list --json | head -c 100 >/dev/null"
for command in 'users list --json' 'users list' 'users export --json' 'users export' 'doctor'; do
    echo "$command"
    peak sh -c "'$authctl' $command >/dev/null 2>&1 || true"
done
