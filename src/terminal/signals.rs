//! Signals: how they end the process, and how an open prompt reacts to them.

use std::ffi::c_int;
use std::io;
use std::mem::MaybeUninit;
use std::ptr;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::JoinHandle;

use rustix::process::{Signal, getpid, kill_current_process_group};
use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM};
use signal_hook::iterator::{Handle, Signals};
use signal_hook::{flag, low_level};

/// Whether a signal ends the process at once. Not during a prompt, which must restore the terminal first.
static AT_ONCE: AtomicBool = AtomicBool::new(true);

/// The last signal received that ends the process, or 0.
static LAST: AtomicUsize = AtomicUsize::new(0);

static TOO_LARGE: AtomicBool = AtomicBool::new(false);

/// Catches SIGXFSZ, and makes Ctrl-C and SIGTERM end the first process of a container too. In other processes their
/// default actions stay.
pub(crate) fn prepare() -> io::Result<()> {
    // A file at its size limit is then an ordinary write error.
    flag::register(Signal::XFSZ.as_raw(), &TOO_LARGE)?;
    if is_init() {
        ending()?;
    }
    Ok(())
}

/// Whether this is the first process of a container, to which the kernel delivers only signals that it handles.
fn is_init() -> bool {
    getpid().is_init()
}

/// Handles the signals that end the process from here on: at once, or later while a [`Deferred`] lives. Signals that were
/// ignored at the start stay ignored.
pub(super) fn ending() -> io::Result<&'static [c_int]> {
    static ENDING: OnceLock<Vec<c_int>> = OnceLock::new();
    if let Some(ending) = ENDING.get() {
        return Ok(ending);
    }
    let mut ending = vec![SIGHUP, SIGINT, SIGQUIT, SIGTERM];
    ending.retain(|signal| !is_ignored(*signal));
    for signal in &ending {
        flag::register_usize(*signal, &LAST, usize::try_from(*signal).unwrap_or_default())?;
        if is_init() {
            flag::register_conditional_shutdown(*signal, 128 + signal, &AT_ONCE)?;
        } else {
            flag::register_conditional_default(*signal, &AT_ONCE)?;
        }
    }
    Ok(ENDING.get_or_init(|| ending))
}

#[expect(unsafe_code, reason = "no safe function asks how a signal is handled")]
fn is_ignored(signal: c_int) -> bool {
    let mut action = MaybeUninit::<libc::sigaction>::uninit();
    // SAFETY: without a new action nothing changes, and `action` is written if the call succeeds.
    unsafe {
        libc::sigaction(signal, ptr::null(), action.as_mut_ptr()) == 0
            && action.assume_init().sa_sigaction == libc::SIG_IGN
    }
}

/// Ends the process by `signal` itself, so that a waiting shell sees it.
pub(super) fn end_by(signal: c_int) -> ! {
    if !is_init() {
        let _failed = low_level::emulate_default_handler(signal);
    }
    low_level::exit(128 + signal)
}

/// Sends `signal` to all processes of the job, as the terminal does for a key. Returns when the process resumes, or at once
/// if the signal is ignored.
pub(super) fn send_to_job(signal: Signal) -> io::Result<()> {
    Ok(kill_current_process_group(signal)?)
}

/// While this lives, signals end the process only through [`end_by`].
pub(super) struct Deferred(());

impl Deferred {
    pub(super) fn new() -> Self {
        AT_ONCE.store(false, Ordering::SeqCst);
        Self(())
    }
}

impl Drop for Deferred {
    fn drop(&mut self) {
        AT_ONCE.store(true, Ordering::SeqCst);
        // A signal that came after the last watch.
        if let Ok(signal @ 1..) = c_int::try_from(LAST.load(Ordering::SeqCst)) {
            end_by(signal);
        }
    }
}

/// A thread that reacts to signals.
pub(super) struct Watch {
    handle: Handle,
    thread: Option<JoinHandle<()>>,
}

impl Watch {
    /// Calls `react` with each arriving signal of `signals`.
    pub(super) fn new(signals: &[c_int], mut react: impl FnMut(c_int) + Send + 'static) -> io::Result<Self> {
        let mut signals = Signals::new(signals)?;
        let handle = signals.handle();
        let thread = std::thread::Builder::new().spawn(move || signals.forever().for_each(&mut react))?;
        Ok(Self { handle, thread: Some(thread) })
    }
}

impl Drop for Watch {
    /// Waits until the thread has ended.
    fn drop(&mut self) {
        self.handle.close();
        let _panicked = self.thread.take().map(JoinHandle::join);
    }
}
