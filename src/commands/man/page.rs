//! One page of the manual as roff.

use std::io;

use clap::Command;
use clap_mangen::Man;
use clap_mangen::roff::{Roff, bold, italic, roman};

use crate::cli::{EXIT_CODES, TOPICS, topic};

/// Names are not to be broken at the end of a line.
const WHOLE_WORDS: &[u8] = b".nh\n";

/// The page of a command; its name is that of the command line with hyphens for spaces.
pub(super) fn of_command(command: &Command) -> io::Result<Vec<u8>> {
    let name = name(command);
    // The pages are checked in, so they must not change with the day.
    let whole = command.clone().mut_args(|argument| argument.hide_short_help(false));
    let man = Man::new(whole.name(name.clone()).display_name(&name)).date("").manual("authctl");
    let mut page = Vec::new();
    man.render_title(&mut page)?;
    page.extend(WHOLE_WORDS);
    man.render_name_section(&mut page)?;
    section(&mut page, "SYNOPSIS", |roff| {
        let usage = command.clone().render_usage().to_string();
        let words = usage.trim_start_matches("Usage: ").split(' ');
        let inlines = words.flat_map(|word| match word.chars().next() {
            Some('[' | '<') => [italic(word), roman(" ")],
            _ => [bold(word), roman(" ")],
        });
        roff.text(inlines.collect::<Vec<_>>());
    });
    man.render_description_section(&mut page)?;
    man.render_options_section(&mut page)?;
    if command.has_subcommands() {
        man.render_subcommands_section(&mut page)?;
    }
    let is_program = name == "authctl";
    if is_program || name == "authctl-check" {
        // The section has that heading.
        let text = EXIT_CODES.trim_start_matches("Exit codes:").trim_start_matches('\n');
        section(&mut page, "EXIT STATUS", |roff| body(roff, text));
    }
    for topic in TOPICS.iter().filter(|topic| is_program && ["FILES", "ENVIRONMENT"].contains(&topic.section))
    {
        section(&mut page, topic.section, |roff| body(roff, topic.text));
    }
    if let Some(example) = command.get_before_help() {
        let example = example.to_string();
        section(&mut page, "EXAMPLES", |roff| verbatim(roff, example.lines().skip(1).map(str::trim_start)));
    }
    section(&mut page, "SEE ALSO", |roff| {
        let also = if is_program {
            "authctl-users.toml(5)"
        } else {
            "authctl(1), for its exit status, files and environment; authctl-users.toml(5)"
        };
        roff.text([roman(also)]);
    });
    Ok(page)
}

/// The page about the format of the user store.
pub(super) fn of_store() -> io::Result<Vec<u8>> {
    let mut page = Vec::new();
    let mut roff = Roff::new();
    roff.control("TH", ["authctl-users.toml", "5", "", "authctl", "authctl"]);
    roff.control("nh", []);
    roff.control("SH", ["NAME"]);
    roff.text([roman("authctl-users.toml - the user store of authctl")]);
    roff.to_writer(&mut page)?;
    let text = topic(super::STORE_PAGE).map_or("", |topic| topic.text);
    section(&mut page, "DESCRIPTION", |roff| body(roff, text));
    section(&mut page, "EXAMPLES", |roff| {
        verbatim(roff, include_str!("../../../users.example.toml").lines());
    });
    section(&mut page, "SEE ALSO", |roff| {
        roff.text([roman("authctl(1), authctl-users(1), authctl-users-policy(1)")]);
    });
    Ok(page)
}

/// `authctl-users-add`.
pub(super) fn name(command: &Command) -> String {
    command.get_bin_name().unwrap_or(command.get_name()).replace(' ', "-")
}

fn section(page: &mut Vec<u8>, heading: &str, write: impl FnOnce(&mut Roff)) {
    let mut roff = Roff::new();
    roff.control("SH", [heading]);
    write(&mut roff);
    // What writes a roff document begins it with the same definitions each time.
    let text = roff.render();
    let text = text.split_once(".SH ").map_or(text.as_str(), |(_, rest)| rest);
    page.extend([b".SH ", text.as_bytes()].concat());
}

/// A topic: paragraphs, items with a term and a text, and lines that stay as they are.
fn body(roff: &mut Roff, text: &str) {
    for line in text.lines() {
        if line.starts_with("    ") {
            verbatim(roff, std::iter::once(line.trim_start()));
        } else if let Some(item) = line.strip_prefix("  ") {
            let (term, text) = item.split_once("  ").unwrap_or((item, ""));
            roff.control("TP", []);
            roff.text([bold(term)]);
            roff.text([roman(text.trim_start())]);
        } else if line.is_empty() {
            roff.control("PP", []);
        } else {
            roff.text([roman(line)]);
        }
    }
}

fn verbatim<'a>(roff: &mut Roff, lines: impl Iterator<Item = &'a str>) {
    roff.control("nf", []);
    for line in lines {
        roff.text([roman(line)]);
    }
    roff.control("fi", []);
}
