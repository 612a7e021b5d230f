//! Threads for the lanes of Argon2, as many as there are processors.

use std::sync::OnceLock;

use rayon_core::{ThreadPool, ThreadPoolBuilder};

/// Started once, by the first hash.
static POOL: OnceLock<ThreadPool> = OnceLock::new();

/// Runs `work` on the pool, or on this thread alone if no thread can be started.
pub(super) fn run<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    match pool() {
        Some(pool) => pool.install(work),
        None => alone(work),
    }
}

fn pool() -> Option<&'static ThreadPool> {
    if POOL.get().is_none() {
        let pool = ThreadPoolBuilder::new().build().ok()?;
        // If another thread has set one meanwhile, this one ends.
        let _kept = POOL.set(pool);
    }
    POOL.get()
}

/// Runs `work` on this thread, lane after lane.
fn alone<T>(work: impl FnOnce() -> T) -> T {
    // Register this thread as the only worker of a pool, so that rayon never starts its global pool, which panics if it
    // cannot spawn. The registration outlives the call, so leak the pool.
    let pool = ThreadPoolBuilder::new().num_threads(1).use_current_thread().build();
    let done = work();
    std::mem::forget(pool);
    done
}

#[cfg(test)]
mod tests {
    use rayon_core::{current_num_threads, join};

    use super::{alone, run};

    #[test]
    fn work_is_done_without_threads_too() {
        let sum = || {
            let (one, two) = join(|| 1, || 2);
            (one + two, current_num_threads())
        };
        for _ in 0..3 {
            assert_eq!(
                std::thread::spawn(move || (alone(sum), alone(sum))).join().unwrap(),
                ((3, 1), (3, 1))
            );
            assert_eq!(run(sum).0, 3);
        }
        assert_eq!(alone(|| run(sum)).0, 3);
    }
}
