//! Reading the files a command names: suites, the flows and contracts they use, the environment.

use super::args::Target;
use super::files::{
    DiskFiles, leads_out, near_file, read_below, read_file, read_secrets, shown, stays_below, unreadable,
};
use super::network;
use super::rules;
use crate::contract::{self, Contract};
use crate::diagnostic::{Code, Diagnostic, NoteKind};
use crate::expr::{Services, Variables};
use crate::plan::{Library, Order, Plan, Selection};
use crate::rule::Rules;
use crate::source::{FileId, Sources, Spanned};
use crate::suite::{
    BaseUrl, Environment, Flow, Rows, Step, StepAction, Suite, Table, persona_names, read_environment, read_flow,
    read_table, read_what_can_be,
};
use crate::transport::Settings;
use bytes::Bytes;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

/// Folders below the suites' folder that hold no suites.
const NOT_SUITES: [&str; 7] = ["contracts", "environments", "files", "flows", "profiles", rules::FOLDER, "snapshots"];

/// The environment when none is named.
const DEFAULT_ENVIRONMENT: &str = "sandbox";

/// What a run without an environment is said to have.
const NO_ENVIRONMENT: &str = "none";

/// Contracts that are part of the program.
pub(super) const BUILT_IN: [(&str, &str); 1] =
    [("lender-prism", include_str!("../../schemas/lender-prism.openapi.yaml"))];

/// The environment of the embedded reference server, for suites that have no folder of environments.
const BUILT_IN_SANDBOX: &str = include_str!("../../suites/environments/sandbox.yaml");

/// Says that a file must stay below the folder of the file that names it.
#[derive(Debug, Clone, Copy)]
struct Below;

/// Everything a run needs to know from files.
pub(super) struct Loaded {
    pub(super) plan: Plan,
    /// The rules of its contracts, by their names.
    pub(super) rules: BTreeMap<String, Rules>,
    /// The environment's name.
    pub(super) environment: String,
    /// Where requests go.
    pub(super) destination: Destination,
    /// Contents of files.
    pub(super) files: DiskFiles,
    /// How connections are made.
    pub(super) network: Settings,
    /// Environment variables.
    pub(super) variables: Arc<Variables>,
}

/// Where requests go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Destination {
    /// To the reference server, which is to be started.
    Embedded,
    /// To this base URL.
    Url(String),
}

/// What a plan is read for.
#[derive(Debug, Default)]
pub(super) struct Purpose {
    pub(super) needs: Needs,
    pub(super) order: Order,
    /// Only these cases, by file and name.
    pub(super) only: Option<HashSet<(String, String)>>,
}

/// Whether secrets must have values.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Needs {
    /// They must: requests are sent.
    #[default]
    Secrets,
    /// Nothing is sent, so that nothing secret is needed.
    NoSecrets,
}

/// What stands for a secret that is not set, where nothing is sent.
const STAND_IN: &str = "a-secret-that-is-not-set";

/// Texts that count instead of what is on disk, by their whole paths: files that are open in an editor.
pub(super) type Overlay = HashMap<PathBuf, String>;

/// Reads everything and puts a plan together.
pub(super) fn load(target: &Target, purpose: Purpose) -> Result<Loaded, Vec<Diagnostic>> {
    load_over(target, purpose, Overlay::new())
}

/// As [`load`], with texts that count instead of what is on disk.
pub(super) fn load_over(target: &Target, purpose: Purpose, overlay: Overlay) -> Result<Loaded, Vec<Diagnostic>> {
    read(target, purpose, overlay).map_err(in_order)
}

/// Problems in the order of the files they were found in and of the lines there; those without a line come first.
fn in_order(mut problems: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let mut files: Vec<String> = Vec::new();
    for place in problems.iter().filter_map(|problem| problem.labels.first()).map(|label| &label.place) {
        if !files.contains(&place.file) {
            files.push(place.file.clone());
        }
    }
    problems.sort_by_key(|problem| {
        let place = problem.labels.first().map(|label| &label.place);
        place.map(|place| (files.iter().position(|file| *file == place.file), place.line, place.column))
    });
    // What every case uses is planned with every case, and wrong with every case.
    problems.dedup();
    problems
}

fn read(target: &Target, purpose: Purpose, overlay: Overlay) -> Result<Loaded, Vec<Diagnostic>> {
    let mut loader = Loader { overlay, contract_root: target.contract_root.clone(), ..Loader::default() };
    for path in &target.suites {
        loader.suites(path);
    }
    let (environment_name, mut environment) = loader.environment(target);
    let personas = loader.personas(target);
    if let (Some(environment), Some(url)) = (&mut environment, &target.base_url)
        && matches!(environment.base_url, BaseUrl::Embedded)
    {
        environment.pace = polite(environment.pace, url);
    }
    let destination = loader.destination(target, environment.as_ref());
    let Loader { sources, contracts, documents, roots, problems, .. } = &mut loader;
    let rules = rules::read(sources, contracts, documents, roots, problems);
    // Without its environment nearly every suite has names that nothing sets, and none of that is news.
    let nowhere = environment.is_none() && environment_name != NO_ENVIRONMENT;
    if !loader.problems.is_empty() && (loader.suites.is_empty() || nowhere) {
        return Err(loader.problems);
    }
    let secrets = target.secrets.as_deref().map(read_secrets).transpose().unwrap_or_else(|problem| {
        loader.problems.push(*problem);
        None
    });
    let environment_variables =
        std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
    let variables = Variables {
        environment: environment_variables.collect(),
        secrets: secrets.unwrap_or_default(),
        stand_in: (purpose.needs == Needs::NoSecrets).then(|| STAND_IN.to_owned()),
    };
    let variables = Arc::new(variables);
    let services = Services {
        random: Mutex::new(fastrand::Rng::new()),
        made: Mutex::default(),
        now: Arc::new(jiff::Timestamp::now),
        files: Arc::new(HashMap::new()),
        variables: Arc::clone(&variables),
    };
    let library = Library {
        sources: loader.sources,
        suites: loader.suites,
        flows: loader.flows,
        tables: loader.tables,
        contracts: loader.contracts,
        environment,
        overrides: target.vars.clone(),
        personas,
        services: Arc::new(services),
    };
    let selection = Selection {
        tags: target.tags.clone(),
        texts: target.texts.clone(),
        only: purpose.only,
        partition: target.partition.share(),
        order: purpose.order,
    };
    let mut problems = loader.problems;
    match Plan::new(library, &selection) {
        Ok(plan) => {
            let root = target.suites.first().map(|path| root_of(path)).unwrap_or_default();
            let files = DiskFiles::new(root, read_files(&plan, &loader.roots, &mut problems));
            problems.extend(
                plan.globals
                    .base_url
                    .as_ref()
                    .filter(|_| destination == Some(None))
                    .and_then(|url| bad_url(&plan, url)),
            );
            problems.extend(plan.globals.services.iter().filter_map(|service| bad_url(&plan, &service.base_url)));
            let destination = destination.map(|destination| resolve(destination, &plan));
            let network = network::settings(target, &plan, &files.root, destination.as_ref(), &variables.environment);
            let network = network.map_err(|more| problems.extend(more));
            match (destination, network) {
                (Some(destination), Ok(network)) if problems.is_empty() => {
                    Ok(Loaded { plan, rules, environment: environment_name, destination, files, network, variables })
                }
                _ => Err(problems),
            }
        }
        Err(more) => {
            problems.extend(more);
            Err(problems)
        }
    }
}

/// Where the environment says, now that its templates are filled.
fn resolve(destination: Option<Destination>, plan: &Plan) -> Destination {
    let said = plan.globals.base_url.as_ref().map(|url| Destination::Url(trimmed(&url.value)));
    destination.or(said).unwrap_or(Destination::Embedded)
}

/// What is wrong with the environment's base URL.
fn bad_url(plan: &Plan, url: &Spanned<String>) -> Option<Diagnostic> {
    if let Some(more) = more_than_a_base(&url.value) {
        let problem =
            Diagnostic::new(Code::WrongValue, format!("`base_url` has {more}, behind which no path can stand"));
        return Some(problem.at(plan.sources.place(url.span), "").next(NO_QUERY));
    }
    let good = url.value.contains(STAND_IN)
        || url::Url::parse(&url.value)
            .is_ok_and(|parsed| matches!(parsed.scheme(), "http" | "https") && parsed.has_host());
    let near = crate::text::nearest(&url.value, ["embedded"]).map(|near| format!("did you mean `{near}`?"));
    (!good).then(|| {
        Diagnostic::new(Code::WrongValue, "`base_url` is not an http or https URL")
            .at(plan.sources.place(url.span), near.unwrap_or_default())
            .next("write it with its scheme, as in https://uat.example.com, or `embedded` for the reference server")
    })
}

/// The pace at which another server is asked than the embedded one it was made for. That one is ready after a fraction of
/// a second and belongs to nobody else; a server that is not on this machine is never asked more often than suites say.
fn polite(pace: f64, url: &str) -> f64 {
    let near = url::Url::parse(url).is_ok_and(|url| match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost",
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    });
    if near { pace } else { pace.max(1.0) }
}

/// What to do with a base URL that is more than one.
const NO_QUERY: &str = "leave it out; parameters of every request go under `query` of each, or into `headers`";

/// What a URL has that paths cannot be put behind.
fn more_than_a_base(url: &str) -> Option<&'static str> {
    let parsed = url::Url::parse(url).ok()?;
    match (parsed.query(), parsed.fragment()) {
        (Some(_), _) => Some("a query"),
        (None, Some(_)) => Some("a fragment"),
        (None, None) => None,
    }
}

fn trimmed(url: &str) -> String {
    url.trim_end_matches('/').to_owned()
}

#[derive(Default)]
struct Loader {
    overlay: Overlay,
    sources: Sources,
    suites: Vec<Suite>,
    flows: HashMap<(FileId, String), Arc<Flow>>,
    /// Flows by their path, so that each is read once.
    read: HashMap<PathBuf, Option<Arc<Flow>>>,
    tables: HashMap<(FileId, String), Table>,
    contracts: BTreeMap<String, Arc<Contract>>,
    /// Their documents, by the same names.
    documents: BTreeMap<String, rules::Document>,
    /// The folder that paths in a file are below.
    roots: HashMap<FileId, PathBuf>,
    /// Suites that were named, however they were.
    named: HashSet<PathBuf>,
    /// The folder that references of contracts may lead to.
    contract_root: Option<PathBuf>,
    problems: Vec<Diagnostic>,
}

impl Loader {
    /// Reads a suite file, or all suite files below a folder.
    fn suites(&mut self, path: &Path) {
        if path.is_dir() {
            let mut files = Vec::new();
            let mut seen = HashSet::from_iter(path.canonicalize());
            if let Err(error) = collect(path, &mut seen, &mut files) {
                self.problems.push(unreadable(path, &error));
            }
            if files.is_empty() {
                let problem = Diagnostic::new(Code::MissingFile, format!("there is no suite in {}", path.display()));
                self.problems.push(problem.next("a suite is a file that ends in .yaml"));
            }
            // A contract may stand among the suites that name it.
            files.iter().filter(|file| !is_contract(file)).for_each(|file| self.suite(file));
        } else {
            self.suite(path);
        }
    }

    /// Reads a suite file, once however often it is named: its cases would meet what they themselves left behind, and
    /// reports could not tell them apart.
    fn suite(&mut self, path: &Path) {
        if !self.named.insert(path.canonicalize().unwrap_or_else(|_| path.to_owned())) {
            return;
        }
        let Some(file) = self.text(path, None) else { return };
        self.roots.insert(file, root_of(path));
        let (suite, problems) = read_what_can_be(&self.sources, file);
        self.problems.extend(problems);
        let Some(suite) = suite else { return };
        if let Some(name) = suite.contract.clone() {
            self.contract(&name, path);
        }
        suite.setups.iter().for_each(|setup| self.flows_of(&setup.steps, file));
        for case in &suite.cases {
            self.flows_of(&case.steps, file);
            self.flows_of(&case.cleanup, file);
            case.each.iter().flat_map(Rows::files).for_each(|path| self.table(path, file));
        }
        self.suites.push(suite);
    }

    /// Reads a file into the sources; `named` is where a suite names it.
    fn text(&mut self, path: &Path, named: Option<&Spanned<String>>) -> Option<FileId> {
        self.text_at(path, named, Some(Below))
    }

    /// As [`Loader::text`]; without `below` the file may be anywhere.
    fn text_at(&mut self, path: &Path, named: Option<&Spanned<String>>, below: Option<Below>) -> Option<FileId> {
        let shown = shown(path);
        let open = if self.overlay.is_empty() {
            None
        } else {
            std::path::absolute(path).ok().and_then(|path| self.overlay.get(&path))
        };
        if let Some(text) = open {
            return Some(self.sources.add(shown, text.clone()));
        }
        let content = match named.and_then(|named| self.roots.get(&named.span.file)) {
            Some(root) if below.is_some() => read_below(root, path),
            _ => read_file(path),
        };
        match content.map(String::from_utf8) {
            Ok(Ok(text)) => Some(self.sources.add(shown, text)),
            Ok(Err(error)) => {
                self.problems.push(not_text(&shown, &error));
                None
            }
            Err(error) => {
                let mut problem = unreadable(path, &error);
                if let Some(named) = named {
                    problem = problem.at(self.sources.place(named.span), "named here");
                }
                let inside = path == Path::new("suites") && Path::new("environments").is_dir();
                let next = if inside {
                    Some("you are inside the suites' folder: name it, as in `proviso run .`".into())
                } else {
                    near_file(path)
                };
                self.problems.push(problem.maybe_next(next));
                None
            }
        }
    }

    fn flows_of(&mut self, steps: &[Step], user: FileId) {
        for step in steps {
            match &step.action {
                StepAction::Use(used) => self.flow(&used.flow, user),
                StepAction::Repeat(_, steps) => self.flows_of(steps, user),
                StepAction::Call(_) | StepAction::Receive(_) => {}
            }
        }
    }

    fn flow(&mut self, named: &Spanned<String>, user: FileId) {
        let root = self.roots.get(&user).cloned().unwrap_or_default();
        let path = root.join(&named.value);
        if !self.is_below(named) {
            return;
        }
        let known = self.read.get(&path).cloned();
        let flow = match known {
            Some(flow) => flow,
            None => {
                let flow = self.read_flow(&path, named, &root);
                self.read.insert(path, flow.clone());
                if let Some(flow) = &flow {
                    self.flows_of(&flow.steps, flow.file);
                }
                flow
            }
        };
        if let Some(flow) = flow {
            self.flows.insert((user, named.value.clone()), flow);
        }
    }

    fn read_flow(&mut self, path: &Path, named: &Spanned<String>, root: &Path) -> Option<Arc<Flow>> {
        let file = self.text(path, Some(named))?;
        self.roots.insert(file, root.to_owned());
        match read_flow(&self.sources, file) {
            Ok(flow) => Some(Arc::new(flow)),
            Err(problems) => {
                self.problems.extend(problems);
                None
            }
        }
    }

    fn is_below(&mut self, named: &Spanned<String>) -> bool {
        let below = stays_below(&named.value);
        if !below {
            self.problems.push(leads_out(&named.value).at(self.sources.place(named.span), "named here"));
        }
        below
    }

    fn table(&mut self, named: &Spanned<String>, user: FileId) {
        let path = self.roots.get(&user).cloned().unwrap_or_default().join(&named.value);
        if !self.is_below(named) {
            return;
        }
        let Some(file) = self.text(&path, Some(named)) else { return };
        match read_table(&self.sources, file) {
            Ok(table) => {
                self.tables.insert((user, named.value.clone()), table);
            }
            Err(problems) => self.problems.extend(problems),
        }
    }

    fn contract(&mut self, name: &Spanned<String>, suite: &Path) {
        if self.contracts.contains_key(&name.value) {
            return;
        }
        let built_in = BUILT_IN.iter().find(|(known, _)| *known == name.value);
        let (mut folder, mut at) = (None, None);
        let mut own = String::new();
        let file = match built_in {
            Some((name, text)) => Some(self.sources.add(format!("schemas/{name}.openapi.yaml (built in)"), *text)),
            None if name.value.contains(['/', '.']) => {
                let path = suite.parent().unwrap_or(Path::new("")).join(&name.value);
                folder = path.parent().map(Path::to_owned);
                at = Some(path.clone());
                if let Some((root, below)) = self.below_root(&path) {
                    (folder, own) = (Some(root), below);
                }
                // A message may show a line of it: what is no contract by its name is not read.
                if ["yaml", "yml", "json"].iter().any(|ending| path.extension().is_some_and(|own| own == *ending)) {
                    self.text_at(&path, Some(name), None)
                } else {
                    let title = format!("`{}` is no file of a contract", name.value);
                    let problem = Diagnostic::new(Code::Contract, title).at(self.sources.place(name.span), "");
                    self.problems
                        .push(problem.next("a contract is an OpenAPI document that ends in .yaml, .yml or .json"));
                    None
                }
            }
            None => {
                let known = BUILT_IN.map(|(name, _)| name);
                let label = crate::text::did_you_mean(&name.value, known).unwrap_or_default();
                let problem = Diagnostic::new(Code::Contract, format!("there is no contract `{}`", name.value))
                    .at(self.sources.place(name.span), label)
                    .next("a contract of your own is named by its path, as in `contract: ./api.yaml`");
                self.problems.push(problem);
                None
            }
        };
        let Some(file) = file else { return };
        let mut read =
            |sources: &mut Sources, path: &str| read_part(sources, folder.as_deref(), path).map_err(Box::new);
        match contract::load_below(&mut self.sources, file, &own, &name.value, &mut read) {
            Ok(contract) => {
                self.contracts.insert(name.value.clone(), Arc::new(contract));
                self.documents.insert(name.value.clone(), rules::Document { file, path: at });
            }
            Err(problems) => self.problems.extend(problems),
        }
    }

    /// The folder that references may lead to, and where a contract stands in it; nothing where it stands elsewhere.
    fn below_root(&self, contract: &Path) -> Option<(PathBuf, String)> {
        let root = self.contract_root.as_ref()?;
        let (real, folder) = (contract.canonicalize().ok()?, root.canonicalize().ok()?);
        let below = real.strip_prefix(&folder).ok()?;
        let parts: Vec<&str> = below.iter().filter_map(|part| part.to_str()).collect();
        Some((root.clone(), parts.join("/")))
    }

    fn environment(&mut self, target: &Target) -> (String, Option<Environment>) {
        let root = target.suites.first().map(|path| root_of(path)).unwrap_or_default();
        // With --base-url nothing is taken that was not named.
        let only = if target.base_url.is_none() { only_environment(&root.join("environments")) } else { None };
        let name = target.env.clone().or(only).unwrap_or_else(|| DEFAULT_ENVIRONMENT.to_owned());
        let path = root.join("environments").join(format!("{name}.yaml"));
        let file = if path.exists() {
            self.text(&path, None)
        } else if target.env.is_some() {
            self.problems.push(unknown_environment(&name, &path));
            None
        } else if target.base_url.is_some() {
            return (NO_ENVIRONMENT.to_owned(), None);
        } else {
            Some(self.sources.add("suites/environments/sandbox.yaml (built in)", BUILT_IN_SANDBOX))
        };
        let environment = file.and_then(|file| match read_environment(&self.sources, file) {
            Ok(environment) => Some(environment),
            Err(problems) => {
                self.problems.extend(problems);
                None
            }
        });
        (name, environment)
    }

    /// The names of all personas that any environment beside the suites has. One that cannot be read has none: it is told
    /// when it is used.
    fn personas(&mut self, target: &Target) -> BTreeSet<String> {
        let root = target.suites.first().map(|path| root_of(path)).unwrap_or_default();
        let files = std::fs::read_dir(root.join("environments")).into_iter().flatten();
        let files = files.filter_map(|entry| Some(entry.ok()?.path())).filter(|path| path.is_file());
        let yaml = files.filter(|path| path.extension().is_some_and(|ending| ending == "yaml" || ending == "yml"));
        let mut texts: Vec<String> = yaml.filter_map(|path| std::fs::read_to_string(path).ok()).collect();
        texts.push(BUILT_IN_SANDBOX.to_owned());
        let mut sources = Sources::default();
        let mut personas = BTreeSet::new();
        for text in texts {
            let file = sources.add("environment", text);
            personas.extend(persona_names(&sources, file));
        }
        personas
    }

    /// Where the command line says requests go, else what the environment says once it is evaluated (`Some(None)`).
    fn destination(&mut self, target: &Target, environment: Option<&Environment>) -> Option<Option<Destination>> {
        if let Some(url) = &target.base_url {
            if let Some(more) = more_than_a_base(url) {
                let title = format!("--base-url {url} has {more}, behind which no path can stand");
                self.problems.push(Diagnostic::new(Code::WrongValue, title).next(NO_QUERY));
                return None;
            }
            return match url::Url::parse(url) {
                Ok(parsed) if matches!(parsed.scheme(), "http" | "https") => Some(Some(Destination::Url(trimmed(url)))),
                Ok(_) | Err(_) => {
                    let problem =
                        Diagnostic::new(Code::WrongValue, format!("--base-url {url} is not an http or https URL"));
                    self.problems.push(problem.next("write it with its scheme, as in http://127.0.0.1:8417"));
                    None
                }
            };
        }
        match environment.map(|environment| &environment.base_url) {
            Some(BaseUrl::Embedded) => Some(Some(Destination::Embedded)),
            Some(BaseUrl::Url(_)) => Some(None),
            Some(BaseUrl::Unset(span)) => {
                let problem = Diagnostic::new(Code::MissingKey, "the environment does not say where requests go")
                    .at(self.sources.place(*span), "there is no `base_url`")
                    .next("add `base_url: https://...`, `base_url: embedded` for the reference server, or give --base-url");
                self.problems.push(problem);
                None
            }
            None => None,
        }
    }
}

/// The name of the only environment of a folder; none where there are several, or the one that is taken anyway.
fn only_environment(folder: &Path) -> Option<String> {
    let files = std::fs::read_dir(folder).ok()?.filter_map(|entry| Some(entry.ok()?.path()));
    let mut names = files.filter(|path| path.extension().is_some_and(|end| end == "yaml"));
    match (names.next(), names.next()) {
        (Some(only), None) => Some(only.file_stem()?.to_string_lossy().into_owned()),
        _ => None,
    }
}

/// Reads a file that a contract refers to, from below the contract's folder; a contract that is part of the program has
/// none.
pub(super) fn read_part(sources: &mut Sources, folder: Option<&Path>, path: &str) -> Result<FileId, Diagnostic> {
    let Some(folder) = folder else {
        return Err(Diagnostic::new(Code::MissingFile, format!("there is no file {path} in the program")));
    };
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let file = folder.join(path);
    let problem = |error: std::io::Error| unreadable(&file, &error).maybe_next(near_file(&file));
    // A symbolic link may lead anywhere.
    let real = file.canonicalize().map_err(problem)?;
    if !folder.canonicalize().is_ok_and(|folder| real.starts_with(folder)) {
        let title = format!("{} leads out of the contract's folder", shown(&file));
        return Err(Diagnostic::new(Code::UnreadableFile, title)
            .next("put the file itself below the folder of the contract: what it refers to stays inside"));
    }
    if !real.is_file() {
        return Err(Diagnostic::new(Code::UnreadableFile, format!("{} is not a file", shown(&file))));
    }
    let content = std::fs::read(&real).map_err(problem)?;
    let shown = shown(&file);
    match String::from_utf8(content) {
        Ok(text) => Ok(sources.add(shown, text)),
        Err(error) => Err(not_text(&shown, &error)),
    }
}

pub(super) fn not_text(shown: &str, error: &std::string::FromUtf8Error) -> Diagnostic {
    let at = error.utf8_error().valid_up_to();
    let line = error.as_bytes()[..at].iter().filter(|byte| **byte == b'\n').count() + 1;
    Diagnostic::new(Code::UnreadableFile, format!("{shown} is not UTF-8 text"))
        .note(NoteKind::Why, format!("byte {at}, on line {line}, cannot be part of any character"))
        .next("save the file as UTF-8")
}

/// Whether a file says of itself that it is an OpenAPI document.
fn is_contract(path: &Path) -> bool {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    let said = |line: &str| ["openapi:", "swagger:"].iter().any(|key| line.starts_with(key));
    let mut lines = text.lines().filter(|line| !line.trim().is_empty() && !line.starts_with(['#', '-', '%']));
    lines.next().is_some_and(said)
}

/// Suite files below a folder, in the order of their names.
///
/// A link that leads out of the folder, or back into one that was read, is passed over, and so is what is no file.
fn collect(folder: &Path, seen: &mut HashSet<PathBuf>, files: &mut Vec<PathBuf>) -> std::io::Result<()> {
    let whole = folder.canonicalize()?;
    let mut entries: Vec<PathBuf> =
        std::fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path())).collect::<Result<_, _>>()?;
    entries.sort();
    for path in entries {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if name.starts_with('.') {
            continue;
        }
        if path.is_dir() {
            let real = path.canonicalize()?;
            let inside = real.starts_with(&whole) && seen.insert(real);
            if inside && !NOT_SUITES.contains(&name.as_ref()) {
                collect(&path, seen, files)?;
            }
        } else if (name.ends_with(".yaml") || name.ends_with(".yml")) && path.is_file() {
            files.push(path);
        }
    }
    Ok(())
}

/// The folder that paths in a suite are below: the nearest one up that holds `environments`, else the suite's own.
pub(super) fn root_of(path: &Path) -> PathBuf {
    let own = if path.is_dir() { path } else { path.parent().unwrap_or(Path::new("")) };
    let holds = |folder: &&Path| folder.join("environments").is_dir();
    if let Some(folder) = own.ancestors().find(holds) {
        return folder.to_owned();
    }
    // Above where a relative path begins there may be one too: somebody stands inside the suites' folder.
    let here = if own.as_os_str().is_empty() { Path::new(".") } else { own };
    let whole = std::path::absolute(here).unwrap_or_else(|_| own.to_owned());
    whole.ancestors().find(holds).unwrap_or(own).to_owned()
}

/// Reads the files that steps send.
fn read_files(plan: &Plan, roots: &HashMap<FileId, PathBuf>, problems: &mut Vec<Diagnostic>) -> HashMap<String, Bytes> {
    let mut files = HashMap::new();
    let mut paths: HashMap<&str, PathBuf> = HashMap::new();
    for named in &plan.files {
        let path = roots.get(&named.span.file).cloned().unwrap_or_default().join(&named.value);
        let place = plan.sources.place(named.span);
        if !stays_below(&named.value) {
            problems.push(leads_out(&named.value).at(place, "named here"));
            continue;
        }
        match paths.get(named.value.as_str()) {
            Some(other) if *other == path => continue,
            Some(other) => {
                let title = format!("two suites mean different files by `{}`", named.value);
                let why = format!("{} and {}", other.display(), path.display());
                let problem = Diagnostic::new(Code::DuplicateName, title).at(place, "").note(NoteKind::Why, why);
                problems.push(problem.next("run the two suites apart"));
                continue;
            }
            None => {}
        }
        let root = roots.get(&named.span.file).cloned().unwrap_or_default();
        match read_below(&root, &path) {
            Ok(content) => {
                files.insert(named.value.clone(), Bytes::from(content));
            }
            Err(error) => problems.push(unreadable(&path, &error).at(place, "named here").maybe_next(near_file(&path))),
        }
        paths.insert(&named.value, path);
    }
    files
}

fn unknown_environment(name: &str, path: &Path) -> Diagnostic {
    let folder = path.parent().unwrap_or(Path::new(""));
    let mut known: Vec<String> = std::fs::read_dir(folder)
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.file_name().to_string_lossy().strip_suffix(".yaml")?.to_owned()))
        .collect();
    known.sort();
    let next = crate::text::did_you_mean(name, known.iter().map(String::as_str));
    Diagnostic::new(Code::UnknownEnvironment, format!("there is no environment `{name}`"))
        .note(NoteKind::Why, format!("no file {}", shown(path)))
        .maybe_next(next)
}

#[cfg(test)]
mod tests {
    use super::polite;

    #[test]
    fn only_a_server_on_this_machine_is_asked_at_the_embedded_ones_pace() {
        for near in ["http://127.0.0.1:8417", "http://localhost:1/x", "https://[::1]:1"] {
            assert_eq!(polite(0.02, near).to_string(), "0.02", "{near}");
        }
        for far in ["https://uat.example.com", "http://10.0.0.1", "http://localhost.example.com"] {
            assert_eq!(polite(0.02, far).to_string(), "1", "{far}");
        }
        assert_eq!(polite(3.0, "https://uat.example.com").to_string(), "3");
    }
}
