#!/usr/bin/env bash
# Builds authctl for Windows, runs its transcripts (tests/cli) there, under Wine, and types at its prompts:
# scripts/windows.sh [TEST…]
#
# Needs `apt install gcc-mingw-w64-x86-64 g++-mingw-w64-x86-64 nasm wine64 python3`, and rustup for the standard library. What
# Wine says of permissions is Wine's: they are not tested.
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
# The others know a shell, a terminal or a program of Unix, or judge only the text of a key, a token or a manual page.
tests=(check:: completions:: decode:: doctor:: environment:: hash_password:: init:: input:: issue:: key_forms:: keys:: login::
    narrow:: rehash:: revoke:: scope_claim:: streams:: usage:: users:: windows::)
# These run the program or a hash very often, and nothing in them is of a system.
skipped=(--skip hash_password::the_known_answers_of_the_reference_implementation_are_ours
    --skip key_forms::what_is_no_key_neither_signs_nor_checks_nor_is_changed
    --skip revoke::a_hundred_thousand_revoked_tokens_are_known_each)
cargo test --locked --target "$target" --test cli -- "${tests[@]}" "${skipped[@]}"
AUTHCTL_HOME='C:\nowhere' scripts/windows_prompt.py "$wine" "${CARGO_TARGET_DIR:-target}/$target/debug/authctl.exe"
