//! The tables, and which version of them a database has.

use super::StoreError;
use rusqlite::Connection;

/// The version of the tables.
const VERSION: i64 = 2;

/// The oldest version that is read, and brought up to date when something is added.
const OLDEST: i64 = 1;

/// `Prvs`: what makes a database a history.
const APPLICATION: i64 = 0x5072_7673;

/// Texts that come again in every run, names of cases and problems, are kept once. Outcome letters are those of
/// [`Outcome`](crate::event::Outcome).
const TABLES: &str = "
    CREATE TABLE run (
        id INTEGER PRIMARY KEY,
        name TEXT NOT NULL,
        share TEXT NOT NULL,
        started_us INTEGER NOT NULL,
        took_us INTEGER,
        environment TEXT NOT NULL,
        target TEXT NOT NULL,
        verdict TEXT NOT NULL,
        planned INTEGER NOT NULL,
        folder TEXT,
        UNIQUE (name, share)
    );
    CREATE TABLE suite_case (
        id INTEGER PRIMARY KEY,
        suite TEXT NOT NULL,
        name TEXT NOT NULL,
        UNIQUE (suite, name)
    );
    CREATE TABLE problem (
        id INTEGER PRIMARY KEY,
        promise TEXT NOT NULL,
        title TEXT NOT NULL,
        step TEXT NOT NULL,
        operation TEXT NOT NULL,
        UNIQUE (promise, title, step, operation)
    );
    CREATE TABLE result (
        run INTEGER NOT NULL,
        suite_case INTEGER NOT NULL,
        sign TEXT NOT NULL,
        unsteady INTEGER NOT NULL,
        took_us INTEGER NOT NULL,
        problem INTEGER,
        PRIMARY KEY (run, suite_case)
    ) WITHOUT ROWID;
    CREATE TABLE latency (
        run INTEGER NOT NULL,
        operation TEXT NOT NULL,
        buckets BLOB NOT NULL,
        PRIMARY KEY (run, operation)
    ) WITHOUT ROWID;
";

/// What version 2 added.
const CONTRACTS: &str = "
    ALTER TABLE run ADD COLUMN seed INTEGER;
    CREATE TABLE contract (
        run INTEGER NOT NULL,
        name TEXT NOT NULL,
        version TEXT NOT NULL,
        digest TEXT NOT NULL,
        PRIMARY KEY (run, name)
    ) WITHOUT ROWID;
";

/// What a database is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    /// Nothing is in it yet.
    Empty,
    /// It is a history of an older version, which can be read and brought up to date.
    Old,
    /// It is a history of the version known here.
    Known,
}

/// Looks what a database is.
pub(super) fn state(connection: &Connection) -> Result<State, StoreError> {
    let number = |pragma: &str| connection.query_row(&format!("PRAGMA {pragma}"), [], |row| row.get::<_, i64>(0));
    let (application, version) = (number("application_id")?, number("user_version")?);
    let tables: i64 = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    match (application, version) {
        (0, 0) if tables == 0 => Ok(State::Empty),
        (APPLICATION, VERSION) => Ok(State::Known),
        (APPLICATION, OLDEST..VERSION) => Ok(State::Old),
        (APPLICATION, version) if version > VERSION => Err(StoreError::Newer { version, known: VERSION }),
        _ => Err(StoreError::Foreign),
    }
}

/// Makes the tables in an empty database; the caller's transaction holds them together.
pub(super) fn create(connection: &Connection) -> Result<(), StoreError> {
    connection.execute_batch(TABLES)?;
    connection.execute_batch(CONTRACTS)?;
    connection.execute_batch(&format!("PRAGMA application_id = {APPLICATION}; PRAGMA user_version = {VERSION};"))?;
    Ok(())
}

/// Brings the tables of an older version up to date; the caller's transaction holds the changes together.
pub(super) fn update(connection: &Connection) -> Result<(), StoreError> {
    connection.execute_batch(CONTRACTS)?;
    connection.execute_batch(&format!("PRAGMA user_version = {VERSION};"))?;
    Ok(())
}
