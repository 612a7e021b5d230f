//! Files that other processes have open, which Windows neither opens nor replaces.

use std::io;
use std::thread;
use std::time::{Duration, Instant};

use windows_sys::Win32::Foundation::{ERROR_ACCESS_DENIED, ERROR_SHARING_VIOLATION};

/// The longest wait for another process to close a file: a reader, a virus scanner or a backup.
const PATIENCE: Duration = Duration::from_secs(2);

/// Whether the system may say this because another process has the file open.
pub(super) fn is_contended(error: &io::Error) -> bool {
    let code = error.raw_os_error().map(i32::cast_unsigned);
    matches!(code, Some(ERROR_ACCESS_DENIED | ERROR_SHARING_VIOLATION))
}

/// Tries again while another process may have the file open.
pub(super) fn patiently<T>(mut attempt: impl FnMut() -> io::Result<T>) -> io::Result<T> {
    let deadline = Instant::now() + PATIENCE;
    let mut pause = Duration::from_millis(1);
    loop {
        match attempt() {
            Err(error) if is_contended(&error) && Instant::now() < deadline => thread::sleep(pause),
            result => return result,
        }
        pause = (pause * 2).min(Duration::from_millis(20));
    }
}

#[cfg(test)]
mod tests {
    use super::{ERROR_SHARING_VIOLATION, io, patiently};

    #[test]
    fn a_file_that_another_process_closes_soon_is_no_error() {
        let mut attempts = 0;
        let result = patiently(|| {
            attempts += 1;
            let busy = io::Error::from_raw_os_error(ERROR_SHARING_VIOLATION.cast_signed());
            if attempts < 3 { Err(busy) } else { Ok(attempts) }
        });
        assert_eq!(result.unwrap(), 3);
    }

    #[test]
    fn another_error_is_told_at_once() {
        let mut attempts = 0;
        let result = patiently::<()>(|| {
            attempts += 1;
            Err(io::ErrorKind::NotFound.into())
        });
        assert_eq!((result.unwrap_err().kind(), attempts), (io::ErrorKind::NotFound, 1));
    }
}
