//! One exchange, one rule: what the exchange means to it. The forms of rules are defined here.

use super::exchange::{Exchange, Witness};
use super::matching::{Unmet, as_text, listed, same};
use super::model::{Across, Codes, Form, Pattern, Pick, Rule, Slack};
use super::monitor::Broken;
use super::place::Place;
use super::state::{Progress, Remembered, Standing, State, Trying};
use super::view::{self, View};
use super::words;
use crate::event::Timestamp;
use crate::expr::{Expression, Services, excerpt};
use serde_json::Value;
use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

/// One exchange as one rule takes it.
pub(super) struct Stepping<'a> {
    pub(super) rule: &'a Arc<Rule>,
    pub(super) codes: &'a Codes,
    pub(super) services: &'a Arc<Services>,
    /// A view of nothing, for what has no placeholders.
    pub(super) blank: &'a View<'a>,
    pub(super) pace: f64,
    pub(super) exchange: &'a Exchange,
    /// What is remembered of the exchange, made when it is first needed.
    pub(super) witness: &'a mut Option<Arc<Witness>>,
    pub(super) pool: &'a mut HashSet<Arc<Value>>,
    pub(super) lists: &'a mut HashSet<Arc<Vec<Value>>>,
    pub(super) broken: &'a mut Vec<Broken>,
}

/// Values, and the earlier exchange they are of.
type Found = (Arc<Vec<Value>>, Option<Arc<Witness>>);

/// Values that nobody else may have been given, each as text and as it came.
type Shared = Vec<(String, Value)>;

impl Stepping<'_> {
    /// Takes the exchange: first what it says of what was before, then what is remembered of it for what comes.
    pub(super) fn step(&mut self, state: &mut State) -> Shared {
        let rule = Arc::clone(self.rule);
        let on = self.is(&rule.on);
        let mut shared = Shared::new();
        match &rule.form {
            Form::Every { expect } if on => self.every(state, expect),
            Form::Assert { expression, each } if on => self.assert(state, expression, each.as_ref()),
            Form::SameValue { value, of } if on => self.same_value(state, value, of),
            Form::WithinSet { value, of, holds } if on => self.within_set(state, value.as_ref(), of, holds.as_deref()),
            Form::Unique { value, across } if on => shared = self.unique(state, value, *across),
            Form::Stays { value, once } if on => self.stays(state, value, once),
            Form::Precedes { before, among } => self.precedes(state, on, before, among.as_ref()),
            Form::Responds { then, within } => self.responds(state, on, then, *within),
            Form::NeverAfter { after, within, until } => self.never_after(state, on, after, *within, until.as_ref()),
            Form::Paced { least, most, during } if on => self.paced(state, *least, *most, during.as_ref()),
            Form::Repeats { again, least: _, most, every, done } => {
                self.repeats(state, on, again, *most, *every, done.as_ref());
            }
            Form::OneOf { ways } => self.one_of(state, on, ways),
            Form::Every { .. }
            | Form::Assert { .. }
            | Form::SameValue { .. }
            | Form::WithinSet { .. }
            | Form::Unique { .. }
            | Form::Stays { .. }
            | Form::Paced { .. } => {}
        }
        self.remember(state);
        shared
    }

    /// Whether the exchange is of a kind. Patterns that speak of earlier exchanges are those of `with`, which are asked
    /// elsewhere.
    fn is(&self, pattern: &Pattern) -> bool {
        if !pattern.is_of(&self.exchange.operation) {
            return false;
        }
        pattern.matches(self.exchange, self.codes, &self.blank.context())
    }

    fn witness(&mut self) -> Arc<Witness> {
        Arc::clone(self.witness.get_or_insert_with(|| Arc::new(self.exchange.witness())))
    }

    fn breaks(&mut self, state: &mut State, came: String) -> &mut Broken {
        state.broken += 1;
        let at = self.witness();
        self.broken.push(Broken::new(self.rule, came, &at));
        let last = self.broken.len() - 1;
        &mut self.broken[last]
    }

    /// What a limit may be missed by, as the pace of the traffic has it.
    fn slack(&self, limit: Duration) -> Duration {
        scaled(self.rule, self.pace).of(limit)
    }

    /// A limit of time, as the pace of the traffic has it.
    fn limit(&self, limit: Duration) -> Duration {
        paced(self.rule, limit, self.pace)
    }

    /// The earlier exchanges that the rule speaks of, when all of them were seen.
    fn earlier(&self, state: &State) -> Option<Vec<(String, Arc<Remembered>)>> {
        if self.rule.with.is_empty() {
            return Some(Vec::new());
        }
        let known = state.with.as_deref()?;
        let named = self.rule.with.iter().zip(known);
        named.map(|(earlier, known)| Some((earlier.name.clone(), Arc::clone(known.as_ref()?)))).collect()
    }

    fn view(&self, earlier: &[(String, Arc<Remembered>)]) -> View<'_> {
        let mut view = View::of(self.exchange, &self.rule.reads, self.rule.slack.least.as_secs_f64(), self.services);
        for (name, remembered) in earlier.iter().filter(|(name, _)| self.rule.reads.names(name)) {
            view.set(name, (*remembered.value).clone());
        }
        view
    }

    /// The last of the earlier exchanges, for the message.
    fn last_of(earlier: &[(String, Arc<Remembered>)]) -> Option<Arc<Witness>> {
        earlier.iter().map(|(_, known)| &known.witness).max_by_key(|witness| witness.received).cloned()
    }

    fn every(&mut self, state: &mut State, expect: &Pattern) {
        let Some(earlier) = self.earlier(state) else { return };
        let unmet = {
            let view = self.view(&earlier);
            let context = view.context();
            let mut undefined = false;
            expect.each_expression(&mut |expression| {
                undefined |= view.lacks(expression);
            });
            // What is not there is no question of this rule: whether it must be there is the schema's.
            if undefined {
                return;
            }
            expect.unmet(self.exchange, self.codes, &context)
        };
        match unmet {
            Ok(None) => state.kept += 1,
            Ok(Some(Unmet { place, expected, found, why })) => {
                let came = words::unmet(&place, found.as_deref(), &expected, why.as_deref());
                let before = Self::last_of(&earlier);
                let broken = self.breaks(state, came);
                (broken.place, broken.expected, broken.found) = (Some(place), Some(expected), found);
                broken.earlier = before;
            }
            Err(error) => {
                let before = Self::last_of(&earlier);
                self.breaks(state, words::not_worked_out(&error.message)).earlier = before;
            }
        }
    }

    fn assert(&mut self, state: &mut State, expression: &Expression, each: Option<&Place>) {
        let Some(earlier) = self.earlier(state) else { return };
        let items: Vec<Option<(String, Value)>> = match each {
            None => vec![None],
            Some(place) => place.values(self.exchange).into_iter().map(Some).collect(),
        };
        let mut failed = None;
        let mut judged = false;
        {
            let mut view = self.view(&earlier);
            for item in items {
                let (path, value) = item.map_or((None, None), |(path, value)| (Some(path), Some(value)));
                if let Some(value) = value {
                    view.set("it", value);
                }
                match truth(expression, &view) {
                    Ok(None) => {}
                    Ok(Some(true)) => judged = true,
                    Ok(Some(false)) => failed = Some((path, view.told(expression))),
                    Err(message) => failed = Some((path, words::not_worked_out(&message))),
                }
                if failed.is_some() {
                    break;
                }
            }
        }
        match failed {
            None => state.kept += u32::from(judged),
            Some((path, came)) => {
                let place = path.map(|path| format!("response {path}"));
                let before = Self::last_of(&earlier);
                let came = words::untrue(place.as_deref(), &came);
                let broken = self.breaks(state, came);
                (broken.place, broken.expected, broken.earlier) = (place, Some(expression.text().to_owned()), before);
            }
        }
    }

    /// The values of a place, in the exchange at hand or in an earlier one.
    fn values(&self, place: &Place, earlier: &[(String, Arc<Remembered>)]) -> Option<Found> {
        match &place.earlier {
            None => Some((Arc::new(place.values(self.exchange).into_iter().map(|(_, value)| value).collect()), None)),
            Some(name) => {
                let (_, known) = earlier.iter().find(|(own, _)| own == name)?;
                let at = self.rule.places_of(name).position(|own| own.text == place.text)?;
                Some((Arc::clone(known.places.get(at)?), Some(Arc::clone(&known.witness))))
            }
        }
    }

    fn same_value(&mut self, state: &mut State, value: &Place, of: &Place) {
        let Some(earlier) = self.earlier(state) else { return };
        let (Some((found, _)), Some((wanted, before))) = (self.values(value, &earlier), self.values(of, &earlier))
        else {
            return;
        };
        let (Some(found), Some(wanted)) = (found.first().cloned(), wanted.first().cloned()) else { return };
        if found.is_null() || wanted.is_null() {
            return;
        }
        if same(&found, &wanted) {
            state.kept += 1;
            return;
        }
        let came = words::other_value(value, &found, of, &wanted);
        let broken = self.breaks(state, came);
        (broken.place, broken.expected, broken.found) =
            (Some(value.text.clone()), Some(of.shown(&wanted)), Some(value.shown(&found)));
        broken.earlier = before;
    }

    fn within_set(&mut self, state: &mut State, value: Option<&Place>, of: &Place, holds: Option<&Expression>) {
        let Some(earlier) = self.earlier(state) else { return };
        let Some((set, before)) = self.values(of, &earlier) else { return };
        let found = match value {
            None => None,
            Some(place) => match self.values(place, &earlier).and_then(|(values, _)| values.first().cloned()) {
                Some(found) if !found.is_null() => Some(found),
                _ => return,
            },
        };
        let (mut good, mut came) = (false, String::new());
        {
            let mut view = self.view(&earlier);
            for item in set.iter() {
                if let Some(found) = &found
                    && holds.is_none()
                {
                    good |= same(found, item);
                    continue;
                }
                view.set("it", item.clone());
                if let Some(found) = &found {
                    view.set("value", found.clone());
                }
                match holds.map(|holds| truth(holds, &view)) {
                    Some(Ok(Some(true))) => good = true,
                    Some(Ok(Some(false) | None)) => {
                        if let (true, Some(holds)) = (came.is_empty(), holds) {
                            came = view.told(holds);
                        }
                    }
                    Some(Err(message)) => came = words::not_worked_out(&message),
                    None => {}
                }
                if good {
                    break;
                }
            }
        }
        if good {
            state.kept += 1;
            return;
        }
        let came = match (&found, value, holds) {
            (Some(found), Some(place), None) => words::not_among(place, found, of, &set),
            _ => words::in_none(of, set.len(), &came),
        };
        let broken = self.breaks(state, came);
        broken.place = value.map(|place| place.text.clone());
        broken.expected = Some(match holds {
            Some(holds) => format!("one of {} with {}", of.text, holds.text()),
            None => listed(&set),
        });
        broken.found = found.as_ref().map(excerpt);
        broken.earlier = before;
    }

    fn unique(&mut self, state: &mut State, value: &Place, across: Across) -> Shared {
        let values = value.values(self.exchange);
        let texts = values.into_iter().filter_map(|(path, value)| Some((path, as_text(&value)?, value)));
        if across != Across::List {
            return texts.map(|(_, text, value)| (text, value)).collect();
        }
        let mut seen: std::collections::HashMap<String, String> = std::collections::HashMap::new();
        let mut any = false;
        for (path, text, value) in texts {
            any = true;
            if let Some(first) = seen.insert(text, path.clone()) {
                let came = format!("{} stands at {first} and again at {path}", excerpt(&value));
                let broken = self.breaks(state, came);
                (broken.place, broken.found) = (Some(format!("response {path}")), Some(excerpt(&value)));
                broken.expected = Some("a value that is in the list once".to_owned());
                return Shared::new();
            }
        }
        state.kept += u32::from(any);
        Shared::new()
    }

    fn stays(&mut self, state: &mut State, value: &Place, once: &[crate::expr::Matcher]) {
        let Some(found) = value.value(self.exchange) else { return };
        match state.progress.as_deref() {
            Some(Progress::Final(known, _)) if same(known, &found) => state.kept += 1,
            Some(Progress::Final(known, before)) => {
                let (known, before) = (Arc::clone(known), Arc::clone(before));
                let came = words::changed(value, &known, &found);
                let broken = self.breaks(state, came);
                (broken.place, broken.expected, broken.found) =
                    (Some(value.text.clone()), Some(value.shown(&known)), Some(value.shown(&found)));
                broken.earlier = Some(before);
            }
            _ => {
                let context = self.blank.context();
                let good = |matcher: &crate::expr::Matcher| {
                    matcher.check_maybe(Some(&found), &context).is_ok_and(|mismatch| mismatch.is_none())
                };
                if once.is_empty() || once.iter().any(good) {
                    let value = self.pooled(found);
                    let witness = self.witness();
                    state.progress = Some(Box::new(Progress::Final(value, witness)));
                }
            }
        }
    }

    fn precedes(&mut self, state: &mut State, on: bool, before: &Pattern, among: Option<&(Place, Place)>) {
        if on {
            let known = match state.progress.as_deref() {
                Some(Progress::Seen(witness, values)) => Some((Arc::clone(witness), values.clone())),
                _ => None,
            };
            match known {
                None => {
                    let came = words::too_early(before);
                    self.breaks(state, came);
                }
                Some((witness, values)) => {
                    let wrong = among.zip(values).and_then(|((value, of), values)| {
                        let found = value.value(self.exchange)?;
                        (!values.iter().any(|one| same(one, &found))).then_some((value, of, found, values))
                    });
                    match wrong {
                        None => state.kept += 1,
                        Some((value, of, found, values)) => {
                            let came = words::not_among(value, &found, of, &values);
                            let broken = self.breaks(state, came);
                            (broken.place, broken.expected, broken.found) =
                                (Some(value.text.clone()), Some(listed(&values)), Some(excerpt(&found)));
                            broken.earlier = Some(witness);
                        }
                    }
                }
            }
        }
        if self.is(before) {
            let values = among.map(|(_, of)| {
                let values = of.values(self.exchange).into_iter().map(|(_, value)| value).collect();
                pooled_list(self.lists, values)
            });
            state.progress = Some(Box::new(Progress::Seen(self.witness(), values)));
        }
    }

    fn responds(&mut self, state: &mut State, on: bool, then: &Pattern, within: Option<Duration>) {
        if let Some(Progress::Waiting(since, until)) = state.progress.as_deref() {
            let late = until.is_some_and(|until| self.exchange.sent > until);
            if late {
                let (since, until) = (Arc::clone(since), *until);
                self.broken.push(silence(self.rule, &since, then, until));
                state.broken += 1;
                state.progress = None;
            } else if self.is(then) {
                state.kept += 1;
                state.progress = None;
                return self.wait(state, on, within);
            }
        }
        self.wait(state, on, within);
    }

    /// Begins to wait; where something is waited for already, this is no second thing.
    fn wait(&mut self, state: &mut State, on: bool, within: Option<Duration>) {
        if on && state.progress.is_none() {
            let until = within.map(|within| {
                let within = self.limit(within);
                self.exchange.received.after(within + self.slack(within))
            });
            state.progress = Some(Box::new(Progress::Waiting(self.witness(), until)));
        }
    }

    fn never_after(
        &mut self,
        state: &mut State,
        on: bool,
        after: &Pattern,
        within: Option<Duration>,
        until: Option<&Pattern>,
    ) {
        if let Some(Progress::Armed { by, broken }) = state.progress.as_deref() {
            let (by, broken) = (Arc::clone(by), *broken);
            let gap = since(by.received, self.exchange.sent);
            let over = within
                .zip(gap)
                .is_some_and(|(within, gap)| gap >= silent_for(self.rule, self.limit(within), self.pace));
            if over {
                state.kept += u32::from(!broken);
                state.progress = None;
            } else if let (true, Some(gap)) = (on, gap) {
                // What was sent before the other was answered did not come after it.
                let came = words::after_all(&by, gap);
                self.breaks(state, came).earlier = Some(Arc::clone(&by));
                state.progress = Some(Box::new(Progress::Armed { by, broken: true }));
            }
        }
        if until.is_some_and(|until| self.is(until))
            && let Some(Progress::Armed { broken, .. }) = state.progress.as_deref()
        {
            state.kept += u32::from(!broken);
            state.progress = None;
        }
        if self.is(after) {
            let broken = matches!(state.progress.as_deref(), Some(Progress::Armed { broken: true, .. }));
            state.progress = Some(Box::new(Progress::Armed { by: self.witness(), broken }));
        }
    }

    fn paced(&mut self, state: &mut State, least: Option<Duration>, most: Option<Duration>, during: Option<&Pattern>) {
        if let Some(Progress::Last(last, true)) = state.progress.as_deref() {
            let last = Arc::clone(last);
            let from_request = since(last.sent, self.exchange.sent).unwrap_or_default();
            let from_answer = since(last.received, self.exchange.sent).unwrap_or_default();
            let (least, most) = (least.map(|limit| self.limit(limit)), most.map(|limit| self.limit(limit)));
            let soon = least.is_some_and(|least| from_request + self.slack(least) < least);
            // Where everything is faster than documented, waiting for a turn takes longer than that.
            let late = self.pace >= 1.0 && most.is_some_and(|most| from_answer > most + self.slack(most));
            if soon || late {
                let came = words::off_pace(if soon { from_request } else { from_answer }, least, most);
                self.breaks(state, came).earlier = Some(last);
            } else {
                state.kept += 1;
            }
        }
        let more = during.is_none_or(|during| self.is(during));
        state.progress = Some(Box::new(Progress::Last(self.witness(), more)));
    }

    fn repeats(
        &mut self,
        state: &mut State,
        on: bool,
        again: &Pattern,
        most: u32,
        every: Option<Duration>,
        done: Option<&Pattern>,
    ) {
        let mut trying = match state.progress.take().map(|progress| *progress) {
            Some(Progress::Trying(trying)) => trying,
            _ => Trying::default(),
        };
        if self.is(again)
            && let Some(failed) = trying.failed.take()
        {
            trying.tries += 1;
            let gap = since(failed.received, self.exchange.sent).unwrap_or_default();
            let every = every.map(|every| self.limit(every));
            let soon = every.is_some_and(|every| gap + self.slack(every) < every);
            if soon || trying.tries > most {
                trying.broken = true;
                let came = words::tried(trying.tries, most, gap, every.filter(|_| soon));
                self.breaks(state, came).earlier = Some(failed);
            }
        }
        if on {
            trying.failed = Some(self.witness());
        } else {
            let over = match done {
                Some(done) => self.is(done),
                None => self.rule.on.is_of(&self.exchange.operation),
            };
            if over {
                state.kept += u32::from(trying.tries > 0 && !trying.broken);
                trying = Trying::default();
            }
        }
        if trying.failed.is_some() || trying.tries > 0 {
            state.progress = Some(Box::new(Progress::Trying(trying)));
        }
    }

    fn one_of(&mut self, state: &mut State, on: bool, ways: &[(String, Pattern)]) {
        let (mut due, mut gone) = match state.progress.take().map(|progress| *progress) {
            Some(Progress::Way { due, gone }) => (due, gone),
            _ => (None, None),
        };
        if on && due.is_none() {
            due = Some(self.witness());
        }
        for (number, (name, way)) in ways.iter().enumerate() {
            if !self.is(way) {
                continue;
            }
            match &gone {
                None => gone = Some((number, self.witness())),
                Some((first, _)) if *first == number => {}
                Some((first, witness)) => {
                    let (first, witness) = (&ways[*first].0, Arc::clone(witness));
                    let came = words::second_way(first, name);
                    self.breaks(state, came).earlier = Some(witness);
                }
            }
        }
        if due.is_some() || gone.is_some() {
            state.progress = Some(Box::new(Progress::Way { due, gone }));
        }
    }

    /// Remembers the exchange where the rule speaks of such.
    fn remember(&mut self, state: &mut State) {
        let rule = Arc::clone(self.rule);
        for number in rule.with_order.iter().copied() {
            let earlier = &rule.with[number];
            if !earlier.pattern.is_of(&self.exchange.operation) {
                continue;
            }
            let known = state.with.as_deref().and_then(|known| known[number].as_ref());
            if earlier.pick == Pick::First && known.is_some() {
                continue;
            }
            let matches = {
                let mut view = View::of(self.exchange, &rule.reads, 0.0, self.services);
                let named = rule.with.iter().zip(state.with.as_deref().unwrap_or_default());
                for (other, known) in named.filter(|(other, _)| rule.reads.names(&other.name)) {
                    if let Some(known) = known {
                        view.set(&other.name, (*known.value).clone());
                    }
                }
                earlier.pattern.matches(self.exchange, self.codes, &view.context())
            };
            if !matches {
                continue;
            }
            let value = view::kept(self.exchange, rule.reads.below(&earlier.name));
            let places = rule.places_of(&earlier.name).map(|place| {
                let values = place.values(self.exchange).into_iter().map(|(_, value)| value).collect();
                pooled_list(self.lists, values)
            });
            let places = places.collect();
            let remembered = Remembered { witness: self.witness(), value: self.pooled(value), places };
            let all = state.with.get_or_insert_with(|| rule.with.iter().map(|_| None).collect());
            all[number] = Some(Arc::new(remembered));
        }
    }

    fn pooled(&mut self, value: Value) -> Arc<Value> {
        pooled(self.pool, value)
    }
}

/// One copy of equal values.
fn pooled(pool: &mut HashSet<Arc<Value>>, value: Value) -> Arc<Value> {
    let value = Arc::new(value);
    match pool.get(&value) {
        Some(known) => Arc::clone(known),
        None => {
            forget(pool);
            pool.insert(Arc::clone(&value));
            value
        }
    }
}

fn pooled_list(lists: &mut HashSet<Arc<Vec<Value>>>, values: Vec<Value>) -> Arc<Vec<Value>> {
    let values = Arc::new(values);
    match lists.get(&values) {
        Some(known) => Arc::clone(known),
        None => {
            forget(lists);
            lists.insert(Arc::clone(&values));
            values
        }
    }
}

/// Forgets what nobody remembers any more, now and then.
fn forget<T>(pool: &mut HashSet<Arc<T>>)
where
    Arc<T>: std::hash::Hash + Eq,
{
    if pool.len() == pool.capacity() && pool.len() > 64 {
        pool.retain(|value| Arc::strong_count(value) > 1);
    }
}

/// Whether an expression is true; `None` where something it names is not there.
fn truth(expression: &Expression, view: &View<'_>) -> Result<Option<bool>, String> {
    match view.value(expression) {
        Ok(None) => Ok(None),
        Ok(Some(Value::Bool(flag))) => Ok(Some(flag)),
        Ok(Some(other)) => Err(format!("`{}` gives {}, not true or false", expression.text(), excerpt(&other))),
        Err(error) => Err(error.message),
    }
}

/// The time from one moment to a later one; `None` when it is not later.
fn since(from: Timestamp, to: Timestamp) -> Option<Duration> {
    let micros = to.timestamp().as_microsecond() - from.timestamp().as_microsecond();
    u64::try_from(micros).ok().map(Duration::from_micros)
}

/// A limit of time, as the pace of the traffic has it; a server keeps its own time.
fn paced(rule: &Rule, limit: Duration, pace: f64) -> Duration {
    match rule.binds {
        super::Binds::Client if pace.is_finite() && pace >= 0.0 => limit.mul_f64(pace),
        _ => limit,
    }
}

/// How long nothing may come, with what it may be missed by.
fn silent_for(rule: &Rule, limit: Duration, pace: f64) -> Duration {
    limit.saturating_sub(scaled(rule, pace).of(limit).min(limit / 2))
}

/// What times may differ by, as the pace of the traffic has it.
fn scaled(rule: &Rule, pace: f64) -> Slack {
    Slack { least: paced(rule, rule.slack.least, pace), ..rule.slack }
}

fn silence(rule: &Arc<Rule>, since: &Arc<Witness>, then: &Pattern, until: Option<Timestamp>) -> Broken {
    let waited = until.and_then(|until| self::since(since.received, until));
    Broken { silent: true, ..Broken::new(rule, words::nothing_came(then, waited), since) }
}

/// Ends what is open, as far as this moment can.
pub(super) fn settle(
    rule: &Arc<Rule>,
    state: &mut State,
    now: Timestamp,
    pace: f64,
    closing: bool,
    broken: &mut Vec<Broken>,
) {
    let progress = state.progress.take().map(|progress| *progress);
    let open = match (progress, &rule.form) {
        (Some(Progress::Waiting(since, Some(until))), Form::Responds { then, .. }) if until < now => {
            state.broken += 1;
            broken.push(silence(rule, &since, then, Some(until)));
            None
        }
        (Some(Progress::Armed { by, broken: false }), Form::NeverAfter { within, .. }) if closing => {
            let over = within.is_none_or(|within| {
                since(by.received, now).is_some_and(|gap| gap >= silent_for(rule, paced(rule, within, pace), pace))
            });
            state.kept += u32::from(over);
            (!over).then_some(Progress::Armed { by, broken: false })
        }
        (Some(Progress::Armed { broken: true, .. }), _) if closing => None,
        (Some(Progress::Trying(trying)), Form::Repeats { least, again, .. }) if closing => {
            let enough = trying.tries >= *least;
            match trying.failed {
                Some(failed) if !enough => {
                    state.broken += 1;
                    let came = words::gave_up(trying.tries, *least, again);
                    broken.push(Broken { silent: true, ..Broken::new(rule, came, &failed) });
                }
                Some(_) => state.kept += u32::from(!trying.broken && trying.tries > 0),
                None => state.kept += u32::from(!trying.broken && enough && trying.tries > 0),
            }
            None
        }
        (Some(Progress::Way { due: Some(due), gone: Some(gone) }), Form::OneOf { .. }) if closing => {
            state.kept += u32::from(state.broken == 0);
            let _ = (due, gone);
            None
        }
        (progress, _) => progress,
    };
    state.progress = open.map(Box::new);
}

/// Where a rule stands for exchanges that belong together.
pub(super) fn standing(state: &State) -> Standing {
    if state.broken > 0 {
        return Standing::Broken(state.broken);
    }
    let open = match state.progress.as_deref() {
        Some(Progress::Waiting(_, until)) => Some(Standing::DueBy(*until)),
        Some(Progress::Armed { broken: false, .. }) => Some(Standing::KeptSoFar),
        Some(Progress::Trying(trying)) if trying.failed.is_some() => Some(Standing::DueBy(None)),
        Some(Progress::Trying(_)) => Some(Standing::KeptSoFar),
        Some(Progress::Way { due: Some(_), gone: None }) => Some(Standing::DueBy(None)),
        Some(Progress::Way { due: Some(_), gone: Some(_) }) => Some(Standing::KeptSoFar),
        _ => None,
    };
    match (open, state.kept) {
        (Some(open), _) => open,
        (None, 0) => Standing::NotDue,
        (None, kept) => Standing::Kept(kept),
    }
}
