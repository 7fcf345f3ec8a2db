//! The database of past runs.
//!
//! Opening it is the caller's: this module is handed a connection and touches no file by itself. It has no log beside it
//! (SQLite's WAL): a cache of a CI keeps one file, and shares of a network know no shared memory. A run is added in one
//! transaction, whole or not at all.

mod error;
mod read;
mod schema;
#[cfg(test)]
mod tests;

pub use error::StoreError;

use super::past::Past;
use super::record::word;
use super::{CaseRecord, ContractRecord, Picture, RunRecord, Wanted};
use crate::event::{Share, Timestamp};
use rusqlite::{Connection, OptionalExtension as _, Row, Transaction, TransactionBehavior, params};
use schema::State;
use std::time::Duration;

/// Past runs in a database.
pub struct Store {
    connection: Connection,
    state: State,
}

/// What became of a run that was to be added.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Added {
    /// It is new.
    New,
    /// It was there with fewer results, and now has these.
    Completed,
    /// It was there already.
    Known,
}

/// A run that the history knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// Its id.
    pub run: String,
    /// The environment's name.
    pub environment: String,
    /// Where its journal lies, where it was not made beside the database.
    pub folder: Option<String>,
}

impl Store {
    /// The history in a database, which may still be empty. Whoever else holds it is waited for so long.
    ///
    /// # Errors
    /// When it cannot be read or is something else.
    pub fn new(connection: Connection, patience: Duration) -> Result<Self, StoreError> {
        connection.busy_timeout(patience)?;
        // All of it can be made again from journals: enough for a crash of the program, not for one of the machine.
        connection.execute_batch("PRAGMA synchronous = NORMAL; PRAGMA temp_store = MEMORY;")?;
        let state = schema::state(&connection)?;
        Ok(Self { connection, state })
    }

    /// Adds a run, or what it lacks of a run it has: journals may be read again, of runs that were still going on too.
    /// `folder` is where its journal lies, where that is not beside the database.
    ///
    /// # Errors
    /// When the database cannot be written; then nothing of the run is in it.
    pub fn add(&mut self, run: &RunRecord, folder: Option<&str>) -> Result<Added, StoreError> {
        // From the beginning the right to write, so that two runs that end together wait for each other and do not fail.
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        match schema::state(&transaction)? {
            State::Empty => schema::create(&transaction)?,
            State::Old => schema::update(&transaction)?,
            State::Known => {}
        }
        let added = match known(&transaction, run)? {
            Some((_, complete, cases)) if complete || cases >= run.cases.len() && run.took_us.is_none() => Added::Known,
            Some((id, ..)) => {
                forget(&transaction, id)?;
                Added::Completed
            }
            None => Added::New,
        };
        if added != Added::Known {
            insert(&transaction, run, folder)?;
        }
        transaction.commit()?;
        self.state = State::Known;
        Ok(added)
    }

    /// Every run there is, the oldest first.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn runs(&self) -> Result<Vec<Kept>, StoreError> {
        if self.state == State::Empty {
            return Ok(Vec::new());
        }
        let mut statement =
            self.connection.prepare("SELECT name, environment, folder FROM run ORDER BY started_us, id")?;
        let runs = statement
            .query_map([], |row| Ok(Kept { run: row.get(0)?, environment: row.get(1)?, folder: row.get(2)? }))?;
        Ok(runs.collect::<Result<_, _>>()?)
    }

    /// What people look at of an environment, of the one of the newest run where none is named. With `until`, what came
    /// after that run is left out. None when there is no such run.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn picture(
        &self,
        environment: Option<&str>,
        until: Option<&str>,
        wanted: &Wanted,
    ) -> Result<Option<Picture>, StoreError> {
        let past = self.past(environment, until, wanted.last.saturating_mul(2))?;
        Ok(past.map(|past| past.picture(wanted)))
    }

    /// The past of an environment, of the one of the newest run where none is named. With `until`, what came after that
    /// run is left out. Latencies are those of so many of the newest runs, shares of one counted as one. None when there is
    /// no such run.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn past(
        &self,
        environment: Option<&str>,
        until: Option<&str>,
        latencies: usize,
    ) -> Result<Option<Past>, StoreError> {
        if self.state == State::Empty {
            return Ok(None);
        }
        // One view of it all, also when somebody adds a run meanwhile.
        let transaction = self.connection.unchecked_transaction()?;
        let newest = "SELECT environment, started_us FROM run
            WHERE (?1 IS NULL OR environment = ?1) AND (?2 IS NULL OR name = ?2) ORDER BY started_us DESC, id DESC LIMIT 1";
        let found: Option<(String, i64)> = transaction
            .query_row(newest, params![environment, until], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        let Some((environment, end)) = found else { return Ok(None) };
        let contracts = if self.state == State::Known { read::Contracts::Kept } else { read::Contracts::None };
        read::past(&transaction, environment, end, latencies, contracts).map(Some)
    }

    /// Forgets runs: of every environment all but the newest so many, where that is said, and those that began before a
    /// time, where that is said. Answers with the runs that were forgotten.
    ///
    /// # Errors
    /// When the database cannot be written; then nothing is forgotten.
    pub fn prune(&mut self, keep: Option<usize>, before: Option<Timestamp>) -> Result<Vec<Kept>, StoreError> {
        if self.state == State::Empty {
            return Ok(Vec::new());
        }
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        if schema::state(&transaction)? == State::Old {
            schema::update(&transaction)?;
        }
        let old = "SELECT id, name, environment, folder FROM (SELECT id, name, environment, folder, started_us,
                row_number() OVER (PARTITION BY environment ORDER BY started_us DESC, id DESC) AS place FROM run)
            WHERE place > ?1 OR started_us < ?2 ORDER BY started_us, id";
        let keep = keep.map_or(i64::MAX, |keep| i64::try_from(keep).unwrap_or(i64::MAX));
        let before = before.map_or(i64::MIN, |before| before.timestamp().as_microsecond());
        let forgotten: Vec<(i64, Kept)> = transaction
            .prepare(old)?
            .query_map([keep, before], |row| {
                Ok((row.get(0)?, Kept { run: row.get(1)?, environment: row.get(2)?, folder: row.get(3)? }))
            })?
            .collect::<Result<_, _>>()?;
        for (id, _) in &forgotten {
            forget(&transaction, *id)?;
        }
        transaction.execute_batch(
            "DELETE FROM suite_case WHERE id NOT IN (SELECT suite_case FROM result);
             DELETE FROM problem WHERE id NOT IN (SELECT problem FROM result WHERE problem IS NOT NULL);",
        )?;
        transaction.commit()?;
        self.state = State::Known;
        if !forgotten.is_empty() {
            self.connection.execute_batch("VACUUM")?;
        }
        Ok(forgotten.into_iter().map(|(_, kept)| kept).collect())
    }
}

/// `hash:1/4`; empty for a run of everything.
fn share_text(share: Option<&Share>) -> String {
    share.map_or_else(String::new, |share| format!("{}:{}/{}", share.by, share.number, share.of))
}

fn share_of_text(text: &str) -> Option<Share> {
    let (by, numbers) = text.split_once(':')?;
    let (number, of) = numbers.split_once('/')?;
    Some(Share { by: by.to_owned(), number: number.parse().ok()?, of: of.parse().ok()?, set: None, group: None })
}

/// A run that is there already: its row, whether it came to its end, how many cases it has.
fn known(transaction: &Transaction<'_>, run: &RunRecord) -> Result<Option<(i64, bool, usize)>, StoreError> {
    let sql = "SELECT id, took_us IS NOT NULL, (SELECT count(*) FROM result WHERE run = run.id) FROM run
        WHERE name = ?1 AND share = ?2";
    let row = |row: &Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get::<_, i64>(2)?));
    let found: Option<(i64, bool, i64)> =
        transaction.query_row(sql, params![run.run, share_text(run.share.as_ref())], row).optional()?;
    Ok(found.map(|(id, complete, cases)| (id, complete, usize::try_from(cases).unwrap_or_default())))
}

fn forget(transaction: &Transaction<'_>, id: i64) -> Result<(), StoreError> {
    for table in ["result", "latency", "contract"] {
        transaction.execute(&format!("DELETE FROM {table} WHERE run = ?1"), [id])?;
    }
    transaction.execute("DELETE FROM run WHERE id = ?1", [id])?;
    Ok(())
}

fn insert(transaction: &Transaction<'_>, run: &RunRecord, folder: Option<&str>) -> Result<(), StoreError> {
    let number = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
    transaction.execute(
        "INSERT INTO run (name, share, started_us, took_us, environment, target, verdict, planned, folder, seed)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        params![
            run.run,
            share_text(run.share.as_ref()),
            run.started.timestamp().as_microsecond(),
            run.took_us.map(number),
            run.environment,
            run.target,
            word(run.verdict),
            i64::try_from(run.planned).unwrap_or(i64::MAX),
            folder,
            // The bits are kept, whatever the sign.
            run.seed.map(u64::cast_signed),
        ],
    )?;
    let id = transaction.last_insert_rowid();
    let mut add_case = transaction.prepare("INSERT OR IGNORE INTO suite_case (suite, name) VALUES (?1, ?2)")?;
    let mut add_problem = transaction
        .prepare("INSERT OR IGNORE INTO problem (promise, title, step, operation) VALUES (?1, ?2, ?3, ?4)")?;
    let mut add_result = transaction.prepare(
        "INSERT INTO result (run, suite_case, sign, unsteady, took_us, problem) VALUES (?1,
            (SELECT id FROM suite_case WHERE suite = ?2 AND name = ?3), ?4, ?5, ?6,
            (SELECT id FROM problem WHERE promise = ?7 AND title = ?8 AND step = ?9 AND operation = ?10))",
    )?;
    for CaseRecord { suite, case, sign, unsteady, took_us, problem } in &run.cases {
        add_case.execute(params![suite, case])?;
        let problem = problem.as_ref().map(|problem| {
            (&problem.id, &problem.title, &problem.step, problem.operation.as_deref().unwrap_or_default())
        });
        if let Some((id, title, step, operation)) = problem {
            add_problem.execute(params![id, title, step, operation])?;
        }
        let (promise, title, step, operation) = match problem {
            Some((id, title, step, operation)) => (Some(id), Some(title), Some(step), Some(operation)),
            None => (None, None, None, None),
        };
        let sign = sign.letter().to_string();
        let took = number(*took_us);
        add_result.execute(params![id, suite, case, sign, unsteady, took, promise, title, step, operation])?;
    }
    let mut add_latency = transaction.prepare("INSERT INTO latency (run, operation, buckets) VALUES (?1, ?2, ?3)")?;
    for (operation, latencies) in &run.operations {
        add_latency.execute(params![id, operation, latencies.to_bytes()])?;
    }
    let mut add_contract =
        transaction.prepare("INSERT OR IGNORE INTO contract (run, name, version, digest) VALUES (?1, ?2, ?3, ?4)")?;
    for ContractRecord { name, version, digest } in &run.contracts {
        add_contract.execute(params![id, name, version, digest])?;
    }
    Ok(())
}
