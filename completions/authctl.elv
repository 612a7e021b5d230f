# Elvish works out the words, with nothing run, and quotes what `authctl` answers.
set edit:completion:arg-completer[authctl] = {|@words|
    tmp E:AUTHCTL_COMPLETE = elvish
    authctl -- $@words 2>/dev/null | from-terminated "\x00"
}
