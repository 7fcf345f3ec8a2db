//! Reading past runs back, whole.

use super::{StoreError, share_of_text};
use crate::event::{Outcome, Timestamp};
use crate::history::columns::columns;
use crate::history::past::{Past, PastLatencies, PastResult, PastRun};
use crate::history::record::verdict;
use crate::history::{ContractRecord, Latencies, Problem};
use rusqlite::{Transaction, params};
use std::collections::{HashMap, HashSet};

/// Reads the past of an environment up to a time. Latencies are those of so many of the newest runs, shares of one counted
/// as one.
pub(super) fn past(
    transaction: &Transaction<'_>,
    environment: String,
    end: i64,
    latencies: usize,
    contracts: Contracts,
) -> Result<Past, StoreError> {
    let mut past = Past { environment, ..Past::default() };
    let ids = read_runs(transaction, &mut past, end, contracts)?;
    read_results(transaction, &mut past, &ids)?;
    read_latencies(transaction, &mut past, &ids, latencies)?;
    if contracts == Contracts::Kept {
        read_contracts(transaction, &mut past, &ids)?;
    }
    Ok(past)
}

/// Whether the database keeps the contracts and seeds of runs: older versions do not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Contracts {
    Kept,
    None,
}

/// A value in a table that nothing here writes.
fn odd(what: &str) -> StoreError {
    StoreError::Damaged(format!("it holds {what} that no Proviso writes"))
}

/// Reads the runs of an environment up to a time; answers where each row stands.
fn read_runs(
    transaction: &Transaction<'_>,
    past: &mut Past,
    end: i64,
    kept: Contracts,
) -> Result<HashMap<i64, usize>, StoreError> {
    let seed = if kept == Contracts::Kept { "seed" } else { "NULL" };
    let mut statement = transaction.prepare(&format!(
        "SELECT id, name, share, started_us, verdict, target, {seed} FROM run
            WHERE environment = ?1 AND started_us <= ?2 ORDER BY started_us, id"
    ))?;
    let mut rows = statement.query(params![past.environment, end])?;
    let mut ids = HashMap::new();
    while let Some(row) = rows.next()? {
        let share: String = row.get(2)?;
        let started = jiff::Timestamp::from_microsecond(row.get(3)?).map_err(|_| odd("a time"))?;
        let verdict = verdict(&row.get::<_, String>(4)?).ok_or_else(|| odd("a verdict"))?;
        ids.insert(row.get(0)?, past.runs.len());
        let started = Timestamp::new(started);
        let seed = row.get::<_, Option<i64>>(6)?.map(i64::cast_unsigned);
        past.runs.push(PastRun {
            run: row.get(1)?,
            share: share_of_text(&share),
            started,
            target: row.get(5)?,
            seed,
            verdict,
        });
    }
    Ok(ids)
}

fn read_results(transaction: &Transaction<'_>, past: &mut Past, runs: &HashMap<i64, usize>) -> Result<(), StoreError> {
    let mut cases = HashMap::new();
    let mut statement = transaction.prepare("SELECT id, suite, name FROM suite_case")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        cases.insert(row.get::<_, i64>(0)?, past.cases.len());
        past.cases.push((row.get(1)?, row.get(2)?));
    }
    let mut problems = HashMap::new();
    let mut statement = transaction.prepare("SELECT id, promise, title, step, operation FROM problem")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        problems.insert(row.get::<_, i64>(0)?, past.problems.len());
        let operation = Some(row.get::<_, String>(4)?).filter(|operation| !operation.is_empty());
        past.problems.push(Problem { id: row.get(1)?, title: row.get(2)?, step: row.get(3)?, operation });
    }
    let mut statement = transaction.prepare("SELECT run, suite_case, sign, unsteady, problem FROM result")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let Some(run) = runs.get(&row.get(0)?) else { continue };
        let case = *cases.get(&row.get(1)?).ok_or_else(|| odd("a result of no case"))?;
        let letter = row.get_ref(2)?.as_str().map_err(rusqlite::Error::from)?;
        let sign = letter.chars().next().and_then(Outcome::of_letter).ok_or_else(|| odd("a sign"))?;
        let problem = row.get::<_, Option<i64>>(4)?.and_then(|id| problems.get(&id).copied());
        past.results.push(PastResult { run: *run, case, sign, unsteady: row.get(3)?, problem });
    }
    Ok(())
}

fn read_latencies(
    transaction: &Transaction<'_>,
    past: &mut Past,
    ids: &HashMap<i64, usize>,
    newest: usize,
) -> Result<(), StoreError> {
    let columns = columns(&past.runs);
    let wanted: HashSet<usize> = columns.into_iter().rev().take(newest).flatten().collect();
    let mut statement = transaction.prepare("SELECT operation, buckets FROM latency WHERE run = ?1")?;
    for (id, run) in ids.iter().filter(|(_, run)| wanted.contains(run)) {
        let mut rows = statement.query([id])?;
        while let Some(row) = rows.next()? {
            let buckets = row.get_ref(1)?.as_blob().map_err(rusqlite::Error::from)?;
            let latencies = Latencies::of_bytes(buckets).ok_or_else(|| odd("latencies"))?;
            past.latencies.push(PastLatencies { run: *run, operation: row.get(0)?, latencies });
        }
    }
    Ok(())
}

fn read_contracts(transaction: &Transaction<'_>, past: &mut Past, ids: &HashMap<i64, usize>) -> Result<(), StoreError> {
    let mut statement = transaction.prepare("SELECT run, name, version, digest FROM contract")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let Some(run) = ids.get(&row.get(0)?) else { continue };
        past.contracts.push((*run, ContractRecord { name: row.get(1)?, version: row.get(2)?, digest: row.get(3)? }));
    }
    Ok(())
}
