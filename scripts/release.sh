#!/usr/bin/env bash
# Makes what a release is: scripts/release.sh [FOLDER], else into target/dist
#
# A static binary for Linux in an archive with its manual pages, completions and licences; the software bill of materials
# (CycloneDX); checksums of both; and a context to build the container image from. Where AUTHCTL_RELEASE_KEY names an
# Ed25519 key (`openssl genpkey -algorithm ED25519`), the checksums are signed with it. The same commit, compiler and
# C compiler make the same bytes.
#
# Needs `apt install musl-tools openssl`, rustup, and `cargo install --locked cargo-cyclonedx`.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

target=x86_64-unknown-linux-musl
build=$(realpath --canonicalize-missing "${CARGO_TARGET_DIR:-target}")
dist=$(realpath --canonicalize-missing "${1:-$build/dist}")
version=$(cargo pkgid --locked | sed 's/.*[#@]//')
name=authctl-$version-$target
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git -c safe.directory="$PWD" log -1 --format=%ct)}
export SOURCE_DATE_EPOCH

# No path of this machine is in the binary. Its address is fixed, as build.rs says.
registry=${CARGO_HOME:-$HOME/.cargo}/registry/src
export RUSTFLAGS="--remap-path-prefix=$PWD=. --remap-path-prefix=$registry=registry -C relocation-model=static"
export CC_x86_64_unknown_linux_musl=musl-gcc
export CFLAGS_x86_64_unknown_linux_musl="-ffile-prefix-map=$build=build -ffile-prefix-map=$registry=registry"
rustup --quiet target add "$target"
cargo build --locked --release --target "$target"

rm -rf "$dist"
mkdir -p "$dist/$name"/{man,completions} "$dist/container/data"
binary=$build/$target/release/authctl
cp "$binary" README.md CHANGELOG.md LICENSE-APACHE LICENSE-MIT users.example.toml "$dist/$name/"
cp man/*.1 "$dist/$name/man/"
cp completions/* "$dist/$name/completions/"
chmod -R u=rwX,go=rX "$dist/$name"
tar --create --sort=name --format=ustar --mtime="@$SOURCE_DATE_EPOCH" --owner=0 --group=0 --numeric-owner \
    --directory "$dist" "$name" | gzip --no-name --best > "$dist/$name.tar.gz"
rm -r "${dist:?}/$name"

cargo cyclonedx --quiet --format json --spec-version 1.5 --no-build-deps --target "$target" --override-filename "$name"
# The same on every machine.
sed "s|file://$PWD|file:///authctl|g; s|file:///authctl#authctl@|file:///authctl#|g" "$name.json" > "$dist/$name.cdx.json"
rm "$name.json"

cp "$binary" Containerfile "$dist/container/"

cd "$dist"
sha256sum "$name.tar.gz" "$name.cdx.json" > SHA256SUMS
if [[ -n ${AUTHCTL_RELEASE_KEY:-} ]]; then
    openssl pkeyutl -sign -rawin -inkey "$AUTHCTL_RELEASE_KEY" -in SHA256SUMS -out SHA256SUMS.sig
fi
ls -l "$dist"
