//! How connections are made: what the environment, the command line and the system's variables say, files read.

use super::args::Target;
use super::files::{leads_out, near_file, shown, stays_below, unreadable};
use super::load::Destination;
use crate::diagnostic::{Code, Diagnostic, NoteKind};
use crate::plan::Plan;
use crate::source::{Span, Spanned};
use crate::transport::{Identity, IdentityError, Proxy, Settings, certificates};
use rustls::pki_types::CertificateDer;
use std::collections::HashMap;
use std::net::IpAddr;
use std::path::Path;

/// Puts the settings together; paths of the environment are absolute or below `root`.
pub(super) fn settings(
    target: &Target,
    plan: &Plan,
    root: &Path,
    destination: Option<&Destination>,
    variables: &HashMap<String, String>,
) -> Result<Settings, Vec<Diagnostic>> {
    let mut reading = Reading { plan, root, problems: Vec::new() };
    let authorities = match (&target.ca, &plan.globals.ca) {
        (Some(path), _) => reading.authorities(path, None),
        (None, Some(named)) => {
            let path = reading.path(named);
            path.and_then(|path| reading.authorities(&path, Some(named.span)))
        }
        (None, None) => None,
    };
    let identity = plan.globals.identity.as_ref().and_then(|(cert, key)| reading.identity(cert, key));
    let proxy = match &plan.globals.proxy {
        Some(url) => reading.proxy(url),
        None => Proxy::system(variables).map_err(|why| {
            // Nothing is sent through it to this machine, so there it need not be right.
            if !is_here(destination) {
                let problem = Diagnostic::new(Code::WrongValue, why);
                reading.problems.push(problem.next("unset it, or name a proxy that can be used"));
            }
        }),
    };
    match (proxy, reading.problems.is_empty()) {
        (proxy, true) => Ok(Settings {
            authorities: authorities.unwrap_or_default(),
            identity,
            proxy: proxy.unwrap_or_default(),
            resolve: target.resolve.clone(),
            body_limit: target.body_limit,
        }),
        (_, false) => Err(reading.problems),
    }
}

/// Whether requests go to this machine.
fn is_here(destination: Option<&Destination>) -> bool {
    let Some(Destination::Url(url)) = destination else { return true };
    let parsed = url::Url::parse(url).ok();
    let host = parsed.as_ref().and_then(url::Url::host_str).unwrap_or_default();
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || bare.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

struct Reading<'r> {
    plan: &'r Plan,
    root: &'r Path,
    problems: Vec<Diagnostic>,
}

impl Reading<'_> {
    /// A problem with what the environment names, or the command line where there is no place.
    fn problem(&mut self, problem: Diagnostic, span: Option<Span>, why: String) {
        self.problems.push(match span {
            Some(span) => problem.at(self.plan.sources.place(span), why),
            None => problem.note(NoteKind::Why, why),
        });
    }

    fn path(&mut self, named: &Spanned<String>) -> Option<std::path::PathBuf> {
        let path = Path::new(&named.value);
        if path.is_relative() && !stays_below(&named.value) {
            self.problem(leads_out(&named.value), Some(named.span), "named here".to_owned());
            return None;
        }
        Some(self.root.join(path))
    }

    fn read(&mut self, path: &Path, span: Option<Span>) -> Option<Vec<u8>> {
        match std::fs::read(path) {
            Ok(content) => Some(content),
            Err(error) => {
                let problem = unreadable(path, &error).maybe_next(near_file(path));
                let why = if span.is_some() { "named here" } else { "named by --ca" };
                self.problem(problem, span, why.to_owned());
                None
            }
        }
    }

    fn authorities(&mut self, path: &Path, span: Option<Span>) -> Option<Vec<CertificateDer<'static>>> {
        let pem = self.read(path, span)?;
        match certificates(&pem) {
            Ok(authorities) => Some(authorities),
            Err(why) => {
                self.unusable("certificate", path, span, why);
                None
            }
        }
    }

    fn identity(&mut self, cert: &Spanned<String>, key: &Spanned<String>) -> Option<Identity> {
        let (cert_path, key_path) = (self.path(cert), self.path(key));
        let (cert_path, key_path) = (cert_path?, key_path?);
        let (cert_pem, key_pem) = (self.read(&cert_path, Some(cert.span)), self.read(&key_path, Some(key.span)));
        match Identity::new(&cert_pem?, &key_pem?) {
            Ok(identity) => return Some(identity),
            Err(IdentityError::Certificate(why)) => self.unusable("certificate", &cert_path, Some(cert.span), why),
            Err(IdentityError::Key(why)) => self.unusable("key", &key_path, Some(key.span), why),
        }
        None
    }

    fn unusable(&mut self, what: &str, path: &Path, span: Option<Span>, why: String) {
        let title = format!("{} holds no {what} that can be used", shown(path));
        let problem = Diagnostic::new(Code::WrongValue, title);
        self.problem(problem.next("it has to be PEM, text that begins with -----BEGIN"), span, why);
    }

    fn proxy(&mut self, url: &Spanned<String>) -> Result<Proxy, ()> {
        Proxy::fixed(&url.value).map_err(|why| {
            let problem = Diagnostic::new(Code::WrongValue, "`proxy` names no proxy that can be used");
            let problem = problem.next("write it with its scheme, as in http://proxy.example:3128");
            self.problem(problem, Some(url.span), why);
        })
    }
}
