#!/bin/sh
# Logs in, gets a scoped token, and checks it.
# Run it from the top of the checkout: `sh examples/first-token.sh`. It changes nothing there.
set -eu

AUTHCTL_HOME=$(mktemp -d)
export AUTHCTL_HOME
trap 'rm -rf "$AUTHCTL_HOME"' EXIT
PATH=$PATH:${CARGO_HOME:-$HOME/.cargo}/bin

authctl init
cp users.example.toml "$AUTHCTL_HOME/users.toml"

echo
echo "johndoe logs in with the password of the example, and asks for one of his two scopes:"
TOKEN=$(echo secret | authctl login johndoe --scope me --password-stdin)
echo "$TOKEN"

echo
echo "Is it good for that scope?"
authctl check --require me -- "$TOKEN"
echo "exit code 0: yes"

echo
echo "And for the other one too?"
code=0
authctl check --require me,items -- "$TOKEN" || code=$?
echo "exit code $code: no, it lacks a scope"
test "$code" = 4
