_authctl() {
    # Bash ends words at `:`, `=` and `@` too, which usernames, scopes and options have inside: put the
    # words together again, up to the cursor.
    local line=${COMP_LINE:0:COMP_POINT} words=() word i
    for ((i = 0; i <= COMP_CWORD; i++)); do
        word=${COMP_WORDS[i]}
        if [[ ${#words[@]} -eq 0 || $line == [[:space:]]* ]]; then
            line=${line#"${line%%[![:space:]]*}"}
            words+=("")
        fi
        if ((i == COMP_CWORD)); then
            word=$line
        fi
        words[${#words[@]}-1]+=$word
        line=${line#"$word"}
    done

    # Of the last word readline replaces $2 alone, which has no opening quote.
    local last=$((${#words[@]} - 1)) kept=
    if [[ ${words[last]} == [\"\']* ]]; then
        words[last]=$2
    else
        kept=${words[last]%"$2"}
    fi

    local candidate
    COMPREPLY=()
    while IFS= read -r -d $'\v' candidate; do
        COMPREPLY+=("${candidate#"$kept"}")
    done < <(
        _CLAP_IFS=$'\v' _CLAP_COMPLETE_INDEX=$last AUTHCTL_COMPLETE=bash authctl -- "${words[@]}" 2>/dev/null &&
            printf '\v'
    )
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
