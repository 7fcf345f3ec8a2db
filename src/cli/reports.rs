//! Every kind of report, in one table: its name, its file in a run's folder, what it is, how it is made.

use super::args::Ci;
use super::ci;
use super::live::Live;
use super::output_file::{self, AppendedFile};
use super::record::unwritable;
use super::shell::Shell;
use crate::diagnostic::{Code, Diagnostic};
use crate::history::Past;
use crate::report::{
    Annotations, Build, CodeQuality, Ctrf, Fanout, Html, Json, Junit, Markdown, Questions, Reporter, Tap, Telling,
    Terminal, Verbosity,
};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Where a report is written.
pub(super) type Sink = Box<dyn Write + Send>;

/// A kind of report.
#[derive(Debug)]
pub(super) struct Kind {
    /// Its name on the command line.
    pub(super) name: &'static str,
    /// Its file in a run's folder.
    file: &'static str,
    /// What it is, for `--help`.
    what: &'static str,
    /// When it is made.
    when: When,
    make: fn(Sink, &Known<'_>) -> Box<dyn Reporter + Send>,
}

/// What reports know besides the run.
pub(super) struct Known<'a> {
    /// The build that the run is part of.
    build: &'a Build,
    /// What past runs tell.
    past: Option<&'a Arc<Past>>,
}

/// When a report is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum When {
    /// For every run; naming it says where.
    Always,
    /// When it is named.
    Named,
    /// When it is named; without a path it goes between the lines of standard output, where its reader looks for it.
    Between,
}

/// Every kind. A new report is a new row.
pub(super) const KINDS: &[Kind] = &[
    Kind {
        name: "junit",
        file: "junit.xml",
        what: "JUnit XML, which every CI system reads",
        when: When::Always,
        make: |sink, _| Box::new(Junit::new(sink)),
    },
    Kind {
        name: "html",
        file: "report.html",
        what: "the report for people: one HTML file, which opens from disk",
        when: When::Always,
        make: |sink, known| Box::new(Html::new(sink).with_past(known.past.cloned())),
    },
    Kind {
        name: "ctrf",
        file: "ctrf.json",
        what: "CTRF JSON, for dashboards",
        when: When::Named,
        make: |sink, known| Box::new(Ctrf::new(sink, known.build.clone())),
    },
    Kind {
        name: "markdown",
        file: "summary.md",
        what: "a summary for the page of a job or a merge request",
        when: When::Named,
        make: |sink, known| Box::new(Markdown::new(sink, known.build.clone()).with_past(known.past.cloned())),
    },
    Kind {
        name: "tap",
        file: "report.tap",
        what: "TAP version 14",
        when: When::Named,
        make: |sink, _| Box::new(Tap::new(sink)),
    },
    Kind {
        name: "github",
        file: "-",
        what: "annotations of GitHub Actions, on standard output",
        when: When::Between,
        make: |sink, known| Box::new(Annotations::new(sink, known.build.clone())),
    },
    Kind {
        name: "gitlab",
        file: "gl-code-quality-report.json",
        what: "Code Quality of GitLab, beside the lines of suites",
        when: When::Named,
        make: |sink, known| Box::new(CodeQuality::new(sink, known.build.clone())),
    },
    Kind {
        name: "questions",
        file: "questions.md",
        what: "what to ask the API's owner",
        when: When::Named,
        make: |sink, _| Box::new(Questions::new(sink)),
    },
    Kind {
        name: "json",
        file: "summary.json",
        what: "a plain summary for scripts",
        when: When::Named,
        make: |sink, _| Box::new(Json::new(sink)),
    },
];

/// A report that was asked for.
#[derive(Debug, Clone)]
pub(super) struct Wanted {
    kind: &'static Kind,
    to: To,
}

/// Where a report is to go.
#[derive(Debug, Clone, PartialEq, Eq)]
enum To {
    /// Where reports of its kind go.
    Usual,
    /// To a file.
    File(PathBuf),
    /// To the end of a file.
    EndOf(PathBuf),
    /// To standard output, which then has nothing else on it.
    Out,
    /// To standard output, after what else is on it.
    Between,
}

impl Wanted {
    /// Reads `KIND` or `KIND=PATH`; `-` is standard output.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let (name, path) = text.split_once('=').map_or((text, None), |(name, path)| (name, Some(path)));
        let kind = KINDS.iter().find(|kind| kind.name == name).ok_or_else(|| {
            let names = KINDS.iter().map(|kind| kind.name);
            crate::text::did_you_mean(name, names).unwrap_or_default()
        })?;
        let to = match path {
            None if kind.when == When::Between => To::Between,
            None => To::Usual,
            Some("") => return Err(format!("write a path, as in {name}=build/{}", kind.file)),
            Some("-") => To::Out,
            Some(path) => To::File(PathBuf::from(path)),
        };
        Ok(Self { kind, to })
    }
}

/// The kinds with what they are, a line each, for `--help`.
pub(super) fn kinds_in_words() -> String {
    let lines = KINDS.iter().map(|kind| {
        let always = if kind.when == When::Always { "; always made" } else { "" };
        format!("{:9} {} [{}]{always}", kind.name, kind.what, kind.file)
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// The reports of one run, ready to be made.
#[derive(Debug)]
pub(super) struct Reports {
    wanted: Vec<Wanted>,
    build: Build,
}

impl Reports {
    /// What is wanted, what is always made, and what the CI system shows by itself.
    ///
    /// # Errors
    /// When two reports would be written into one place.
    pub(super) fn new(named: &[Wanted], ci: Ci) -> Result<Self, Box<Diagnostic>> {
        Self::of(named, ci, &ci::variable)
    }

    fn of(named: &[Wanted], ci: Ci, variables: ci::Variables<'_>) -> Result<Self, Box<Diagnostic>> {
        let is_named = |name: &str| named.iter().any(|wanted| wanted.kind.name == name);
        let always = KINDS.iter().filter(|kind| kind.when == When::Always && !is_named(kind.name));
        let mut wanted: Vec<Wanted> = always.map(|kind| Wanted { kind, to: To::Usual }).collect();
        let summary = ci::step_summary(variables);
        wanted.extend(named.iter().cloned().map(|wanted| match (wanted.to, &summary) {
            // Other steps of the job write there too.
            (To::File(path), Some(summary)) if path == *summary => Wanted { to: To::EndOf(path), ..wanted },
            (to, _) => Wanted { to, ..wanted },
        }));
        if ci::in_github(ci, variables) {
            for kind in KINDS {
                let to = match (kind.name, &summary) {
                    ("github", _) if !is_named("github") => To::Between,
                    ("markdown", Some(path)) => To::EndOf(path.clone()),
                    _ => continue,
                };
                if matches!(to, To::Between) || wanted.iter().all(|wanted| wanted.to != to) {
                    wanted.push(Wanted { kind, to });
                }
            }
        }
        for (index, one) in wanted.iter().enumerate() {
            let same = |other: &&Wanted| match (&one.to, &other.to) {
                (To::Usual, To::Usual) => one.kind.name == other.kind.name,
                (To::File(one) | To::EndOf(one), To::File(other) | To::EndOf(other)) => one == other,
                (To::Out, To::Out) => true,
                _ => false,
            };
            if let Some(other) = wanted[index + 1..].iter().find(same) {
                return Err(Box::new(clash(one, other)));
            }
        }
        Ok(Self { wanted, build: ci::build(variables) })
    }

    /// Whether standard output belongs to a report, so that everything else must go to standard error.
    pub(super) fn take_standard_output(&self) -> bool {
        self.wanted.iter().any(|wanted| wanted.to == To::Out)
    }

    /// Opens everything. What cannot be opened is a problem, and no reason to do without the others.
    /// Where there is a live view, the screen is written through it.
    pub(super) fn open(&self, folder: &Path, shell: &Shell, shown: Shown, around: &Around<'_>) -> Opened {
        let Around { live, past } = *around;
        let Shown { verbosity, telling } = shown;
        let known = Known { build: &self.build, past };
        let mut opened = Opened { fanout: Fanout::new(), problems: Vec::new(), files: Vec::new() };
        let screen: Sink = live.map_or_else(|| shell.stream(), |live| Box::new(live.board()));
        let terminal = Terminal::new(screen, shell.screen(), verbosity, shell.width).telling(telling);
        opened.fanout.add(shell.stream_name(), terminal.with_past(past.cloned()));
        if let Some(live) = live {
            opened.fanout.add(shell.stream_name(), live.board());
        }
        for Wanted { kind, to } in &self.wanted {
            let path = match to {
                To::Usual => Some(folder.join(kind.file)),
                To::File(path) | To::EndOf(path) => Some(path.clone()),
                To::Out | To::Between => None,
            };
            let name = path.as_ref().map_or_else(|| "standard output".to_owned(), |path| path.display().to_string());
            let sink = match (to, &path) {
                (To::EndOf(_), Some(path)) => Ok(Box::new(AppendedFile::new(path)) as Sink),
                (_, Some(path)) => output_file::create(path),
                (_, None) => Ok(Box::new(io::stdout()) as Sink),
            };
            match sink {
                Ok(sink) => {
                    opened.fanout.add(name, (kind.make)(sink, &known));
                    opened.files.extend(path.filter(|_| !matches!(to, To::EndOf(_))));
                }
                Err(error) => opened.problems.push(unwritable(&name, &error)),
            }
        }
        opened
    }
}

/// What is around the reports of a run.
#[derive(Default)]
pub(super) struct Around<'a> {
    /// The view of a run that goes on.
    pub(super) live: Option<&'a Live>,
    /// What past runs tell.
    pub(super) past: Option<&'a Arc<Past>>,
}

/// Reports that are being made.
pub(super) struct Opened {
    /// Where events go.
    pub(super) fanout: Fanout<'static>,
    /// Those that could not even be begun.
    pub(super) problems: Vec<Diagnostic>,
    /// The files they make.
    pub(super) files: Vec<PathBuf>,
}

/// What the screen shows of a run.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Shown {
    /// How much while it goes on.
    pub(super) verbosity: Verbosity,
    /// How cases with one problem are told.
    pub(super) telling: Telling,
}

fn clash(one: &Wanted, other: &Wanted) -> Diagnostic {
    let place = match &one.to {
        To::File(path) | To::EndOf(path) => path.display().to_string(),
        To::Usual => one.kind.file.to_owned(),
        To::Out | To::Between => "standard output".to_owned(),
    };
    let title = format!("two reports would go to {place}: {} and {}", one.kind.name, other.kind.name);
    Diagnostic::new(Code::Report, title).next("give each a path of its own, as in --report ctrf=build/ctrf.json")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wanted(texts: &[&str]) -> Vec<Wanted> {
        texts.iter().map(|text| Wanted::parse(text).expect("it is written right")).collect()
    }

    fn places(texts: &[&str], ci: Ci, set: &[(&str, &str)]) -> Vec<(&'static str, To)> {
        let variables = |name: &str| set.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned());
        let reports = Reports::of(&wanted(texts), ci, &variables).expect("nothing clashes");
        // The page is always made, as JUnit is.
        reports.wanted.into_iter().map(|wanted| (wanted.kind.name, wanted.to)).collect()
    }

    const GITHUB: &[(&str, &str)] = &[("GITHUB_ACTIONS", "true"), ("GITHUB_STEP_SUMMARY", "/tmp/summary")];

    #[test]
    fn what_is_always_made_is_made_where_it_is_said() {
        assert_eq!(places(&[], Ci::Auto, &[]), [("junit", To::Usual), ("html", To::Usual)]);
        assert_eq!(places(&["ctrf"], Ci::Auto, &[]), [("junit", To::Usual), ("html", To::Usual), ("ctrf", To::Usual)]);
        assert_eq!(
            places(&["junit=a/b.xml"], Ci::Auto, &[]),
            [("html", To::Usual), ("junit", To::File("a/b.xml".into()))]
        );
        assert_eq!(places(&["json=-"], Ci::Auto, &[]), [("junit", To::Usual), ("html", To::Usual), ("json", To::Out)]);
    }

    #[test]
    fn github_gets_what_it_shows_unless_that_is_switched_off() {
        let summary = To::EndOf("/tmp/summary".into());
        assert_eq!(
            places(&[], Ci::Auto, GITHUB),
            [("junit", To::Usual), ("html", To::Usual), ("markdown", summary.clone()), ("github", To::Between)]
        );
        assert_eq!(places(&["github", "markdown=/tmp/summary"], Ci::Auto, GITHUB).len(), 4, "not twice");
        assert_eq!(places(&[], Ci::Off, GITHUB), [("junit", To::Usual), ("html", To::Usual)]);
    }

    #[test]
    fn two_reports_cannot_share_a_place() {
        for (texts, place) in [
            (["json=-", "tap=-"], "standard output: json and tap"),
            (["json=a", "tap=a"], "a: json and tap"),
            (["json", "json"], "summary.json: json and json"),
        ] {
            let problem = Reports::of(&wanted(&texts), Ci::Off, &|_| None).expect_err("they clash");
            assert!(problem.title.contains(place), "{}", problem.title);
        }
    }

    #[test]
    fn a_kind_that_is_not_one_is_told_with_those_that_are() {
        assert_eq!(Wanted::parse("jnit").unwrap_err(), "did you mean `junit`?");
        assert!(Wanted::parse("csv=x").unwrap_err().contains("`markdown`"));
        assert!(Wanted::parse("tap=").unwrap_err().contains("tap=build/report.tap"));
    }
}
