//! The password file of PostgreSQL's own programs (its manual, "The Password File").

use zeroize::Zeroizing;

/// The password for a connection: that of the first line `host:port:database:user:password` whose fields are all equal
/// to these or `*`. In a field, `\` stands before `:` and `\`.
pub(super) fn password(text: &str, wanted: [&str; 4]) -> Option<Zeroizing<String>> {
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines.map(fields).find_map(|mut fields| {
        let is_for =
            |(field, wanted): (&Zeroizing<String>, &str)| *field.as_str() == *wanted || field.as_str() == "*";
        let all = fields.len() == 5 && fields.iter().zip(wanted).all(is_for);
        if all { fields.pop().filter(|password| !password.is_empty()) } else { None }
    })
}

/// The fields of a line. The last one ends with the line, or before an unescaped `:`.
fn fields(line: &str) -> Vec<Zeroizing<String>> {
    let mut fields = vec![Zeroizing::new(String::with_capacity(line.len()))];
    let mut characters = line.chars();
    while let Some(character) = characters.next() {
        let added = match character {
            ':' => {
                fields.push(Zeroizing::new(String::with_capacity(line.len())));
                continue;
            }
            '\\' => characters.next(),
            other => Some(other),
        };
        if let Some(field) = fields.last_mut() {
            field.extend(added);
        }
    }
    fields.truncate(5);
    fields
}

#[cfg(test)]
mod tests {
    use super::password;

    const FILE: &str = "\
# a comment
db.example.com:5432:authctl:checker:first
db.example.com:*:*:checker:second
other:5432:authctl:a\\:b:with\\:colon\\\\
*:*:*:empty:
*:*:*:*:any
a:b
";

    #[track_caller]
    fn case(wanted: [&str; 4], expected: Option<&str>) {
        assert_eq!(password(FILE, wanted).as_deref().map(String::as_str), expected);
    }

    #[test]
    fn the_first_line_that_fits_has_the_password() {
        case(["db.example.com", "5432", "authctl", "checker"], Some("first"));
        case(["db.example.com", "5433", "authctl", "checker"], Some("second"));
        case(["other", "5432", "authctl", "a:b"], Some("with:colon\\"));
        case(["other", "5432", "authctl", "empty"], Some("any"));
        assert_eq!(password("a:b:c:d:e:f", ["a", "b", "c", "d"]).as_deref().map(String::as_str), Some("e"));
        assert_eq!(password("a:b:c:d", ["a", "b", "c", "d"]), None);
        assert_eq!(password("", ["a", "b", "c", "d"]), None);
    }
}
