//! The environment: every variable is read here, once.

use std::env;
use std::ffi::OsString;
use std::path::{Component, Path, PathBuf};
use std::{fmt, fs};

use authctl::store::postgres::Defaults;
use authctl::store::safe_file;
use jiff::tz::TimeZone;
use secrecy::{ExposeSecret, SecretSlice, SecretString};

use crate::error::Failure;

/// A variable of ours as it was found.
type Variable = Option<OsString>;

/// What the environment says.
pub(crate) struct Environment {
    users_file: Variable,
    users_url: Option<SecretString>,
    key_file: Variable,
    home: Variable,
    secret_key: Option<SecretSlice<u8>>,
    config_home: Option<PathBuf>,
    /// `NO_COLOR` or `TERM=dumb`.
    pub(crate) plain: bool,
}

impl Environment {
    /// Reads the environment of the process.
    pub(crate) fn read() -> Self {
        Self {
            users_file: env::var_os("AUTHCTL_USERS_FILE"),
            // A URL that is not Unicode is none: it fails as such.
            users_url: env::var_os("AUTHCTL_USERS_URL").map(|url| url.to_string_lossy().into_owned().into()),
            key_file: env::var_os("AUTHCTL_KEY_FILE"),
            home: env::var_os("AUTHCTL_HOME"),
            secret_key: env::var_os("AUTHCTL_SECRET_KEY").map(|secret| bytes_of(secret).into()),
            config_home: config_home(),
            plain: env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty())
                || env::var_os("TERM").is_some_and(|term| term == "dumb"),
        }
    }

    /// The folder of the key and the store where they have no path of their own.
    pub(crate) fn home(&self) -> Result<PathBuf, Failure> {
        if let Some(home) = path(self.home.as_ref(), "AUTHCTL_HOME")? {
            return Ok(home);
        }
        let config = self.config_home.as_ref().ok_or_else(|| {
            Failure::unknown("no_home", "there is no home folder to look for `authctl` files in")
                .hint("set `AUTHCTL_HOME`")
        })?;
        Ok(config.join("authctl"))
    }

    /// `AUTHCTL_USERS_FILE`, or `users.toml` in the home.
    pub(crate) fn users_file(&self) -> Result<PathBuf, Failure> {
        match path(self.users_file.as_ref(), "AUTHCTL_USERS_FILE")? {
            Some(file) => Ok(file),
            None => Ok(self.home()?.join("users.toml")),
        }
    }

    /// `AUTHCTL_USERS_URL`, beside which `AUTHCTL_USERS_FILE` cannot be set.
    pub(crate) fn users_url(&self) -> Result<Option<&SecretString>, Failure> {
        match (&self.users_url, &self.users_file) {
            (Some(url), _) if url.expose_secret().is_empty() => Err(empty("AUTHCTL_USERS_URL")),
            (Some(_), Some(_)) => {
                let message = "both `AUTHCTL_USERS_FILE` and `AUTHCTL_USERS_URL` are set";
                Err(Failure::unknown("two_stores", message).hint("unset one of them"))
            }
            (url, _) => Ok(url.as_ref()),
        }
    }

    /// Where the key is, by the variables alone.
    pub(crate) fn key(&self) -> Result<KeySource, Failure> {
        let file = path(self.key_file.as_ref(), "AUTHCTL_KEY_FILE")?;
        match (&self.secret_key, file) {
            (Some(_), Some(_)) => {
                Err(Failure::unknown("two_keys", "both `AUTHCTL_KEY_FILE` and `AUTHCTL_SECRET_KEY` are set")
                    .hint("unset one of them"))
            }
            (Some(secret), None) if secrecy::ExposeSecret::expose_secret(secret).is_empty() => {
                Err(empty("AUTHCTL_SECRET_KEY"))
            }
            (Some(secret), None) => Ok(KeySource::Secret(secret.clone())),
            (None, Some(file)) => Ok(KeySource::File(file)),
            (None, None) => Ok(KeySource::File(self.home()?.join("secret.key"))),
        }
    }
}

/// Where the key comes from.
pub(crate) enum KeySource {
    /// A key file.
    File(PathBuf),
    /// `AUTHCTL_SECRET_KEY`.
    Secret(SecretSlice<u8>),
}

/// For messages.
impl fmt::Display for KeySource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => write!(f, "key file `{}`", path.display()),
            Self::Secret(_) => f.write_str("`AUTHCTL_SECRET_KEY`"),
        }
    }
}

/// The time zone that `TZ` or else the machine says; UTC if `TZ` leads to something other than a file, since reading a
/// device may never end.
pub(crate) fn time_zone() -> TimeZone {
    let Some(zone) = env::var_os("TZ") else { return machine_time_zone("/etc/localtime") };
    let zone = zone.to_string_lossy();
    let zone = Path::new(zone.strip_prefix(':').unwrap_or(&zone));
    let climbs = zone.components().any(|part| part == Component::ParentDir);
    let is_other = (zone.is_absolute() || climbs) && !zone.metadata().is_ok_and(|file| file.is_file());
    if is_other { TimeZone::UTC } else { TimeZone::system() }
}

/// What the machine's own file says, where there is one. [`TimeZone::system`] says the same, after it has listed all zones
/// that there are to find the name of this one, which takes as long as all else that a short command does.
fn machine_time_zone(file: &str) -> TimeZone {
    let data = if cfg!(unix) { fs::read(file).ok() } else { None };
    data.and_then(|data| TimeZone::tzif("machine", &data).ok()).unwrap_or_else(TimeZone::system)
}

/// The most bytes of a password file that is read.
const MAX_PASSFILE_BYTES: u64 = 1 << 20;

/// What the variables of PostgreSQL's own programs say, and the password file, where its owner alone can read it.
pub(crate) fn postgres_defaults() -> Defaults {
    let text = |name| env::var(name).ok().filter(|value: &String| !value.is_empty());
    let passfile = env::var_os("PGPASSFILE").map(PathBuf::from);
    let passfile = passfile.or_else(|| env::home_dir().map(|home| home.join(".pgpass")));
    let passfile = passfile.filter(|path| !safe_file::exposure(path).unwrap_or_default().readable);
    let passfile = passfile.and_then(|path| safe_file::read(&path, MAX_PASSFILE_BYTES).ok());
    Defaults {
        host: text("PGHOST"),
        port: text("PGPORT"),
        user: text("PGUSER"),
        database: text("PGDATABASE"),
        password: text("PGPASSWORD").map(SecretString::from),
        root_cert: text("PGSSLROOTCERT").map(PathBuf::from),
        passfile: passfile.and_then(|bytes| String::from_utf8(bytes).ok()).map(SecretString::from),
    }
}

fn path(variable: Option<&OsString>, name: &str) -> Result<Option<PathBuf>, Failure> {
    match variable {
        Some(value) if value.is_empty() => Err(empty(name)),
        Some(value) => Ok(Some(PathBuf::from(value))),
        None => Ok(None),
    }
}

fn empty(name: &str) -> Failure {
    Failure::unknown("empty_variable", format!("`{name}` is set, but empty"))
        .hint(format!("set it, or `unset {name}`"))
}

/// `$XDG_CONFIG_HOME`, where that is an absolute path as its specification demands, else `~/.config`.
#[cfg(not(windows))]
fn config_home() -> Option<PathBuf> {
    let xdg = env::var_os("XDG_CONFIG_HOME").map(PathBuf::from).filter(|path| path.is_absolute());
    xdg.or_else(|| env::home_dir().filter(|home| home.is_absolute()).map(|home| home.join(".config")))
}

/// `%APPDATA%`.
#[cfg(windows)]
fn config_home() -> Option<PathBuf> {
    env::var_os("APPDATA").map(PathBuf::from).filter(|path| path.is_absolute())
}

#[cfg(unix)]
fn bytes_of(value: OsString) -> Vec<u8> {
    std::os::unix::ffi::OsStringExt::into_vec(value)
}

#[cfg(not(unix))]
fn bytes_of(value: OsString) -> Vec<u8> {
    value.to_string_lossy().into_owned().into_bytes()
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::machine_time_zone;

    /// In winter, in summer, and beyond the years that a file lists.
    #[test]
    fn a_file_of_a_zone_says_what_the_zone_of_that_name_is() {
        let file = "/usr/share/zoneinfo/Europe/Berlin";
        // Small images have none.
        if !std::path::Path::new(file).exists() {
            return;
        }
        let zone = machine_time_zone(file);
        for (moment, hours) in [(1_767_268_800, 1), (1_782_907_200, 2), (4_102_488_000, 1)] {
            let moment = Timestamp::from_second(moment).unwrap();
            assert_eq!(zone.to_offset(moment), jiff::tz::offset(hours), "{moment}");
        }
    }
}
