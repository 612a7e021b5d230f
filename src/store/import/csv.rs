//! CSV with a header (RFC 4180), with commas, semicolons or tabs. An empty cell stands for no value.

use ::csv::{ByteRecord, Position, ReaderBuilder, StringRecord};

use super::ImportedUser;
use super::draft::{Draft, Given};
use super::fault::{ImportFault, ImportFaultKind};
use super::fields::known;

pub(super) fn parse(text: &str) -> Result<Vec<(usize, ImportedUser)>, ImportFault> {
    // Comments and blank lines may stand before the header, and nowhere else: a name may begin with `#`.
    let is_before = |line: &&str| line.trim().is_empty() || line.starts_with('#');
    let before: Vec<&str> = text.split_inclusive('\n').take_while(is_before).collect();
    let text = &text[before.iter().map(|line| line.len()).sum()..];
    let line_of =
        |position: Option<&Position>| before.len() + 1 + count(&text[..start_of(text, position)], b'\n');
    let header = text.lines().next().unwrap_or_default();
    let delimiter = *[b',', b';', b'\t'].iter().max_by_key(|mark| count(header, **mark)).unwrap_or(&b',');
    let mut reader =
        ReaderBuilder::new().delimiter(delimiter).trim(::csv::Trim::Headers).from_reader(text.as_bytes());
    let wrong = |position: Option<&Position>| ImportFault {
        line: line_of(position),
        user: None,
        kind: ImportFaultKind::Csv,
    };
    if text.bytes().filter(|byte| *byte == b'"').count() % 2 != 0 {
        // The reader would take all lines after a quote that is not closed for one cell.
        return Err(wrong(None));
    }
    let wrong = |error: ::csv::Error| wrong(error.position());
    let header = reader.headers().map_err(wrong)?.clone();
    check(&header, before.len() + 1)?;
    let mut users = Vec::new();
    let mut record = ByteRecord::new();
    let (mut line, mut counted) = (before.len() + 1, 0);
    while reader.read_byte_record(&mut record).map_err(wrong)? {
        let start = start_of(text, record.position());
        line += count(&text[counted..start], b'\n');
        counted = start;
        let mut draft = Draft::new(line, None)?;
        for (field, cell) in header.iter().zip(&record) {
            // The whole text is UTF-8, and cells end at ASCII characters.
            draft.set(field, given(field, &String::from_utf8_lossy(cell)), line)?;
        }
        users.push(draft.finish()?);
    }
    Ok(users)
}

/// The first character of the record at `position`. The reader takes line feeds before it, and blank lines, for a part of it.
fn start_of(text: &str, position: Option<&Position>) -> usize {
    let at = position.and_then(|position| usize::try_from(position.byte()).ok()).unwrap_or(0);
    let rest = text.get(at..).unwrap_or_default();
    text.len().min(at) + rest.len() - rest.trim_start_matches(['\r', '\n']).len()
}

fn count(text: &str, mark: u8) -> usize {
    text.bytes().filter(|byte| *byte == mark).count()
}

/// Refuses a header with an unknown field, or without `username`, even above no user.
fn check(header: &StringRecord, line: usize) -> Result<(), ImportFault> {
    if !header.iter().any(|field| known(field) == Some("username")) {
        // A file without a header may have a password in its first line: repeat none of it.
        return Err(ImportFault { line, user: None, kind: ImportFaultKind::NoColumn });
    }
    let mut draft = Draft::new(line, None)?;
    header.iter().try_for_each(|field| draft.set(field, Given::Nothing, line))
}

fn given(field: &str, cell: &str) -> Given {
    match (known(field), cell) {
        (Some("username"), _) => Given::Text(cell.to_owned()),
        (_, "") => Given::Nothing,
        (Some("disabled"), "true") => Given::Flag(true),
        (Some("disabled"), "false") => Given::Flag(false),
        (Some("disabled"), _) => Given::Other,
        (Some("scopes" | "groups"), _) => {
            Given::List(cell.split_ascii_whitespace().map(str::to_owned).collect())
        }
        (Some("generation"), _) => cell.parse().map_or(Given::Other, Given::Number),
        _ => Given::Text(cell.to_owned()),
    }
}
