Register-ArgumentCompleter -Native -CommandName authctl -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    # The line goes to `authctl` as it was typed, up to the cursor, and nothing in it is evaluated. The
    # answer is quoted already. Variables carry it: old versions lose quotes in arguments.
    $length = [math]::Max(0, $cursorPosition - $commandAst.Extent.StartOffset)
    $line = $commandAst.Extent.Text.PadRight($length).Substring(0, $length)

    $before = $env:AUTHCTL_COMPLETE, $env:AUTHCTL_COMPLETE_LINE, $env:AUTHCTL_COMPLETE_WORD
    try {
        $env:AUTHCTL_COMPLETE = 'powershell'
        $env:AUTHCTL_COMPLETE_LINE = $line
        $env:AUTHCTL_COMPLETE_WORD = $wordToComplete
        authctl '--' 2>$null | ForEach-Object {
            $text, $shown, $help = $_.Split("`t")
            [System.Management.Automation.CompletionResult]::new($text, $shown, 'ParameterValue', $help)
        }
    } finally {
        $env:AUTHCTL_COMPLETE, $env:AUTHCTL_COMPLETE_LINE, $env:AUTHCTL_COMPLETE_WORD = $before
    }
}
