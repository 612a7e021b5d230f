//! Times pieces of work in turn, so that noise of the machine affects all alike.
#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]

use std::time::{Duration, Instant};

/// The time for which each piece is repeated in a round.
const ROUND: Duration = Duration::from_millis(40);
const ROUNDS: usize = 15;

/// Repeats and times pieces of work.
pub(crate) struct Timing {
    rounds: usize,
    round: Duration,
}

impl Timing {
    /// Reads the command line: with `--quick` each piece runs once, and the figures mean nothing.
    pub(crate) fn from_args() -> Self {
        let quick =
            std::env::args().any(|argument| argument == "--quick") || std::env::var_os("QUICK").is_some();
        println!("{:<52} {:>12} {:>12}  {:>5}", "", "ours", "limit", "ratio");
        if quick { Self { rounds: 1, round: Duration::ZERO } } else { Self { rounds: ROUNDS, round: ROUND } }
    }

    /// Whether each piece is done once only.
    #[allow(dead_code, reason = "not every benchmark asks")]
    pub(crate) const fn is_quick(&self) -> bool {
        self.rounds == 1
    }

    /// Prints the median times of `ours` and of its `limit`, and the median of their ratios round by round.
    pub(crate) fn compare(&self, what: &str, mut ours: impl FnMut(), mut limit: impl FnMut()) {
        let mut rounds: Vec<(f64, f64)> =
            (0..self.rounds).map(|_| (self.time(&mut ours), self.time(&mut limit))).collect();
        let mut median = |value: fn(&(f64, f64)) -> f64| {
            rounds.sort_by(|one, other| value(one).total_cmp(&value(other)));
            value(&rounds[rounds.len() / 2])
        };
        let (ratio, ours, limit) =
            (median(|(ours, limit)| ours / limit), median(|(ours, _)| *ours), median(|(_, limit)| *limit));
        println!("{what:<52} {:>9.2} µs {:>9.2} µs  {ratio:>5.2}", ours * 1e6, limit * 1e6);
    }

    /// The seconds that `work` takes once.
    fn time(&self, work: &mut impl FnMut()) -> f64 {
        let start = Instant::now();
        let mut times = 0_u32;
        loop {
            work();
            times += 1;
            let elapsed = start.elapsed();
            if elapsed >= self.round {
                return elapsed.as_secs_f64() / f64::from(times);
            }
        }
    }
}
