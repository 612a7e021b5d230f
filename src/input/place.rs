//! Where a token came from.

use std::fmt;

/// Where a token came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// The only argument.
    Only,
    /// One of several arguments, counted from 1.
    Argument(usize),
    /// A line of standard input, counted from 1: the first of the token.
    Line(usize),
    /// A line of standard input with the only token of the command.
    OnlyLine(usize),
}

impl Place {
    /// The label before each message about the token.
    pub(crate) fn label(self) -> impl fmt::Display {
        Label(self)
    }

    /// The index among the arguments that are tokens, if the token is one.
    pub(crate) const fn argument(self) -> Option<usize> {
        match self {
            Self::Only => Some(0),
            Self::Argument(number) => Some(number - 1),
            Self::Line(_) | Self::OnlyLine(_) => None,
        }
    }

    /// The line number, if the token came from standard input.
    pub(crate) const fn line(self) -> Option<usize> {
        match self {
            Self::Line(number) | Self::OnlyLine(number) => Some(number),
            Self::Only | Self::Argument(_) => None,
        }
    }
}

struct Label(Place);

impl fmt::Display for Label {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (what, number) = match self.0 {
            Place::Only | Place::OnlyLine(_) => return Ok(()),
            Place::Argument(number) => ("token ", number),
            Place::Line(number) => ("line ", number),
        };
        f.write_str(what)?;
        number.fmt(f)?;
        f.write_str(": ")
    }
}
