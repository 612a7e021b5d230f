//! Copies owner, mode, access control list and extended attributes of the old file to the new one.

use std::fs::File;
use std::io;

/// A property of the old file that the new one cannot have, such as its owner.
pub(super) struct NotKept {
    pub(super) what: String,
    pub(super) error: io::Error,
}

/// Gives `new`, which has no content yet, the owner, extended attributes and mode of `old`, and removes those that it has
/// from its folder, such as a default access control list.
#[cfg(unix)]
pub(super) fn copy(old: &File, new: &File) -> Result<(), NotKept> {
    use std::os::unix::fs::{MetadataExt as _, fchown};

    let not_kept = |what: &str| {
        let what = what.to_owned();
        move |error| NotKept { what, error }
    };
    let like = old.metadata().map_err(not_kept("mode"))?;
    let own = new.metadata().map_err(not_kept("mode"))?;
    if (own.uid(), own.gid()) != (like.uid(), like.gid()) {
        fchown(new, Some(like.uid()), Some(like.gid())).map_err(not_kept("owner"))?;
    }
    extended::copy(old, new)?;
    new.set_permissions(like.permissions()).map_err(not_kept("mode"))?;
    // The system may drop a bit silently, and a mode changes an access control list.
    let is_same = new.metadata().map_err(not_kept("mode"))?.mode() == like.mode();
    if !is_same {
        return Err(not_kept("mode")(io::ErrorKind::PermissionDenied.into()));
    }
    extended::compare(old, new)
}

/// Windows gives the new file the access control list of its folder.
#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "it fails on Unix")]
pub(super) const fn copy(_: &File, _: &File) -> Result<(), NotKept> {
    Ok(())
}

#[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple", target_os = "hurd"))]
mod extended {
    use std::ffi::{CStr, CString};
    use std::fs::File;
    use std::io;

    use rustix::fs::{XattrFlags, fgetxattr, flistxattr, fremovexattr, fsetxattr};
    use rustix::io::Errno;

    use super::NotKept;

    /// The most that Linux keeps in one attribute, and in the list of their names.
    const MAX_BYTES: usize = 64 * 1024;

    /// An access control list (POSIX.1e), which decides who can read the file.
    const ACL: &CStr = c"system.posix_acl_access";

    pub(super) fn copy(old: &File, new: &File) -> Result<(), NotKept> {
        let mut kept = names(old)?;
        // Set the access control list last: without write access for the owner, no other attribute can be set.
        kept.sort_by_key(|name| name.as_c_str() == ACL);
        for name in names(new)?.iter().filter(|name| !kept.contains(name)) {
            fremovexattr(new, name.as_c_str()).map_err(not_kept(name))?;
        }
        for name in &kept {
            let value = value(old, name)?.unwrap_or_default();
            if self::value(new, name)?.as_ref() != Some(&value) {
                fsetxattr(new, name.as_c_str(), &value, XattrFlags::empty()).map_err(not_kept(name))?;
            }
        }
        Ok(())
    }

    /// Fails with the first attribute that differs between `old` and `new`.
    pub(super) fn compare(old: &File, new: &File) -> Result<(), NotKept> {
        let (kept, now) = (names(old)?, names(new)?);
        for name in kept.iter().chain(&now) {
            if value(old, name)? != value(new, name)? {
                return Err(not_kept(name)(Errno::PERM));
            }
        }
        Ok(())
    }

    /// Whether the system alone sets the attribute: it computes it from the content (Linux), or names the program that
    /// wrote the file (macOS).
    pub(super) fn is_the_systems(name: &CStr) -> bool {
        [c"security.ima", c"security.evm", c"com.apple.provenance"].contains(&name)
    }

    /// The attributes of a file, but for those that the system alone sets.
    fn names(file: &File) -> Result<Vec<CString>, NotKept> {
        let mut list = vec![0; MAX_BYTES];
        let length = match flistxattr(file, list.as_mut_slice()) {
            Ok(length) => length,
            Err(Errno::NOTSUP | Errno::NOSYS) => 0,
            Err(error) => {
                return Err(NotKept { what: "extended attributes".to_owned(), error: error.into() });
            }
        };
        let names = list[..length].split_inclusive(|byte| *byte == 0);
        let names = names.filter_map(|name| Some(CStr::from_bytes_with_nul(name).ok()?.to_owned()));
        Ok(names.filter(|name| !is_the_systems(name)).collect())
    }

    fn value(file: &File, name: &CStr) -> Result<Option<Vec<u8>>, NotKept> {
        let mut value = vec![0; MAX_BYTES];
        match fgetxattr(file, name, value.as_mut_slice()) {
            Ok(length) => {
                value.truncate(length);
                Ok(Some(value))
            }
            Err(error) if is_none(error) => Ok(None),
            Err(error) => Err(not_kept(name)(error)),
        }
    }

    #[cfg(not(target_vendor = "apple"))]
    fn is_none(error: Errno) -> bool {
        matches!(error, Errno::NODATA | Errno::NOTSUP)
    }

    #[cfg(target_vendor = "apple")]
    fn is_none(error: Errno) -> bool {
        matches!(error, Errno::NOATTR | Errno::NOTSUP)
    }

    fn not_kept(name: &CStr) -> impl FnOnce(Errno) -> NotKept {
        let what = match name {
            name if name == ACL => "access control list".to_owned(),
            name => format!("extended attribute `{}`", name.to_string_lossy()),
        };
        move |error| NotKept { what, error: io::Error::from(error) }
    }
}

/// Other systems have no extended attributes, or no common way to copy them.
#[cfg(all(
    unix,
    not(any(target_os = "linux", target_os = "android", target_vendor = "apple", target_os = "hurd"))
))]
mod extended {
    use std::fs::File;

    use super::NotKept;

    pub(super) fn copy(_: &File, _: &File) -> Result<(), NotKept> {
        Ok(())
    }

    pub(super) fn compare(_: &File, _: &File) -> Result<(), NotKept> {
        Ok(())
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    #[test]
    fn what_only_the_system_can_set_refuses_no_edit() {
        use super::extended::is_the_systems;
        for name in [c"security.ima", c"security.evm", c"com.apple.provenance"] {
            assert!(is_the_systems(name), "{name:?}");
        }
        for name in [c"security.selinux", c"com.apple.quarantine", c"user.x", c"system.posix_acl_access"] {
            assert!(!is_the_systems(name), "{name:?}");
        }
    }
}
