//! What an environment gives to every case, evaluated once.

use super::Library;
use super::personas::PERSONAS;
use crate::diagnostic::{Code, Diagnostic};
use crate::expr::{Context, FUNCTIONS, Scope, Template};
use crate::source::{Sources, Span, Spanned};
use crate::suite::{BaseUrl, Environment};
use crate::text;
use serde_json::Value;
use std::collections::HashMap;
use std::num::NonZeroUsize;
use std::sync::Arc;

/// The name under which templates see where the run listens for requests to us.
pub const WEBHOOK_URL: &str = "webhook_url";

/// Its value until the run listens.
const NOWHERE_YET: &str = "http://127.0.0.1";

/// What an environment gives to every case.
#[derive(Debug, Clone, Default)]
pub struct Globals {
    /// Names and values.
    pub names: Arc<HashMap<String, Value>>,
    /// Headers of every request, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The base URL, where the environment has one.
    pub base_url: Option<Spanned<String>>,
    /// The factor on the waits of polls.
    pub pace: f64,
    /// Most requests per second to one host.
    pub rate: Option<f64>,
    /// How many cases are at work at once, where the environment says.
    pub concurrency: Option<NonZeroUsize>,
    /// A PEM file of the authorities to trust instead of the system's.
    pub ca: Option<Spanned<String>>,
    /// PEM files of our certificate and of its key.
    pub identity: Option<(Spanned<String>, Spanned<String>)>,
    /// The URL of the proxy that requests go through; it may hold a password.
    pub proxy: Option<Spanned<String>>,
    /// Names of secrets that its templates use.
    pub secrets: Vec<String>,
    /// Further hosts, in the order of the environment's file.
    pub services: Vec<PlannedService>,
    /// Whether nothing may be changed there without leave.
    pub protected: Option<Span>,
    /// Names of headers, parameters and members whose values are credentials here, besides those known everywhere.
    pub masked: Vec<String>,
}

/// A further host that requests may go to.
#[derive(Debug, Clone)]
pub struct PlannedService {
    /// What requests call it.
    pub name: String,
    /// Where its requests go, without a slash at the end.
    pub base_url: Spanned<String>,
    /// Headers of every request to it, names in lower case.
    pub headers: Vec<(String, String)>,
}

impl Globals {
    /// Says where the run listens for requests to us, unless the environment says how that is reached from outside.
    pub fn listens_at(&mut self, url: &str) {
        let names = Arc::make_mut(&mut self.names);
        if names.get(WEBHOOK_URL).is_some_and(|known| known == NOWHERE_YET) {
            names.insert(WEBHOOK_URL.to_owned(), Value::from(url));
        }
    }

    pub(super) fn evaluate(library: &Library, problems: &mut Vec<Diagnostic>) -> Self {
        let given = library.overrides.iter().cloned();
        let Some(environment) = &library.environment else {
            let mut names: HashMap<String, Value> = given.collect();
            if library.receives() {
                names.entry(WEBHOOK_URL.to_owned()).or_insert_with(|| Value::from(NOWHERE_YET));
            }
            return Self { pace: 1.0, names: Arc::new(names), ..Self::default() };
        };
        let scope = Scope::new(Arc::default(), 1);
        let mut evaluator = Evaluator { library, scope, secrets: Vec::new(), problems };
        let mut names = HashMap::new();
        for var in &environment.vars {
            let given = library.overrides.iter().find(|(name, _)| *name == var.name.value);
            let value = given.map(|(_, value)| value.clone()).or_else(|| evaluator.value(&var.value));
            if let Some(value) = value {
                evaluator.scope.set(0, &var.name.value, value.clone());
                names.insert(var.name.value.clone(), value);
            }
        }
        if let Some(value) = environment.personas.as_ref().and_then(|personas| evaluator.value(personas)) {
            evaluator.scope.set(0, PERSONAS, value.clone());
            names.insert(PERSONAS.to_owned(), value);
        } else if !library.personas.is_empty() {
            // Other environments have some: what is asked for here is lacking, and no mistake.
            names.insert(PERSONAS.to_owned(), Value::Object(serde_json::Map::new()));
        }
        let mut headers = Vec::new();
        for (name, value) in environment.headers.iter().filter_map(|(name, value)| Some((name, value.as_ref()?))) {
            headers.extend(evaluator.text(value).map(|value| (name.value.clone(), value)));
        }
        let mut services = Vec::new();
        for service in &environment.services {
            let mut own = Vec::new();
            for (name, value) in service.headers.iter().filter_map(|(name, value)| Some((name, value.as_ref()?))) {
                own.extend(evaluator.text(value).map(|value| (name.value.clone(), value)));
            }
            if let Some(url) = evaluator.spanned(Some(&service.base_url)) {
                let base_url = Spanned::new(url.value.trim_end_matches('/').to_owned(), url.span);
                services.push(PlannedService { name: service.name.value.clone(), base_url, headers: own });
            }
        }
        let base_url = match &environment.base_url {
            BaseUrl::Url(url) => evaluator.spanned(Some(url)),
            BaseUrl::Embedded | BaseUrl::Unset(_) => None,
        };
        let tls = &environment.tls;
        let (ca, cert, key) = (
            evaluator.spanned(tls.ca.as_ref()),
            evaluator.spanned(tls.cert.as_ref()),
            evaluator.spanned(tls.key.as_ref()),
        );
        if library.receives() {
            // Where the run listens is known when it does; an environment may say how it is reached from outside.
            names.entry(WEBHOOK_URL.to_owned()).or_insert_with(|| Value::from(NOWHERE_YET));
        }
        let (identity, proxy) = (cert.zip(key), evaluator.spanned(environment.proxy.as_ref()));
        names.extend(given);
        let secrets = evaluator.secrets;
        let Environment { pace, rate, concurrency, protected, .. } = *environment;
        let masked = environment.mask.clone();
        Self {
            names: Arc::new(names),
            headers,
            base_url,
            pace,
            rate,
            concurrency,
            ca,
            identity,
            proxy,
            secrets,
            services,
            protected,
            masked,
        }
    }
}

struct Evaluator<'l> {
    library: &'l Library,
    scope: Scope,
    secrets: Vec<String>,
    problems: &'l mut Vec<Diagnostic>,
}

impl Evaluator<'_> {
    fn value(&mut self, template: &Template) -> Option<Value> {
        template.each_expression(&mut |expression| {
            self.secrets.extend(expression.literal_arguments("secret").into_iter().flatten());
        });
        let context = Context::new(&self.scope, 0, &self.library.services);
        match template.render(&context) {
            Ok(value) => Some(value),
            Err(error) => {
                self.problems.push(environment_problem(&self.library.sources, template, &error));
                None
            }
        }
    }

    fn spanned(&mut self, template: Option<&Spanned<Template>>) -> Option<Spanned<String>> {
        let template = template?;
        self.text(&template.value).map(|text| Spanned::new(text, template.span))
    }

    fn text(&mut self, template: &Template) -> Option<String> {
        self.value(template).map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned))
    }
}

/// A template of an environment that could not be filled: most often a secret that is not set.
fn environment_problem(sources: &Sources, template: &Template, error: &crate::expr::RenderError) -> Diagnostic {
    let mut secrets = Vec::new();
    template.each_expression(&mut |expression| {
        secrets.extend(expression.literal_arguments("secret").into_iter().flatten());
    });
    let place = sources.place(error.span);
    let missing = secrets.iter().find(|secret| error.message.contains(&format!("`{secret}`")));
    match missing {
        Some(secret) => Diagnostic::new(Code::MissingSecret, format!("the secret `{secret}` has no value"))
            .at(place, "needed here")
            .next(format!("set the environment variable {secret}, or give a file that has it with --secrets")),
        None => {
            let functions = FUNCTIONS.iter().map(|function| function.name);
            let near =
                text::nearest(sources.slice(error.span), functions).map(|near| format!("did you mean `{near}`?"));
            Diagnostic::new(Code::Template, "a template of the environment cannot be filled")
                .at(place, error.message.clone())
                .maybe_next(near)
        }
    }
}
