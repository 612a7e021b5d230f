//! The console: answers on standard output, talk on standard error.

use std::borrow::Cow;
use std::cell::RefCell;
use std::fmt::Display;
use std::io::{self, IsTerminal, Write};

use anyhow::Result;
use clap::ValueEnum;
use serde::Serialize;
use terminal_size::Width;

use crate::error::{Exit, Failure, cannot_print};
use crate::files::FileOptions;
use crate::output::escape::{escape, escape_json};
use crate::output::style::Paint;
use crate::output::table::Screen;

/// When text is coloured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ColorWhen {
    /// To a terminal, unless `NO_COLOR` is set or `TERM` is `dumb`
    Auto,
    Always,
    Never,
}

/// The two output streams of a run.
pub(crate) struct Console {
    /// Answers are in JSON.
    pub(crate) json: bool,
    /// No warnings.
    pub(crate) quiet: bool,
    color: ColorWhen,
    /// The environment asks for text without colours.
    plain: bool,
    /// The options that commands in hints have.
    pub(crate) files: FileOptions,
    /// Buffered: flushed when the run ends, and by commands whose answers are read at once.
    pub(crate) stdout: io::BufWriter<io::Stdout>,
    /// The warnings so far. Each is given once.
    warned: RefCell<Vec<String>>,
}

impl Console {
    /// The console of the process. `plain` asks for no colours unless `color` does.
    pub(crate) fn new(json: bool, color: ColorWhen, plain: bool, files: FileOptions) -> Self {
        Self {
            json,
            quiet: false,
            color,
            plain,
            files,
            stdout: io::BufWriter::with_capacity(64 * 1024, io::stdout()),
            warned: RefCell::default(),
        }
    }

    /// Colours for standard output.
    pub(crate) fn paint(&self) -> Paint {
        self.paint_for(io::stdout().is_terminal())
    }

    /// Standard output, for a table.
    pub(crate) fn screen(&self) -> Screen {
        let size = terminal_size::terminal_size_of(io::stdout());
        Screen { paint: self.paint(), width: size.map(|(Width(width), _)| width.into()) }
    }

    /// Colours for standard error.
    pub(crate) fn paint_stderr(&self) -> Paint {
        self.paint_for(io::stderr().is_terminal())
    }

    fn paint_for(&self, is_terminal: bool) -> Paint {
        let on = match self.color {
            ColorWhen::Always => true,
            ColorWhen::Never => false,
            ColorWhen::Auto => is_terminal && !self.plain,
        };
        Paint { on }
    }

    /// Prints `value` as one line of JSON.
    pub(crate) fn print_json(&mut self, value: &impl Serialize) -> Result<()> {
        let json = serde_json::to_string(value)?;
        writeln!(self.stdout, "{}", escape_json(&json))?;
        Ok(())
    }

    /// Says something on standard error. The commands in a note or a hint are about the files of this run. A closed stream is no
    /// failure.
    pub(crate) fn say(&self, label: &str, text: impl Display) {
        let (paint, text) = (self.paint_stderr(), text.to_string());
        let (label, text) = match label {
            "error" => (paint.error("error:"), Cow::Borrowed(&*text)),
            "warning" => (paint.warning("warning:"), Cow::Borrowed(&*text)),
            _ => (paint.hint(format_args!("{label}:")), self.files.in_commands_of(&text)),
        };
        let _unheard = writeln!(io::stderr(), "{label} {}", escape(&text));
    }

    /// Gives each warning once, and what to do; none with `--quiet`.
    pub(crate) fn warn(&self, warning: impl Display, hint: impl Display) {
        let warning = warning.to_string();
        let mut warned = self.warned.borrow_mut();
        if !self.quiet && !warned.contains(&warning) {
            self.say("warning", &warning);
            self.say("hint", hint);
            warned.push(warning);
        }
    }

    /// Prints the rest of the answer.
    pub(crate) fn flush(&mut self) -> io::Result<()> {
        self.stdout.flush()
    }

    /// Says what went wrong, once, on standard error; with `--json` on standard output too.
    pub(crate) fn fail(&mut self, error: anyhow::Error) -> Exit {
        let failure = match error.downcast::<Failure>() {
            Ok(failure) => failure,
            Err(error) => match error.downcast::<io::Error>() {
                // The reader closed the pipe, as `| head -1` does: exit silently.
                Ok(error) if error.kind() == io::ErrorKind::BrokenPipe => return Exit::Unknown,
                Ok(error) => cannot_print(&error),
                Err(error) => Failure::unknown("internal", format!("{error:#}")),
            },
        };
        let hint = failure.hint.map(|hint| self.files.in_commands_of(&hint).into_owned());
        let failure = Failure { hint, ..failure };
        if self.json {
            // Earlier answers come first. If nothing can be printed, standard error still says it.
            let _unprinted = self.print_json(&failure.json()).and_then(|()| Ok(self.flush()?));
        }
        say_failure(self.paint_stderr(), &failure);
        failure.exit
    }
}

/// The columns that a text for people may have: those of the terminal, at most 100, or 80 where there is none.
pub(crate) fn text_width() -> usize {
    terminal_size::terminal_size().map_or(80, |(Width(width), _)| usize::from(width).clamp(40, 100))
}

/// Says what was done, on standard error.
pub(crate) fn report(text: impl Display) {
    let _unheard = writeln!(io::stderr(), "{}", escape(&text.to_string()));
}

/// As [`Console::fail`], for a command line that could not be read.
pub(crate) fn fail_early(failure: &Failure, json: bool) -> Exit {
    if json {
        let line = format!("{}\n", escape_json(&failure.json().to_string()));
        let _unprinted = io::stdout().write_all(line.as_bytes());
    }
    say_failure(Paint::default(), failure);
    failure.exit
}

fn say_failure(paint: Paint, failure: &Failure) {
    let mut text = format!("{} {}\n", paint.error("error:"), escape(&failure.message));
    if let Some(hint) = &failure.hint {
        text.extend([&paint.hint("hint:"), " ", &escape(hint), "\n"]);
    }
    // The exit code says it too, where the stream is closed.
    let _unheard = io::stderr().write_all(text.as_bytes());
}

/// How much of a text its reader took.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Printed {
    Whole,
    /// The reader closed the pipe before the end, as `| head -1` does.
    InPart,
}

/// Prints help or the version. A reader who closes the pipe early is no error.
pub(crate) fn print_help(text: &str) -> io::Result<Printed> {
    let mut stdout = io::stdout();
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        Ok(()) => Ok(Printed::Whole),
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(Printed::InPart),
        Err(error) => Err(error),
    }
}
