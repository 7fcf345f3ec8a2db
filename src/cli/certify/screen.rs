//! What the desk sees: who must act, what is awaited and until when; and how it ended.

use super::super::exit::Exit;
use super::super::files::shown;
use super::super::shell::Shell;
use super::folder::Folder;
use crate::conduct::Session;
use crate::conduct::record::{Attempt, Breach, Mode, ModuleFound, ModuleState, Record, RuleFound, RuleState, Verdict};
use crate::event::Timestamp;
use crate::text::count;
use std::fmt::Write as _;

/// Most lines that are drawn again and again.
const MOST_LINES: usize = 40;

/// The lines that say how a certification stands.
pub(super) fn lines_of(session: &Session, record: &Record, now: Timestamp) -> Vec<String> {
    let going = session.going();
    let mut lines = vec![overview(record, |module| going.contains_key(module))];
    if let Some(module) = session.armed() {
        lines.push(format!("{module} is armed: the next customer that is created is of it"));
    }
    for wrong in &record.misconfigured {
        lines.push(format!(
            "configuration: {} ({}); nothing was graded",
            wrong.says,
            count(number(wrong.requests), "request")
        ));
    }
    for module in &record.modules {
        let Some(attempt) = module.attempts.last() else {
            if module.state != ModuleState::NotScored {
                let data: Vec<String> =
                    session.data_of(&module.id).iter().map(|(name, value)| format!("{name} {value}")).collect();
                lines.push(format!(
                    "{} not begun: nobody has created the customer with {}   {}",
                    module.id,
                    data.join(", "),
                    module.title
                ));
            }
            continue;
        };
        match attempt.state {
            ModuleState::Passed | ModuleState::NotScored => {}
            ModuleState::Failed | ModuleState::Waived => lines.extend(failed(module, attempt)),
            ModuleState::Void => lines.push(format!(
                "{} void: the referee was at fault, not the partner: {}",
                module.id,
                attempt.void.first().cloned().unwrap_or_default()
            )),
            ModuleState::Review => lines.push(format!(
                "{} waiting for a PERSON of the desk: proviso certify attest, {}",
                module.id,
                rules_in(attempt, RuleState::Review)
            )),
            ModuleState::NotObserved => {
                lines.push(format!("{} {}   customer {}", module.id, module.title, attempt.customer));
                for rule in &attempt.rules {
                    lines.extend(awaited(&record.partner.name, rule, now));
                }
            }
        }
    }
    lines
}

/// What is awaited of whom.
fn awaited(partner: &str, rule: &RuleFound, now: Timestamp) -> Option<String> {
    match rule.state {
        RuleState::Open => {
            let until = rule.due.map_or_else(String::new, |due| {
                let left = (due.timestamp().as_second() - now.timestamp().as_second()).max(0);
                format!(" until {} (in {left} s)", clock(due))
            });
            Some(format!("    waiting for {}{until}: {} ({})", partner.to_uppercase(), rule.says, rule.rule))
        }
        RuleState::NotDue => Some(format!("    not yet due: {} ({})", rule.says, rule.rule)),
        RuleState::Kept | RuleState::Broken | RuleState::Review => None,
    }
}

fn failed(module: &ModuleFound, attempt: &Attempt) -> Vec<String> {
    let mut lines = vec![format!("{} failed: {}   customer {}", module.id, module.title, attempt.customer)];
    for (rule, breach) in breaches(attempt) {
        lines.push(format!("    ! broken: {}   rule {}{}", breach.came, rule.rule, section(rule)));
    }
    lines
}

fn breaches(attempt: &Attempt) -> impl Iterator<Item = (&RuleFound, &Breach)> {
    attempt.rules.iter().filter_map(|rule| rule.breaches.first().map(|breach| (rule, breach)))
}

fn section(rule: &RuleFound) -> String {
    rule.section.as_ref().map(|section| format!(", {section}")).unwrap_or_default()
}

fn rules_in(attempt: &Attempt, state: RuleState) -> String {
    attempt
        .rules
        .iter()
        .filter(|rule| rule.state == state)
        .map(|rule| rule.rule.as_str())
        .collect::<Vec<_>>()
        .join(", ")
}

/// `23 modules: 9 passed, 1 failed, 2 going on, 11 not begun`.
pub(super) fn overview(record: &Record, going: impl Fn(&str) -> bool) -> String {
    let scored: Vec<&ModuleFound> =
        record.modules.iter().filter(|module| module.state != ModuleState::NotScored).collect();
    let (begun, open): (Vec<&ModuleFound>, Vec<&ModuleFound>) = scored
        .iter()
        .copied()
        .filter(|module| module.state == ModuleState::NotObserved)
        .partition(|module| going(&module.id) || !module.attempts.is_empty());
    let mut parts = Vec::new();
    for state in [ModuleState::Passed, ModuleState::Failed, ModuleState::Waived, ModuleState::Review, ModuleState::Void]
    {
        let many = scored.iter().filter(|module| module.state == state).count();
        if many > 0 {
            parts.push(format!("{many} {}", state.words()));
        }
    }
    let (going_on, not_begun) =
        if record.closed { ("not shown to the end", "not begun") } else { ("going on", "not begun") };
    if !begun.is_empty() {
        parts.push(format!("{} {going_on}", begun.len()));
    }
    if !open.is_empty() {
        parts.push(format!("{} {not_begun}", open.len()));
    }
    format!("{}: {}", count(scored.len(), "module"), parts.join(", "))
}

/// One failure, told whole: what was promised, what came, what to do.
pub(super) fn told(record: &Record) -> String {
    let mut text = String::new();
    for module in &record.modules {
        let Some(attempt) = module.attempts.iter().rev().find(|attempt| attempt.counts) else { continue };
        if !matches!(module.state, ModuleState::Failed | ModuleState::Waived) {
            continue;
        }
        for (rule, breach) in breaches(attempt) {
            let exchanges: Vec<String> = breach.exchanges.iter().map(ToString::to_string).collect();
            // Writing to a string cannot fail.
            let _ = writeln!(text, "error[{}]: {} {} - {}", rule.rule, module.id, module.title, module.state.words());
            let _ = writeln!(text, "  promised: {} ({}{})", rule.says, rule.rule, section(rule));
            let _ = writeln!(text, "  came:     {}", breach.came);
            if !exchanges.is_empty() {
                let word = if exchanges.len() == 1 { "exchange" } else { "exchanges" };
                let _ =
                    writeln!(text, "            {word} {} of customer {}", exchanges.join(" and "), attempt.customer);
            }
            let _ = writeln!(
                text,
                "  next:     {}; then run {} again with a new customer and the same data\n",
                breach.next, module.id
            );
        }
    }
    text
}

/// How it ended.
pub(super) fn summary(record: &Record, folder: &Folder, shell: &Shell) {
    let told = told(record);
    if !told.is_empty() {
        shell.say(told.trim_end());
        shell.say("");
    }
    for module in &record.modules {
        let attempt = module.attempts.iter().rev().find(|attempt| attempt.counts);
        match module.state {
            ModuleState::NotObserved => {
                let why = match attempt {
                    None => "its customer was never created".to_owned(),
                    Some(attempt) => attempt
                        .rules
                        .iter()
                        .find(|rule| matches!(rule.state, RuleState::Open | RuleState::NotDue))
                        .map_or_else(
                            || "not to the end".to_owned(),
                            |rule| format!("{}: {} ({})", rule.state.words(), rule.says, rule.rule),
                        ),
                };
                shell.say(&format!("{} not observed: {why}", module.id));
            }
            ModuleState::Void => {
                let why = attempt.and_then(|attempt| attempt.void.first().cloned()).unwrap_or_default();
                shell.say(&format!("{} void, by a fault of the referee: {why}", module.id));
            }
            ModuleState::Review => shell.say(&format!(
                "{} review: somebody has to attest {}",
                module.id,
                attempt.map(|attempt| rules_in(attempt, RuleState::Review)).unwrap_or_default()
            )),
            _ => {}
        }
    }
    for wrong in &record.misconfigured {
        shell.say(&format!(
            "configuration: {} ({}); nothing was graded",
            wrong.says,
            count(number(wrong.requests), "request")
        ));
    }
    shell.say(&overview(record, |_| false));
    let rehearsal = if record.mode == Mode::Rehearsal { ", a rehearsal" } else { "" };
    shell.say(&format!(
        "{}: {}{rehearsal}   case {}",
        record.partner.name,
        record.verdict.words(),
        shown(&folder.path)
    ));
}

/// The exit code of a verdict.
pub(super) const fn exit_of_record(record: &Record) -> Exit {
    match record.verdict {
        Verdict::Certified => Exit::Passed,
        Verdict::NotCertified => Exit::Failed,
        Verdict::NotKnown => Exit::Error,
    }
}

/// The worse of two.
pub(super) const fn worse(left: Exit, right: Exit) -> Exit {
    match (left, right) {
        (Exit::Unreported, _) | (_, Exit::Unreported) => Exit::Unreported,
        (Exit::Failed, _) | (_, Exit::Failed) => Exit::Failed,
        (Exit::Error, _) | (_, Exit::Error) => Exit::Error,
        _ => left,
    }
}

fn number(many: u64) -> usize {
    usize::try_from(many).unwrap_or(usize::MAX)
}

/// `10:42:47` of a time, in UTC.
fn clock(time: Timestamp) -> String {
    time.to_string().get(11..19).unwrap_or_default().to_owned()
}

/// Shows lines: on a terminal in place, elsewhere what is new.
pub(super) struct Screen<'a> {
    shell: &'a Shell,
    watched: bool,
    drawn: usize,
    told: Vec<Vec<String>>,
}

impl<'a> Screen<'a> {
    pub(super) fn new(shell: &'a Shell) -> Self {
        Self { shell, watched: shell.is_watched(), drawn: 0, told: Vec::new() }
    }

    /// Shows how one certification stands.
    pub(super) fn show(&mut self, number: usize, lines: &[String]) {
        if self.told.len() <= number {
            self.told.resize(number + 1, Vec::new());
        }
        if self.told[number] == lines {
            return;
        }
        if self.watched {
            self.told[number] = lines.to_vec();
            return self.draw();
        }
        // Times that pass are no news in a log.
        let plain = |line: &String| line.split(" (in ").next().unwrap_or_default().to_owned();
        let known: Vec<String> = self.told[number].iter().map(plain).collect();
        let first = known.is_empty();
        for line in lines.iter().filter(|line| !known.contains(&plain(line))) {
            if !(first && line.contains("not begun:")) {
                self.shell.say(line);
            }
        }
        self.told[number] = lines.to_vec();
    }

    fn draw(&mut self) {
        let (width, height) = self.shell.size();
        let most = MOST_LINES.min(height.saturating_sub(2)).max(1);
        let all: Vec<&String> = self.told.iter().flatten().collect();
        let cut = |line: &str| line.chars().take(width.saturating_sub(1)).collect::<String>();
        let mut shown: Vec<String> = all.iter().take(most).map(|line| cut(line)).collect();
        if all.len() > most {
            shown.pop();
            shown.push(format!("and {} more lines on the page", all.len() + 1 - most));
        }
        let mut text = String::new();
        if self.drawn > 0 {
            let _ = write!(text, "\x1b[{}A", self.drawn);
        }
        text.push_str("\x1b[J");
        text.push_str(&shown.join("\n"));
        self.shell.say(&text);
        self.drawn = shown.len();
    }

    /// What was drawn stays.
    pub(super) fn end(&mut self) {
        self.drawn = 0;
    }
}
