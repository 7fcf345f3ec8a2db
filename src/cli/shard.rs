//! `--partition auto`: which share of the cases this machine runs, as the system says that started it.

use super::args::{Partitioning, Target};
use super::ci::{self, Variables};
use super::exit::Exit;
use super::shell::Shell;
use crate::diagnostic::{Code, Diagnostic, NoteKind};
use crate::plan::Partition;

/// A system that starts the same job several times, and how it tells each of them which it is.
struct System {
    name: &'static str,
    index: &'static str,
    total: &'static str,
    first: First,
    /// A variable that must be set for the others to mean this.
    only_with: Option<&'static str>,
}

/// What the first job is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum First {
    Zero,
    One,
}

/// Our own variables, which win over those of any system: somebody set them on purpose.
const OWN: System =
    System { name: "these variables", index: "SHARD_INDEX", total: "SHARD_TOTAL", first: First::One, only_with: None };

const SYSTEMS: &[System] = &[
    // Heroku CI has variables of these names too, and counts from 0.
    System {
        name: "GitLab CI",
        index: "CI_NODE_INDEX",
        total: "CI_NODE_TOTAL",
        first: First::One,
        only_with: Some("GITLAB_CI"),
    },
    System {
        name: "CircleCI",
        index: "CIRCLE_NODE_INDEX",
        total: "CIRCLE_NODE_TOTAL",
        first: First::Zero,
        only_with: None,
    },
    System {
        name: "Buildkite",
        index: "BUILDKITE_PARALLEL_JOB",
        total: "BUILDKITE_PARALLEL_JOB_COUNT",
        first: First::Zero,
        only_with: None,
    },
    System {
        name: "Azure Pipelines",
        index: "SYSTEM_JOBPOSITIONINPHASE",
        total: "SYSTEM_TOTALJOBSINPHASE",
        first: First::One,
        only_with: None,
    },
    System {
        name: "Bitbucket Pipelines",
        index: "BITBUCKET_PARALLEL_STEP",
        total: "BITBUCKET_PARALLEL_STEP_COUNT",
        first: First::Zero,
        only_with: None,
    },
    System {
        name: "Semaphore",
        index: "SEMAPHORE_JOB_INDEX",
        total: "SEMAPHORE_JOB_COUNT",
        first: First::One,
        only_with: None,
    },
    System {
        name: "Cloud Run jobs",
        index: "CLOUD_RUN_TASK_INDEX",
        total: "CLOUD_RUN_TASK_COUNT",
        first: First::Zero,
        only_with: None,
    },
    System {
        name: "AWS Batch",
        index: "AWS_BATCH_JOB_ARRAY_INDEX",
        total: "AWS_BATCH_JOB_ARRAY_SIZE",
        first: First::Zero,
        only_with: None,
    },
    // Kubernetes says which, and not of how many: the Job's own manifest sets JOB_COMPLETIONS to its `completions`.
    System {
        name: "Kubernetes",
        index: "JOB_COMPLETION_INDEX",
        total: "JOB_COMPLETIONS",
        first: First::Zero,
        only_with: None,
    },
];

/// Finds out which share is run where that is asked for, and says what was found.
pub(super) fn settle(target: &mut Target, shell: &Shell) -> Result<(), Exit> {
    match resolve(target.partition, &ci::variable) {
        Ok((partition, said)) => {
            target.partition = Partitioning::Given(partition);
            said.iter().for_each(|said| shell.warn(said));
            Ok(())
        }
        Err(problem) => {
            shell.problem(&problem);
            Err(Exit::Usage)
        }
    }
}

/// The share that was asked for, and where it is from, in words, where nobody typed it.
///
/// # Errors
/// When it is to be found out and cannot be.
pub(super) fn resolve(
    asked: Partitioning,
    variables: Variables<'_>,
) -> Result<(Partition, Option<String>), Box<Diagnostic>> {
    if let Partitioning::Given(partition) = asked {
        return Ok((partition, None));
    }
    if let Some(found) = OWN.read(variables)? {
        return Ok(found.told());
    }
    let mut found: Vec<Found> = Vec::new();
    for system in SYSTEMS.iter().filter(|system| system.only_with.is_none_or(|other| variables(other).is_some())) {
        found.extend(system.read(variables)?);
    }
    match found.as_slice() {
        [] => Err(Box::new(nothing())),
        [first, rest @ ..] => match rest.iter().find(|other| (other.share, other.of) != (first.share, first.of)) {
            Some(other) => Err(Box::new(contradiction(first, other))),
            None => Ok(first.told()),
        },
    }
}

/// What a system says.
struct Found {
    system: &'static System,
    share: u32,
    of: u32,
}

impl Found {
    fn told(&self) -> (Partition, Option<String>) {
        let Self { system, share, of } = self;
        let told = format!("share {share} of {of}, as {} and {} say ({})", system.index, system.total, system.name);
        (Partition::Count { share: *share, of: *of }, Some(told))
    }
}

impl System {
    /// What this system says; nothing where it is not the one.
    fn read(&'static self, variables: Variables<'_>) -> Result<Option<Found>, Box<Diagnostic>> {
        let (share, of) = match (variables(self.index), variables(self.total)) {
            (None, None) => return Ok(None),
            // A job that is not one of several is told so by GitLab, and gets no number.
            (None, Some(total)) if total == "1" => return Ok(Some(Found { system: self, share: 1, of: 1 })),
            (Some(index), Some(total)) => (index, total),
            (Some(_), None) => return Err(Box::new(self.half(self.index, self.total))),
            (None, Some(_)) => return Err(Box::new(self.half(self.total, self.index))),
        };
        let number = |name: &str, text: &str| {
            text.trim().parse::<u32>().map_err(|_| Box::new(wrong(&format!("{name} is `{text}`, which is no number"))))
        };
        let (index, of) = (number(self.index, &share)?, number(self.total, &of)?);
        let share = match self.first {
            First::Zero => index.checked_add(1),
            First::One => Some(index),
        };
        match share.filter(|share| (1..=of).contains(share)) {
            Some(share) => Ok(Some(Found { system: self, share, of })),
            None => {
                let last = if self.first == First::Zero { i64::from(of) - 1 } else { i64::from(of) };
                let first = i32::from(self.first == First::One);
                let range = format!("{} counts from {first} to {last}", self.index);
                Err(Box::new(
                    wrong(&format!("{} is {index} and {} is {of}", self.index, self.total)).note(NoteKind::Why, range),
                ))
            }
        }
    }

    fn half(&self, set: &str, unset: &str) -> Diagnostic {
        let problem = wrong(&format!("{set} is set and {unset} is not"));
        if self.total == "JOB_COMPLETIONS" {
            return problem.next("Kubernetes does not say how many there are: set JOB_COMPLETIONS in the Job's manifest to its `completions`");
        }
        problem.next(format!("set {unset} too, or write the share, as in --partition count:1/4"))
    }
}

fn wrong(title: &str) -> Diagnostic {
    Diagnostic::new(Code::WrongValue, format!("--partition auto: {title}"))
}

fn nothing() -> Diagnostic {
    let names: Vec<&str> = SYSTEMS.iter().map(|system| system.name).collect();
    wrong("nothing says which share this is")
        .note(
            NoteKind::Why,
            format!(
                "SHARD_INDEX and SHARD_TOTAL are not set, nor is what {} set",
                crate::text::either(&names).replace(" or ", " and ")
            ),
        )
        .next("set SHARD_INDEX (from 1) and SHARD_TOTAL, or write the share, as in --partition count:1/4")
}

fn contradiction(one: &Found, other: &Found) -> Diagnostic {
    let say = |found: &Found| format!("{} says share {} of {}", found.system.name, found.share, found.of);
    wrong("two systems say different things")
        .note(NoteKind::Why, format!("{}, {}", say(one), say(other)))
        .next("set SHARD_INDEX (from 1) and SHARD_TOTAL, which win over both")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(set: &[(&str, &str)]) -> Result<(Partition, String), String> {
        let variables = |name: &str| set.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned());
        let found = resolve(Partitioning::Auto, &variables).map_err(|problem| problem.title)?;
        Ok((found.0, found.1.unwrap_or_default()))
    }

    fn share(set: &[(&str, &str)]) -> Option<String> {
        told(set).expect("it is known").0.to_text()
    }

    #[test]
    fn every_system_is_understood_in_its_own_way_of_counting() {
        let second = |index, total, from: &str| share(&[(index, from), (total, "4"), ("GITLAB_CI", "true")]);
        for system in SYSTEMS.iter().chain([&OWN]) {
            let from = if system.first == First::Zero { "1" } else { "2" };
            assert_eq!(second(system.index, system.total, from).as_deref(), Some("count:2/4"), "{}", system.name);
        }
    }

    #[test]
    fn what_was_taken_is_said() {
        let (_, said) = told(&[("JOB_COMPLETION_INDEX", "0"), ("JOB_COMPLETIONS", "3")]).expect("it is known");
        assert_eq!(said, "share 1 of 3, as JOB_COMPLETION_INDEX and JOB_COMPLETIONS say (Kubernetes)");
    }

    #[test]
    fn a_job_that_is_not_one_of_several_runs_everything() {
        assert_eq!(share(&[("GITLAB_CI", "true"), ("CI_NODE_TOTAL", "1")]), None);
    }

    #[test]
    fn what_was_set_on_purpose_wins() {
        let set = [("SHARD_INDEX", "3"), ("SHARD_TOTAL", "5"), ("CIRCLE_NODE_INDEX", "0"), ("CIRCLE_NODE_TOTAL", "2")];
        assert_eq!(share(&set).as_deref(), Some("count:3/5"));
    }

    #[test]
    fn what_is_not_known_or_makes_no_sense_is_an_error() {
        let title = |set: &[(&str, &str)]| told(set).expect_err("it is not known");
        assert_eq!(title(&[]), "--partition auto: nothing says which share this is");
        // Not GitLab's: who else sets them may count otherwise.
        assert_eq!(title(&[("CI_NODE_INDEX", "1"), ("CI_NODE_TOTAL", "2")]), title(&[]));
        assert_eq!(title(&[("SHARD_INDEX", "1")]), "--partition auto: SHARD_INDEX is set and SHARD_TOTAL is not");
        assert!(title(&[("JOB_COMPLETION_INDEX", "1")]).contains("JOB_COMPLETIONS is not"));
        assert!(title(&[("SHARD_INDEX", "0"), ("SHARD_TOTAL", "2")]).contains("SHARD_INDEX is 0 and SHARD_TOTAL is 2"));
        assert!(title(&[("SHARD_INDEX", "x"), ("SHARD_TOTAL", "2")]).contains("`x`, which is no number"));
        let two = [
            ("CIRCLE_NODE_INDEX", "0"),
            ("CIRCLE_NODE_TOTAL", "2"),
            ("SEMAPHORE_JOB_INDEX", "1"),
            ("SEMAPHORE_JOB_COUNT", "3"),
        ];
        assert_eq!(title(&two), "--partition auto: two systems say different things");
    }
}
