# The line goes to `authctl` as it was typed, and nothing in it is evaluated. Fish quotes what it answers.
complete --keep-order --exclusive --command authctl --arguments '(AUTHCTL_COMPLETE=fish authctl -- (commandline --current-process --cut-at-cursor | string collect --no-trim-newlines) 2>/dev/null | string split0)'
