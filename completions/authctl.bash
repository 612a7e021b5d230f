_authctl() {
    # After a redirection comes any file.
    if [[ ${COMP_LINE:0:COMP_POINT-${#2}} =~ [\<\>][[:space:]]*$ ]]; then
        compopt -o default 2>/dev/null
        return
    fi
    # The line goes to `authctl` as it was typed, with the end of it that readline replaces. It answers
    # with what to put there, quoted already. Neither evaluates anything.
    local candidate
    COMPREPLY=()
    while IFS= read -r -d '' candidate; do
        COMPREPLY+=("$candidate")
    done < <(AUTHCTL_COMPLETE=bash authctl -- "${COMP_LINE:0:COMP_POINT}" "$2" 2>/dev/null)
    # A folder goes on.
    if [[ ${COMPREPLY-} == */ ]]; then
        compopt -o nospace 2>/dev/null
    fi
}

if [[ ${BASH_VERSINFO[0]} -gt 4 || ${BASH_VERSINFO[0]} -eq 4 && ${BASH_VERSINFO[1]} -ge 4 ]]; then
    complete -o bashdefault -o nosort -F _authctl authctl
else
    complete -o bashdefault -F _authctl authctl
fi
