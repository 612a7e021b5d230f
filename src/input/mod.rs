//! The tokens that a command was given: arguments, and lines of standard input.

mod arguments;
mod blocks;
mod joined;
mod lines;
mod place;
mod text;
mod waiting;

use std::ffi::{OsStr, OsString};
use std::io::{self, IsTerminal, StdinLock};

use anyhow::Result;
use authctl::Malformed;

use crate::error::{Failure, cannot};
pub(crate) use arguments::Arguments;
pub(crate) use blocks::{Block, Blocks};
pub(crate) use joined::Joined;
pub(crate) use place::Place;
pub(crate) use waiting::Waiting;

/// Some tokens in a row, which can be read more than once.
pub(crate) trait Tokens {
    /// The most tokens that there can be.
    fn at_most(&self) -> usize;

    /// Calls a function with each token, stripped of its surroundings, or with the reason why a place has none.
    fn for_each(&self, take: impl FnMut(Place, Result<&str, Malformed>));
}

/// A part of the tokens of a command line.
pub(crate) enum Part<'a> {
    /// Tokens on the command line.
    Arguments(Arguments<'a>),
    /// The tokens on standard input.
    Stdin,
}

/// The tokens of a command line, in order: the arguments, where `-` is standard input; without any, standard input.
#[derive(Clone, Copy)]
pub(crate) struct Input<'a> {
    arguments: &'a [OsString],
    /// The index of `-` among them.
    dash: Option<usize>,
}

impl<'a> Input<'a> {
    /// The tokens that `arguments` name.
    ///
    /// # Errors
    ///
    /// If standard input is named twice or is a terminal, or an argument is blank.
    pub(crate) fn of(arguments: &'a [OsString]) -> Result<Self, Failure> {
        let input = Self::with(arguments);
        let after_dash = input.dash.map(|dash| &arguments[dash + 1..]).unwrap_or_default();
        if after_dash.iter().any(|argument| argument == "-") {
            return Err(Failure::usage(
                "`-` was given more than once, and standard input can be read only once",
            ));
        }
        if let Some(index) = arguments.iter().position(|argument| arguments::is_blank(argument)) {
            let which = if arguments.len() == 1 { String::new() } else { format!(" {}", index + 1) };
            return Err(no_token(&format!("token{which} is empty")));
        }
        if (arguments.is_empty() || input.dash.is_some()) && io::stdin().is_terminal() {
            return Err(no_token("no token given, and standard input is a terminal"));
        }
        Ok(input)
    }

    fn with(arguments: &'a [OsString]) -> Self {
        Self { arguments, dash: arguments.iter().position(|argument| argument == "-") }
    }

    /// The arguments that are tokens, or should be.
    pub(crate) fn arguments(self) -> impl Iterator<Item = &'a OsStr> {
        self.arguments.iter().filter(|argument| *argument != "-").map(OsString::as_os_str)
    }

    /// The parts, in the order in which they are read.
    pub(crate) fn parts(&self) -> impl Iterator<Item = Part<'a>> {
        let arguments = self.arguments;
        let mut number = 0;
        let groups =
            arguments.split(|argument| argument == "-").enumerate().flat_map(move |(index, group)| {
                let stdin = (index > 0).then_some(Part::Stdin);
                let first = (arguments.len() > 1).then_some(number + 1);
                number += group.len();
                let group = (!group.is_empty()).then(|| Part::Arguments(Arguments::new(group, first)));
                stdin.into_iter().chain(group)
            });
        arguments.is_empty().then_some(Part::Stdin).into_iter().chain(groups)
    }

    /// Standard input. With `asks_whether_alone`, a token that is the only one of the command is known as such.
    pub(crate) fn stdin(&self, asks_whether_alone: bool) -> Blocks<StdinLock<'static>> {
        Blocks::new(io::stdin().lock(), asks_whether_alone && self.arguments.len() <= 1)
    }

    /// The argument at a place; `None` for a line of standard input.
    pub(crate) fn argument(&self, place: Place) -> Option<&'a OsStr> {
        let index = place.argument()?;
        let is_after_dash = self.dash.is_some_and(|dash| dash <= index);
        self.arguments.get(index + usize::from(is_after_dash)).map(OsString::as_os_str)
    }

    /// Calls `each` with each token, or the reason why its place has none, as soon as it arrives. Returns whether the lines
    /// of standard input [are one token](Blocks::is_token) together.
    ///
    /// # Errors
    ///
    /// If standard input has no token or cannot be read, or `each` fails.
    pub(crate) fn for_each(
        &self,
        mut each: impl FnMut(Place, Result<&str, Malformed>) -> Result<()>,
    ) -> Result<bool> {
        let mut is_broken_token = false;
        for part in self.parts() {
            match part {
                Part::Arguments(arguments) => until_failure(&arguments, &mut each)?,
                Part::Stdin => {
                    let mut blocks = self.stdin(true);
                    while let Some(block) = blocks.next().map_err(cannot("read standard input"))? {
                        until_failure(&block, &mut each)?;
                        blocks.take_back(block);
                    }
                    blocks.require_any()?;
                    is_broken_token = blocks.is_token();
                }
            }
        }
        Ok(is_broken_token)
    }
}

fn until_failure(
    tokens: &impl Tokens,
    each: &mut impl FnMut(Place, Result<&str, Malformed>) -> Result<()>,
) -> Result<()> {
    let mut result = Ok(());
    tokens.for_each(|place, token| {
        if result.is_ok() {
            result = each(place, token);
        }
    });
    result
}

/// The failure if there is no token.
fn no_token(message: &str) -> Failure {
    Failure::unknown("no_token", message).hint("give it as an argument, or on standard input, one a line")
}

#[cfg(test)]
mod tests;
