//! The README from top to bottom, and scripts that can be pasted.

use std::path::Path;

use crate::{ELSEWHERE, bash, blocks, provider, steps};

/// Masks the parts that vary from run to run: paths, moments, spans and tokens.
fn normalised(text: &str, home: &Path) -> String {
    let text = text.replace(home.to_str().unwrap(), "/home/you");
    let masked = |word: &str| {
        let bare = word.trim_matches(['`', ':']);
        let is_id = bare.len() == 32 && bare.bytes().all(|byte| byte.is_ascii_hexdigit());
        let mask = match bare.len() {
            _ if bare.starts_with("eyJ") => "TOKEN",
            20 if bare.ends_with('Z') && bare.as_bytes()[10] == b'T' => "MOMENT",
            43 if !bare.contains(['/', '.']) => "KEY",
            _ if is_id => "ID",
            _ => word,
        };
        mask.to_owned()
    };
    let lines = text.lines().map(|line| {
        let words: Vec<_> = line.split(' ').map(masked).collect();
        let unit = |word: &str| word.trim_matches(',') == "seconds";
        let is_passed = |at: usize| unit(&words[at]) || words.get(at + 1).is_some_and(|word| unit(word));
        let kept: Vec<_> =
            (0..words.len()).filter(|&at| !is_passed(at)).map(|at| words[at].as_str()).collect();
        kept.join(" ").replace("minutes at", "minutes, at")
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn the_page_works_from_top_to_bottom_in_one_shell() {
    let home = tempfile::tempdir().unwrap();
    let token = provider(home.path(), "read:items", "https://api.example.com");
    let mut script = format!("exec 2>&1\n{ELSEWHERE}PROVIDER_TOKEN={token}\n");
    let show = |script: &mut String, line: &str| script.extend(["cat <<'SHOWN'\n", line, "\nSHOWN\n"]);
    let mut expected = Vec::new();
    for (language, block) in steps() {
        if language == "text" {
            expected.extend(block.lines().map(str::to_owned));
            continue;
        }
        show(&mut script, &format!("# {language}: {}", block.lines().next().unwrap()));
        expected.push(format!("# {language}: {}", block.lines().next().unwrap()));
        if language == "sh" {
            script.extend([block, "\n"]);
            continue;
        }
        for line in block.lines() {
            expected.push(line.to_owned());
            if let Some(command) = line.strip_prefix("$ ") {
                show(&mut script, line);
                script.extend([command, "\ncode=$?; test $code = 0 || echo \"[exit $code]\"\n"]);
            }
        }
    }
    // What the step of CI answers to the token that the page made for it.
    let yaml = blocks("yaml").concat();
    let step = yaml.lines().find_map(|line| line.trim().strip_prefix("run: ")).unwrap();
    script.extend(["DEPLOY_TOKEN=$(cat deploy-token)\n", step, "\n"]);
    expected.push("good: ci, scopes deploy, expires in 1 hour, at 2026-11-22T01:44:56Z".to_owned());

    let output = String::from_utf8(bash(home.path(), &script).stdout).unwrap();
    let expected = expected.join("\n");
    assert!(steps().len() > 6);
    assert_eq!(normalised(&output, home.path()), normalised(&expected, home.path()));
    let verdicts = std::fs::read_to_string(home.path().join("verdicts.jsonl")).unwrap();
    assert_eq!(verdicts.matches("\"active\":true").count(), 2, "{verdicts}");
}

/// Whether a word of a script begins with `#` outside quotes.
fn has_comment(script: &str) -> bool {
    let (mut quote, mut is_start) = (None, true);
    script.chars().any(|next| {
        let is_comment = quote.is_none() && is_start && next == '#';
        match quote {
            Some(open) if open == next => quote = None,
            None if ['\'', '"'].contains(&next) => quote = Some(next),
            _ => {}
        }
        is_start = next.is_whitespace() || [';', '&', '|', '('].contains(&next);
        is_comment
    })
}

/// An interactive zsh takes the words of a comment for arguments, and runs what is in backticks there.
#[test]
fn no_script_that_a_reader_pastes_has_a_comment() {
    for (script, is_one) in
        [("a # b", true), ("#> b", true), ("a;#b", true), ("a '# b' \"# b\" $# b#c", false)]
    {
        assert_eq!(has_comment(script), is_one, "{script}");
    }
    let scripts: Vec<&str> = ["sh", "bash", "shell"].into_iter().flat_map(blocks).collect();
    assert!(scripts.len() > 15, "{}", scripts.len());
    let typed = blocks("console").into_iter().flat_map(str::lines).filter_map(|line| line.strip_prefix("$ "));
    for script in scripts.into_iter().chain(typed) {
        assert!(!has_comment(script), "{script}");
    }
}
