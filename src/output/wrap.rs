//! Wraps text for the width that it is shown at.

/// Wraps each line of `text` at `width` columns. The lines of an item, which is indented and has two blanks between its
/// term and its text, line up with that text. Lines that begin with four blanks stay as they are.
pub(crate) fn wrapped(text: &str, width: usize) -> String {
    text.lines()
        .map(|line| if line.starts_with("    ") { format!("{line}\n") } else { hung(line, width) })
        .collect()
}

fn hung(line: &str, width: usize) -> String {
    let (term, text) = line.split_at(hanging(line));
    if term.trim_end().chars().count() > width {
        // The term is wrapped as a paragraph is, and its text begins on a line of its own.
        let [term, text] = [(term, 2), (text, 4)].map(|(part, indent)| indented(part.trim(), indent, width));
        return term + &text;
    }
    let indent = hanging(line).min(width / 2);
    let mut wrapped = String::new();
    let mut used = 0;
    // Blanks before the text of an item are part of its first word.
    let (head, rest) = line.split_at(hanging(line));
    let head = head.trim_end();
    let words = std::iter::once(head).filter(|head| !head.is_empty()).chain(rest.split(' '));
    for (index, word) in words.enumerate() {
        let gap = if index == 1 && !head.is_empty() { hanging(line).saturating_sub(head.len()) } else { 1 };
        if index > 0 && used + gap + word.chars().count() > width {
            wrapped.push('\n');
            wrapped.extend(std::iter::repeat_n(' ', indent));
            used = indent;
        } else if index > 0 {
            wrapped.extend(std::iter::repeat_n(' ', gap));
            used += gap;
        }
        wrapped.push_str(word);
        used += word.chars().count();
    }
    wrapped.push('\n');
    wrapped
}

/// A paragraph whose lines all begin with so many blanks.
fn indented(text: &str, indent: usize, width: usize) -> String {
    let (lines, margin) = (hung(text, width.saturating_sub(indent)), " ".repeat(indent));
    lines.lines().flat_map(|line| [&margin, line, "\n"]).collect()
}

/// Where the text of an item begins; 0 for a paragraph.
fn hanging(line: &str) -> usize {
    let Some(item) = line.strip_prefix("  ") else { return 0 };
    item.find("  ").map_or(0, |term| line.len() - item[term..].trim_start().len())
}

#[cfg(test)]
mod tests {
    use super::wrapped;

    #[test]
    fn items_hang_and_paragraphs_do_not() {
        let text = "A paragraph of six words only.\n\n  0    yes, and a text\n  term  two\n\n    as   it stands, however long it is\n";
        assert_eq!(
            wrapped(text, 16),
            "\
A paragraph of
six words only.

  0    yes, and
       a text
  term  two

    as   it stands, however long it is
"
        );
        assert_eq!(wrapped(text, 100), text);
    }

    #[test]
    fn a_word_that_is_too_long_has_a_line_of_its_own() {
        assert_eq!(wrapped("a reallylongword b", 5), "a\nreallylongword\nb\n");
        assert_eq!(
            wrapped("  many, many, many, terms  and their text", 20),
            "  many, many, many,\n  terms\n    and their text\n"
        );
        assert_eq!(wrapped("  x  reallylongword b", 9), "  x\n    reallylongword\n    b\n");
    }
}
