//! Whether a read of standard input would wait.

use std::io::{self, Read};

/// An input that can tell whether a read would wait.
pub(crate) trait Waiting: Read {
    /// Whether a read would wait for longer than it takes a process that has written its last line to end.
    fn waits(&mut self) -> bool;
}

impl Waiting for io::StdinLock<'_> {
    fn waits(&mut self) -> bool {
        system::waits()
    }
}

#[cfg(unix)]
mod system {
    use std::io;

    use rustix::event::{PollFd, PollFlags, Timespec, poll};

    /// The time that a process may take to end after its last line.
    const GRACE: Timespec = Timespec { tv_sec: 0, tv_nsec: 100_000_000 };

    pub(super) fn waits() -> bool {
        let stdin = io::stdin();
        let ready = poll(&mut [PollFd::new(&stdin, PollFlags::IN)], Some(&GRACE));
        !ready.is_ok_and(|ready| ready > 0)
    }
}

#[cfg(windows)]
mod system {
    use std::io;
    use std::os::windows::io::AsRawHandle as _;
    use std::ptr;
    use std::thread;
    use std::time::{Duration, Instant};

    use windows_sys::Win32::Foundation::ERROR_BROKEN_PIPE;
    use windows_sys::Win32::Storage::FileSystem::{FILE_TYPE_DISK, FILE_TYPE_PIPE, GetFileType};
    use windows_sys::Win32::System::Pipes::PeekNamedPipe;

    /// The time that a process may take to end after its last line.
    const GRACE: Duration = Duration::from_millis(100);

    #[expect(unsafe_code, reason = "no safe function asks for the kind of a handle")]
    pub(super) fn waits() -> bool {
        // SAFETY: standard input has its handle as long as the process lives.
        match unsafe { GetFileType(io::stdin().as_raw_handle()) } {
            FILE_TYPE_DISK => false,
            FILE_TYPE_PIPE => stays_empty(),
            _ => true,
        }
    }

    /// Asks again and again: Windows has no way to wait for a pipe.
    fn stays_empty() -> bool {
        let deadline = Instant::now() + GRACE;
        while Instant::now() < deadline {
            match held() {
                Ok(0) => thread::sleep(Duration::from_millis(2)),
                Ok(_) => return false,
                Err(error) => return error.raw_os_error() != Some(ERROR_BROKEN_PIPE.cast_signed()),
            }
        }
        true
    }

    /// The number of bytes that the pipe holds.
    #[expect(unsafe_code, reason = "no safe function looks into a pipe")]
    fn held() -> io::Result<u32> {
        let mut held = 0;
        let stdin = io::stdin().as_raw_handle();
        // SAFETY: standard input has its handle as long as the process lives, and of the others only `held` is written.
        let done = unsafe {
            PeekNamedPipe(stdin, ptr::null_mut(), 0, ptr::null_mut(), &raw mut held, ptr::null_mut())
        };
        if done == 0 { Err(io::Error::last_os_error()) } else { Ok(held) }
    }
}
