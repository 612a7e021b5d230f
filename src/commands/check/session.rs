//! The key and the store of a run, read again when they change.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use authctl::auth::key::KeySet;
use authctl::store::Stamp;

use super::answers::Style;
use super::judge::{Judge, Users, without_store};
use crate::cli::CheckArgs;
use crate::context::Context;
use crate::environment::KeySource;
use crate::error::Failure;
use crate::files::keys::read_keys;
use crate::files::{Store, StoreText};
use crate::input::Input;

/// What judges tokens, and the files that it was read from.
pub(super) struct Session<'a> {
    args: &'a CheckArgs,
    input: Input<'a>,
    style: Style,
    key: KeySource,
    users_file: Option<PathBuf>,
    judge: Arc<Judge<'a>>,
    /// The files just before they were read. `None`: the key is no file, or no store is asked.
    stamps: [Option<Stamp>; 2],
    /// When the files were last looked at.
    looked: Instant,
    /// How often `judge` was used.
    uses: usize,
}

impl<'a> Session<'a> {
    /// Reads the key and, unless the tokens are judged alone, the store.
    pub(super) fn open(args: &'a CheckArgs, input: Input<'a>, cx: &Context) -> Result<Self, Failure> {
        let style = Style {
            json: cx.console.json,
            quiet: args.quiet,
            good: cx.console.paint().good("good"),
            error: cx.console.paint_stderr().error("error:"),
            hint: cx.console.paint_stderr().hint("hint:"),
            files: cx.console.files.clone(),
        };
        let key = cx.files.key_source()?;
        let is_file = !args.stateless && cx.files.database()?.is_none();
        let users_file = if is_file { Some(cx.files.users_path()?) } else { None };
        let looked = Instant::now();
        let stamps = stamps(&key, users_file.as_deref());
        let keys = Arc::new(restricted(cx.keys().map_err(without_key)?, args)?);
        let signs = keys.signing_key().is_some();
        let store = (!args.stateless).then(|| cx.open_store()).transpose();
        let users = match store.map_err(|failure| without_store(failure, signs))? {
            None => Users::NotAsked,
            Some(Store::File(text)) => Users::Few(text),
            Some(Store::Database(database)) => Users::Database(database),
        };
        let judge = Arc::new(Judge::new(args, input, keys, users, style.clone()));
        Ok(Self { args, input, style, key, users_file, judge, stamps, looked, uses: 0 })
    }

    /// What judges tokens by the files as they were at most `max_age` ago.
    ///
    /// For a few tokens at the start, only their users are looked up; for `many`, or if more come, all users are read once.
    pub(super) fn judge(&mut self, max_age: Duration, many: bool) -> Result<Arc<Judge<'a>>, Failure> {
        if self.looked.elapsed() >= max_age {
            self.read_again_if_changed()?;
        }
        if (many || self.uses > 0)
            && let Users::Few(text) = &self.judge.users
        {
            let users = Users::All(Box::new(text.look_up_all()?));
            let keys = Arc::clone(&self.judge.keys);
            self.judge = Arc::new(Judge::new(self.args, self.input, keys, users, self.style.clone()));
        }
        self.uses += 1;
        Ok(Arc::clone(&self.judge))
    }

    fn read_again_if_changed(&mut self) -> Result<(), Failure> {
        // Noted once all is read: after a failure nothing goes on by the files as they were.
        let looking = Instant::now();
        let stamps = stamps(&self.key, self.users_file.as_deref());
        let [key_may_differ, store_may_differ] = [0, 1].map(|file| {
            let (new, old) = (stamps[file].as_ref(), self.stamps[file].as_ref());
            new.zip(old).is_some_and(|(new, old)| new.may_differ_from(old))
        });
        if !key_may_differ && !store_may_differ {
            self.looked = looking;
            return Ok(());
        }
        let keys = if key_may_differ {
            Arc::new(restricted(read_keys(&self.key)?, self.args)?)
        } else {
            Arc::clone(&self.judge.keys)
        };
        let users = match (&self.users_file, &self.judge.users) {
            (Some(path), _) => Users::Few(StoreText::read(path.clone())?),
            (None, Users::Database(database)) => Users::Database(Arc::clone(database)),
            (None, _) => Users::NotAsked,
        };
        self.judge = Arc::new(Judge::new(self.args, self.input, keys, users, self.style.clone()));
        self.stamps = stamps;
        self.looked = looking;
        self.uses = 0;
        Ok(())
    }
}

/// A machine that only verifies gets its key from elsewhere.
fn without_key(failure: Failure) -> Failure {
    match &failure.hint {
        Some(init) if failure.is_missing() => {
            let hint = format!(
                "copy `authctl keys public` of the machine that issues tokens here; if that is this one, {init}"
            );
            failure.hint(hint)
        }
        _ => failure,
    }
}

/// The keys that `--alg` lets verify.
fn restricted(keys: KeySet, args: &CheckArgs) -> Result<KeySet, Failure> {
    let algorithms = args.algorithms();
    if algorithms.is_empty() {
        return Ok(keys);
    }
    keys.only(&algorithms).map_err(|error| {
        Failure::unknown("no_key", error.to_string())
            .hint("name the algorithms of the keys with `--alg`, or another key file")
    })
}

fn stamps(key: &KeySource, users_file: Option<&Path>) -> [Option<Stamp>; 2] {
    let key_file = match key {
        KeySource::File(path) => Some(path.as_path()),
        KeySource::Secret(_) => None,
    };
    [key_file, users_file].map(|path| Some(Stamp::of(path?, SystemTime::now())))
}
