//! `proviso certify open`: the listener that partners' systems call while they are judged.

use super::super::embedded::{exit_of, listen};
use super::super::exit::Exit;
use super::super::files::{shown, unreadable};
use super::super::serve::{Signals, read_keys, read_tls};
use super::super::shell::Shell;
use super::args::Open;
use super::backend::{Reference, Upstream};
use super::folder::{Folder, Lock, PartnerFile, read_partner, slug};
use super::inbox::{Inbox, PAUSE};
use super::screen::{Screen, exit_of_record, lines_of};
use super::texts::{Texts, Understood, not_released};
use super::{page, session};
use crate::conduct::journal::{self, Entry, Line, Opened};
use crate::conduct::record::{Environment, Mode, Partner, Record, Tool};
use crate::conduct::{Append as _, Backend, Clock, Grader, Mask, Referee, Reply, Session};
use crate::diagnostic::{Code, Diagnostic, NoteKind};
use crate::event::Timestamp;
use crate::sandbox;
use crate::secret::Redactor;
use crate::transport::{HttpClient, Settings};
use axum::Router;
use bytes::Bytes;
use http_body_util::BodyExt as _;
use ring::digest::{Context, SHA256};
use rustls::ServerConfig;
use std::io::Read as _;
use std::path::Path;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

/// How long the reference server's stages take, by its own clock.
const PROCESSING: Duration = Duration::from_secs(1);

/// How long the system's own threads may take at the end.
const LEAVE: Duration = Duration::from_millis(200);

/// So many pauses are a second.
const LOOK: usize = 20;

/// So many sessions are looked at in a second.
const SESSIONS_A_SECOND: usize = 20;

/// Most bytes of a request.
const LARGEST_REQUEST: usize = 64 * 1024 * 1024;

/// One partner, made ready.
struct Ready {
    folder: Folder,
    partner: Partner,
    session: Session,
    keys: Vec<String>,
    /// The line that says where the key is.
    key_line: String,
    token: String,
    _lock: Lock,
}

/// Opens certifications and serves them until all are closed, or somebody stops it.
pub(super) fn open(args: &Open, shell: &Shell) -> Exit {
    let prepared = match Prepared::new(args) {
        Ok(prepared) => prepared,
        Err(problems) => {
            shell.problems(&problems, "nothing was opened");
            return Exit::Invalid;
        }
    };
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            shell.warn(&format!("error: the system gives no threads: {error}"));
            return Exit::Error;
        }
    };
    let exit = runtime.block_on(prepared.serve(args, shell));
    runtime.shutdown_timeout(LEAVE);
    exit
}

/// Everything that the named files hold, read before anything listens.
struct Prepared {
    understood: Understood,
    all: Vec<Ready>,
    tls: Option<Arc<ServerConfig>>,
    origin: Timestamp,
    scale: f64,
    mode: Mode,
}

impl Prepared {
    fn new(args: &Open) -> Result<Self, Vec<Diagnostic>> {
        let one = |problem: Diagnostic| vec![problem];
        let mode = if args.rehearsal { Mode::Rehearsal } else { Mode::Certification };
        only_in_rehearsals(args).map_err(one)?;
        let profile = args.profile.as_deref().unwrap_or_default();
        let texts = Texts::named(profile, args.rules.as_deref(), args.contract.as_deref()).map_err(one)?;
        let understood = texts.understand()?;
        let pinned = texts.pinned_profile(&understood.judge.profile);
        if let (Mode::Certification, Some(problem)) = (mode, not_released(&pinned)) {
            return Err(vec![problem]);
        }
        if let Some(module) = args.only.iter().find(|id| understood.judge.profile.module(id).is_none()) {
            let title = format!("the profile has no module `{module}`");
            return Err(vec![Diagnostic::new(Code::WrongValue, title).next("`proviso certify plan` lists them")]);
        }
        let tls = match (&args.tls_cert, &args.tls_key) {
            (Some(certificate), Some(key)) => Some(read_tls(certificate, key).map_err(one)?),
            _ => None,
        };
        let now = Timestamp::new(jiff::Timestamp::now());
        let mut all = Vec::new();
        for path in &args.partners {
            let partner = read_partner(path).map_err(one)?;
            let ready = ready(args, path, &partner, &texts, &understood, mode, now)?;
            let taken = |other: &&Ready| other.keys.iter().any(|key| ready.keys.contains(key));
            if let Some(other) = all.iter().find(taken) {
                let title = format!("{} and {} have the same API key", other.partner.name, ready.partner.name);
                return Err(vec![
                    Diagnostic::new(Code::DuplicateName, title)
                        .note(NoteKind::Why, "partners are told apart by their keys")
                        .next("give each partner keys of its own, in the file that its `keys` names"),
                ]);
            }
            all.push(ready);
        }
        // Time goes on where it was written down last, whatever the machine's clock says.
        let origin = all.iter().map(|ready| ready.session.latest()).fold(now, Timestamp::max);
        Ok(Self { understood, all, tls, origin, scale: args.time_scale, mode })
    }

    async fn serve(self, args: &Open, shell: &Shell) -> Exit {
        let (listener, address) = match listen(args.listen).await {
            Ok(bound) => bound,
            Err(problem) => {
                shell.problem(&problem);
                return exit_of(&problem);
            }
        };
        let signals = match Signals::new() {
            Ok(signals) => signals,
            Err(error) => {
                shell.warn(&format!("error: the system gives no signals: {error}"));
                return Exit::Error;
            }
        };
        let Self { understood, all, tls, origin, scale, mode } = self;
        let profile = Arc::clone(&understood.judge.profile);
        let backend = match backend(args, &all, origin, scale) {
            Ok(backend) => backend,
            Err(problem) => {
                shell.problem(&problem);
                return Exit::Invalid;
            }
        };
        let mut folders = Vec::new();
        let mut sessions = Vec::new();
        let mut tokens = Vec::new();
        let mut locks = Vec::new();
        let scheme = if tls.is_some() { "https" } else { "http" };
        let address = format!("{scheme}://{address}");
        // What was waited for is said when it is true: from here on the address answers.
        shell.say(&address);
        for Ready { folder, partner, session, keys, key_line, token, _lock } in all {
            let kind = match mode {
                Mode::Certification => "CERTIFICATION",
                Mode::Rehearsal => "REHEARSAL",
            };
            let profile = &profile;
            shell.say(&format!(
                "{}, build {}, archetype {}, profile {} version {} - {kind}",
                partner.name, partner.build, profile.archetype, profile.id, profile.version
            ));
            shell.say(&format!("case {}   {key_line}   page {address}/certify/{token}", shown(&folder.path)));
            // Another process may want to know where this one listens.
            let _ = std::fs::write(folder.session_file("url"), &address);
            folders.push(folder);
            sessions.push((session, keys));
            tokens.push(token);
            locks.push(Some(_lock));
        }
        let clock = Clock::new(origin, scale);
        let referee = Referee::new(Arc::clone(&understood.contract), backend, clock, sessions);
        let referee = Arc::new(if args.upstream.is_some() { referee.passing_through() } else { referee });
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        let (asked, insisted) = signals.split();
        let app = app(Arc::clone(&referee), Arc::new(tokens));
        let stopping = async {
            let _ = stopped.await;
        };
        let server = tokio::spawn(async move {
            match tls {
                Some(tls) => sandbox::serve_tls(listener, tls, app, stopping).await,
                None => sandbox::serve(listener, app, stopping).await,
            }
        });
        let watching = watch(&referee, &folders, locks, shell, args.close_when_done);
        tokio::select! {
            exit = watching => {
                let _ = stop.send(());
                let _ = server.await;
                exit
            }
            () = asked => {
                shell.say("stopped; the same command goes on, `proviso certify close` ends it");
                let _ = stop.send(());
                tokio::select! {
                    _ = server => {}
                    () = insisted => {}
                }
                Exit::Interrupted
            }
        }
    }
}

/// Looks after the sessions until all of them are closed. Each one's dossier is made as soon as it is, and then let go of.
async fn watch(
    referee: &Arc<Referee>,
    folders: &[Folder],
    mut locks: Vec<Option<Lock>>,
    shell: &Shell,
    close_when_done: bool,
) -> Exit {
    let inboxes: Vec<Inbox> = folders.iter().map(Inbox::of).collect();
    let mut screen = Screen::new(shell);
    let mut worst = Exit::Passed;
    // A second between two looks is enough for people; of many sessions a few are looked at in each turn.
    let turns = LOOK * folders.len().div_ceil(SESSIONS_A_SECOND).max(1);
    for tick in 0_usize.. {
        tokio::time::sleep(PAUSE).await;
        let now = referee.clock().now();
        for (number, inbox) in inboxes.iter().enumerate() {
            if locks[number].is_none() {
                continue;
            }
            let Some(mut session) = referee.session(number) else { continue };
            for (path, ask) in inbox.asked() {
                Inbox::answer(&path, &session::answer(&mut session, ask, now));
            }
            if let Some(why) = session.broken() {
                shell.warn(&format!("error: the journal cannot be written, so nothing is answered any more: {why}"));
                return Exit::Unreported;
            }
            if tick % turns == number % turns {
                session.silence(now);
                if let Some(record) = session.record() {
                    if close_when_done && session::is_done(&session, &record, now) {
                        // A journal that cannot be written is told in the next round.
                        let _ = session.close(now);
                    }
                    screen.show(number, &lines_of(&session, &record, now));
                }
            }
            let closed = session.is_closed();
            drop(session);
            if closed {
                screen.end();
                worst = super::screen::worse(worst, finish(&folders[number], shell));
                locks[number] = None;
            }
        }
        if locks.iter().all(Option::is_none) {
            break;
        }
    }
    worst
}

/// Makes the dossier of what was closed, and says how it ended.
fn finish(folder: &Folder, shell: &Shell) -> Exit {
    match folder.finish() {
        Ok(record) => {
            super::screen::summary(&record, folder, shell);
            exit_of_record(&record)
        }
        Err(problems) => {
            shell.problems(&problems, "the dossier was not made; the journal is whole");
            Exit::Unreported
        }
    }
}

/// What partners' systems call, and the page for people.
fn app(referee: Arc<Referee>, tokens: Arc<Vec<String>>) -> Router {
    let handle = move |request: axum::extract::Request| {
        let (referee, tokens) = (Arc::clone(&referee), Arc::clone(&tokens));
        async move {
            if let Some(token) = request.uri().path().strip_prefix("/certify/") {
                let number = tokens.iter().position(|known| known == token);
                return page::answer(number.and_then(|number| referee.session(number)), referee.clock().now());
            }
            let (parts, body) = request.into_parts();
            let body = match http_body_util::Limited::new(body, LARGEST_REQUEST).collect().await {
                Ok(body) => body.to_bytes(),
                Err(_) => Bytes::new(),
            };
            match referee.answer(http::Request::from_parts(parts, body)).await {
                Reply::Answer(answer) => answer.map(axum::body::Body::from),
                Reply::Close => sandbox::dropped(),
            }
        }
    };
    Router::new().fallback(handle)
}

fn backend(args: &Open, all: &[Ready], origin: Timestamp, scale: f64) -> Result<Arc<dyn Backend>, Diagnostic> {
    if let Some(base) = &args.upstream {
        let client = Arc::new(HttpClient::new(Settings::default()));
        return Ok(Arc::new(Upstream { base: base.clone(), client }));
    }
    let store = match all.first() {
        Some(first) => {
            let path = first.folder.session_file("state");
            Some(sandbox::Store::open(&path, sandbox::Sync::Process).map_err(|error| unreadable(&path, &error))?)
        }
        None => None,
    };
    let settings = sandbox::Settings {
        keys: all.iter().flat_map(|ready| ready.keys.clone()).collect(),
        processing: PROCESSING,
        time_scale: scale,
        origin: Some(origin.timestamp()),
        store,
        ..sandbox::Settings::default()
    };
    Ok(Arc::new(Reference(sandbox::app(settings))))
}

/// What changes what is shown is for rehearsals.
fn only_in_rehearsals(args: &Open) -> Result<(), Diagnostic> {
    let flags = [("--time-scale", args.time_scale != 1.0), ("--only", !args.only.is_empty())];
    match flags.iter().find(|(_, set)| *set && !args.rehearsal) {
        None => Ok(()),
        Some((flag, _)) => Err(Diagnostic::new(Code::ConflictingKeys, format!("{flag} is for rehearsals"))
            .note(NoteKind::Why, "a certification shows the whole profile, in real time")
            .next("add --rehearsal, or leave it out")),
    }
}

fn ready(
    args: &Open,
    path: &Path,
    file: &PartnerFile,
    texts: &Texts,
    understood: &Understood,
    mode: Mode,
    now: Timestamp,
) -> Result<Ready, Vec<Diagnostic>> {
    let one = |problem: Diagnostic| vec![problem];
    let build = args.build.clone().or_else(|| file.build.clone());
    let Some(build) = build.filter(|build| !build.trim().is_empty()) else {
        let title = format!("{} does not say which build is judged", shown(path));
        return Err(one(Diagnostic::new(Code::MissingKey, title)
            .note(NoteKind::Why, "a certificate is of one build, and says which")
            .next("write `build: 4.2.0` into it, or give --build")));
    };
    let product = if file.product.trim().is_empty() { &file.partner } else { &file.product };
    let partner = Partner { name: file.partner.clone(), product: product.clone(), build };
    let day = now.to_string().get(..10).unwrap_or_default().replace('-', "");
    let named = args.case.clone().filter(|_| args.partners.len() == 1);
    let folder = Folder::new(&named.unwrap_or_else(|| args.cases.join(format!("{}-{day}", slug(&partner.name)))));
    folder.make().map_err(one)?;
    let Some(lock) = folder.lock().map_err(one)? else {
        let title = format!("{} is open already", shown(&folder.path));
        return Err(one(
            Diagnostic::new(Code::UnreadableFile, title).next("stop the other process, or name another --case")
        ));
    };
    let (keys, key_line) = keys(args, path, file, &folder).map_err(one)?;
    let lines = if folder.has_journal() { folder.lines().map_err(one)? } else { Vec::new() };
    if lines.iter().any(|line| matches!(line.what, Entry::Closed(_))) {
        let title = format!("{} is closed", shown(&folder.path));
        return Err(one(Diagnostic::new(Code::WrongValue, title)
            .note(NoteKind::Why, "a closed certification stays as it is")
            .next("name another folder with --case")));
    }
    let environment = Environment {
        kind: if args.upstream.is_some() { "upstream" } else { "referee" }.to_owned(),
        upstream: args.upstream.clone(),
        time_scale: number(args.time_scale),
    };
    let judge = understood.judge.clone();
    let data = judge.profile.modules.iter().flat_map(|module| module.data.iter().map(|(_, value)| value.clone()));
    let mask = Mask::new(Redactor::new(keys.iter().map(String::as_str)), data.chain(session::known_pans()).collect());
    let mut journal = folder.appending().map_err(one)?;
    let session = match lines.first().map(|line| &line.what) {
        Some(Entry::Opened(opened)) => {
            same_as_before(&folder, opened, texts, mode, &environment).map_err(one)?;
            let before = opened.partner.build.clone();
            let mut session = Session::new(Grader::new(judge), Box::new(journal), mask, &lines);
            let latest = lines.iter().rev().find_map(|line| match &line.what {
                Entry::Resumed(resumed) => Some(resumed.build.clone()),
                _ => None,
            });
            let changed = latest.unwrap_or(before) != partner.build;
            let at = session.latest().max(now);
            if changed {
                session.resume(&partner.build, at).map_err(|why| one(unwritable(&folder, &why)))?;
            }
            session
        }
        _ => {
            folder.write_texts(texts).map_err(one)?;
            let opened = Opened {
                format: journal::FORMAT,
                dossier: folder.name(),
                mode,
                partner: partner.clone(),
                environment,
                profile: texts.pinned_profile(&understood.judge.profile),
                contract: texts.pinned_contract(&understood.contract),
                rules: texts.rules.digest(),
                tool: tool(),
                only: args.only.clone(),
            };
            let first = Line { at: now, what: Entry::Opened(Box::new(opened)) };
            let text = first.to_json().map_err(|error| one(unwritable(&folder, &error.to_string())))?;
            journal.append(&text).map_err(|error| one(unwritable(&folder, &error.to_string())))?;
            Session::new(Grader::new(judge), Box::new(journal), mask, &[first])
        }
    };
    let inbox = Inbox::of(&folder);
    inbox.make().map_err(|error| one(unreadable(&folder.path, &error)))?;
    let token = session::token(&folder).map_err(one)?;
    Ok(Ready { folder, partner, session, keys, key_line, token, _lock: lock })
}

/// What goes on must be what began.
fn same_as_before(
    folder: &Folder,
    opened: &Opened,
    texts: &Texts,
    mode: Mode,
    environment: &Environment,
) -> Result<(), Diagnostic> {
    let what = if opened.profile.sha256 != texts.profile.digest() {
        "profile"
    } else if opened.contract.sha256 != texts.contract.digest() {
        "contract"
    } else if opened.rules != texts.rules.digest() {
        "rules"
    } else if opened.mode != mode {
        "mode"
    } else if opened.environment != *environment {
        "service or time scale"
    } else {
        return Ok(());
    };
    let title = format!("{} was opened with another {what}", shown(&folder.path));
    Err(Diagnostic::new(Code::WrongValue, title)
        .note(NoteKind::Why, "one certification is judged by one measure from its beginning to its end")
        .next("go on as it began, or name another folder with --case"))
}

/// The keys of a partner, and the line that says where they are.
fn keys(args: &Open, path: &Path, file: &PartnerFile, folder: &Folder) -> Result<(Vec<String>, String), Diagnostic> {
    let beside = file.keys.as_ref().map(|keys| path.parent().unwrap_or(Path::new("")).join(keys));
    if let Some(path) = args.keys.clone().filter(|_| args.partners.len() == 1).or(beside) {
        return Ok((read_keys(&path)?, format!("key in {}", shown(&path))));
    }
    let path = folder.session_file("key");
    if !path.is_file() {
        session::write_secret(&path, &session::random_text()?)?;
    }
    Ok((read_keys(&path)?, format!("key in {}", shown(&path))))
}

/// The program that judges, by its digest; read once, for it is large.
fn tool() -> Tool {
    static DIGEST: OnceLock<String> = OnceLock::new();
    let digest = || std::env::current_exe().and_then(|path| digest_of(&path)).unwrap_or_default();
    Tool {
        name: env!("CARGO_PKG_NAME").to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        sha256: DIGEST.get_or_init(digest).clone(),
    }
}

/// The SHA-256 of a file, which is not held in memory.
fn digest_of(path: &Path) -> std::io::Result<String> {
    let mut file = std::fs::File::open(path)?;
    let mut context = Context::new(&SHA256);
    let mut part = vec![0; 1 << 16];
    loop {
        match file.read(&mut part)? {
            0 => break,
            length => context.update(&part[..length]),
        }
    }
    Ok(context.finish().as_ref().iter().map(|byte| format!("{byte:02x}")).collect())
}

fn number(scale: f64) -> serde_json::Number {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "only whole numbers within its range")]
    let whole = scale as u64;
    if scale.fract() == 0.0 { whole.into() } else { serde_json::Number::from_f64(scale).unwrap_or_else(|| 1.into()) }
}

pub(super) fn unwritable(folder: &Folder, why: &str) -> Diagnostic {
    Diagnostic::new(Code::Journal, format!("the journal of {} cannot be written", shown(&folder.path)))
        .note(NoteKind::Why, why)
}

/// What a record comes to, for whoever asks by exit code.
pub(super) fn record_of(folder: &Folder) -> Result<Record, Vec<Diagnostic>> {
    folder.graded().map(|(record, _)| record)
}
