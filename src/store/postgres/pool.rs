//! A database: a few connections, made when they are needed, and a deadline for everything that is asked.

use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::Duration;

use tokio::runtime::{Builder, Runtime};
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::{Instant, timeout_at};

use super::address::Address;
use super::connection::{Connection, connect};
use super::error::DatabaseError;
use super::session::Session;

/// The most connections of a process at a time.
const CONNECTIONS: usize = 8;

/// A connection that was not used for longer is not used again: networks forget connections that say nothing.
const IDLE: Duration = Duration::from_secs(30);

/// A database of users. Nothing is connected to before the first question.
///
/// It may be shared between threads. Its functions panic if they are called on a thread that drives an async runtime,
/// where nothing may block.
pub struct Database {
    pub(super) address: Address,
    runtime: OnceLock<Driver>,
    idle: Mutex<Vec<Connection>>,
    free: Semaphore,
}

/// The runtime. It is not waited for: the system may take long to resolve a name.
struct Driver(Option<Runtime>);

impl Drop for Driver {
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}

/// Shows where it is, and no password.
impl std::fmt::Debug for Database {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Database").field("address", &self.address).finish_non_exhaustive()
    }
}

/// A connection that is in use.
pub(super) struct Lease<'d> {
    pub(super) connection: Connection,
    _permit: SemaphorePermit<'d>,
    /// Whether it was used before, so that it may have broken meanwhile.
    is_old: bool,
}

impl Database {
    /// The database at an address.
    #[must_use]
    pub const fn new(address: Address) -> Self {
        Self {
            address,
            runtime: OnceLock::new(),
            idle: Mutex::new(Vec::new()),
            free: Semaphore::const_new(CONNECTIONS),
        }
    }

    /// Where it is.
    #[must_use]
    pub const fn address(&self) -> &Address {
        &self.address
    }

    /// Runs a question, with a deadline from now on.
    pub(super) fn run<T, E: From<DatabaseError>>(
        &self,
        asked: impl AsyncFnOnce(Instant) -> Result<T, E>,
    ) -> Result<T, E> {
        self.block_on(asked(self.deadline()))
    }

    pub(super) fn block_on<T, E: From<DatabaseError>>(
        &self,
        waiting: impl Future<Output = Result<T, E>>,
    ) -> Result<T, E> {
        self.runtime()?.block_on(waiting)
    }

    /// The deadline of a question that is asked now.
    pub(super) fn deadline(&self) -> Instant {
        Instant::now() + self.address.timeout
    }

    fn runtime(&self) -> Result<&Runtime, DatabaseError> {
        if let Some(Driver(Some(runtime))) = self.runtime.get() {
            return Ok(runtime);
        }
        let made = Builder::new_current_thread().enable_io().enable_time().build();
        let made = made.map_err(|error| DatabaseError::Runtime(crate::store::reason(&error)))?;
        match self.runtime.get_or_init(|| Driver(Some(made))) {
            Driver(Some(runtime)) => Ok(runtime),
            Driver(None) => Err(DatabaseError::Runtime("it is shut down".to_owned())),
        }
    }

    /// Asks statements that are sent at once and change nothing.
    pub(super) async fn ask<T>(
        &self,
        deadline: Instant,
        question: impl AsyncFn(&Session<'_>) -> Result<T, DatabaseError>,
    ) -> Result<T, DatabaseError> {
        self.repeat(deadline, async |session| session.at_once(deadline, question(session)).await).await
    }

    /// Does what may be done twice, once more on another connection where the first one breaks off.
    pub(super) async fn repeat<T>(
        &self,
        deadline: Instant,
        question: impl AsyncFn(&Session<'_>) -> Result<T, DatabaseError>,
    ) -> Result<T, DatabaseError> {
        let (lease, answer) = self.ask_on(deadline, question).await?;
        self.give_back(lease);
        Ok(answer)
    }

    /// As [`repeat`](Self::repeat), and leaves the connection in use.
    pub(super) async fn ask_on<T>(
        &self,
        deadline: Instant,
        question: impl AsyncFn(&Session<'_>) -> Result<T, DatabaseError>,
    ) -> Result<(Lease<'_>, T), DatabaseError> {
        let mut tries = 0;
        loop {
            let lease = self.lease(deadline).await?;
            let session = Session::on(&lease.connection, &self.address);
            match session.wait(deadline, question(&session)).await {
                Ok(answer) => return Ok((lease, answer)),
                // All that were kept may have broken, and not each is known to be closed yet.
                Err(error) if lease.was_old(&error) => {}
                Err(DatabaseError::Lost(_)) if tries == 0 => tries += 1,
                Err(error) => return Err(error),
            }
        }
    }

    /// A connection that was kept, or a new one.
    pub(super) async fn lease(&self, deadline: Instant) -> Result<Lease<'_>, DatabaseError> {
        let busy = || DatabaseError::Busy(self.address.timeout);
        let permit = timeout_at(deadline, self.free.acquire()).await.map_err(|_| busy())?;
        let permit = permit.map_err(|_| busy())?;
        let kept = {
            let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
            idle.retain(|one| one.used.elapsed() < IDLE && !one.client.is_closed());
            idle.pop()
        };
        let is_old = kept.is_some();
        let connection = match kept {
            Some(connection) => connection,
            None => connect(&self.address, deadline).await?,
        };
        Ok(Lease { connection, _permit: permit, is_old })
    }

    /// Keeps a connection on which nothing is under way.
    pub(super) fn give_back(&self, lease: Lease<'_>) {
        let connection = Connection { used: Instant::now(), ..lease.connection };
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(connection);
    }
}

impl Lease<'_> {
    /// Whether an error says no more than that a kept connection had broken.
    pub(super) const fn was_old(&self, error: &DatabaseError) -> bool {
        self.is_old && matches!(error, DatabaseError::Lost(_))
    }
}
