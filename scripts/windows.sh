#!/usr/bin/env bash
# Builds authctl for Windows and runs its transcripts (tests/cli) there, under Wine: scripts/windows.sh [TEST…]
#
# Needs `apt install gcc-mingw-w64-x86-64 g++-mingw-w64-x86-64 nasm wine64`, and rustup for the standard library. What Wine
# says of permissions is Wine's: they are not tested.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

target=x86_64-pc-windows-gnu
cache=${XDG_CACHE_HOME:-$HOME/.cache}/authctl-ci/windows
export WINEPREFIX=$cache/prefix WINEDEBUG=-all
unset DISPLAY

rustup --quiet target add "$target"
mkdir -p "$cache"
wine=/usr/lib/wine/wine64
[[ -e $WINEPREFIX/system.reg ]] || "$wine" wineboot --init
# Wine 8 has no `ProcessPrng`, which the standard library of Rust asks for random bytes.
cat > "$cache/prng.c" <<'C'
#include <windows.h>
BOOLEAN NTAPI SystemFunction036(PVOID, ULONG); /* RtlGenRandom */
__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE bytes, SIZE_T count) {
    while (count) {
        ULONG some = count > 0x10000000 ? 0x10000000 : (ULONG)count;
        if (!SystemFunction036(bytes, some)) return FALSE;
        bytes += some;
        count -= some;
    }
    return TRUE;
}
C
x86_64-w64-mingw32-gcc -shared -o "$WINEPREFIX/drive_c/windows/system32/bcryptprimitives.dll" "$cache/prng.c" -ladvapi32

export CARGO_TARGET_X86_64_PC_WINDOWS_GNU_RUNNER=$wine
if (($#)); then
    cargo test --locked --target "$target" --test cli -- "$@"
    exit
fi
# The others were not read yet as they are on Windows.
tests=(check:: login:: hash_password:: revoke:: decode:: doctor:: keys:: users::changes users::sign_out)
# These tell what is another way there: words in quotes (`"me,items"`), `line 1:` before the refusal of a single token from
# a pipe, the lock file that stays, a process that is killed half-way, and many processes at once, which takes minutes.
differ=(
    decode::only_the_shape_matters
    doctor::a_store_in_version_control_is_judged_by_what_it_says
    keys::a_new_key_in_a_file_is_for_its_owner_alone_and_overwrites_nothing
    keys::a_raw_secret_becomes_a_set_and_its_tokens_stay_good
    keys::no_token_is_refused_while_keys_rotate_until_its_key_is_retired
    keys::a_killed_rotation_leaves_keys_that_work
    users::changes::a_user_is_added
    users::sign_out::the_last_generation_is_no_sign_out
)
cargo test --locked --target "$target" --test cli -- "${tests[@]}" $(printf -- '--skip %s ' "${differ[@]}")
