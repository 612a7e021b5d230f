//! Threads for the lanes of Argon2, as many as there are processors.

use std::sync::OnceLock;

use rayon_core::{ThreadPool, ThreadPoolBuilder};

/// Started once, by the first hash.
static POOL: OnceLock<ThreadPool> = OnceLock::new();

/// Does `work` with the threads, or where none can be started, without.
pub(super) fn run<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    match pool() {
        Some(pool) => pool.install(work),
        None => alone(work),
    }
}

fn pool() -> Option<&'static ThreadPool> {
    if POOL.get().is_none() {
        let pool = ThreadPoolBuilder::new().build().ok()?;
        // Somebody else may have been quicker: then this one ends.
        let _kept = POOL.set(pool);
    }
    POOL.get()
}

/// Does `work` on this thread alone, lane after lane.
fn alone<T>(work: impl FnOnce() -> T) -> T {
    // As the only member of a pool, the thread does by itself what it would ask the common one to do, which panics
    // if it cannot be started. It is a member for good: the next time there is nothing to be built.
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
