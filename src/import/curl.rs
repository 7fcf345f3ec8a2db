//! curl command lines: as they stand in documentation, in shell scripts, and as browsers copy them.

use super::address::{path_and_query, settle, split};
use super::auth;
use super::holes::Holes;
use super::model::{Body, FilePart, Import, Note, Step};
use super::node::json_body;
use super::private::file_name;
use crate::diagnostic::{Code, Diagnostic};
use crate::source::{FileId, Sources, Span};
use serde_json::{Value, json};

/// Most commands of one file.
const MOST: usize = 10_000;

/// A word of a command line, and the byte where it begins.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Word {
    at: usize,
    text: String,
}

/// Reads the curl commands of a text.
///
/// # Errors
/// When there is none, or a quote is not closed.
pub fn read(sources: &Sources, file: FileId, name: &str) -> Result<Import, Vec<Diagnostic>> {
    let text = &sources.file(file).text;
    let commands = commands(text).map_err(|at| {
        let at = u32::try_from(at).unwrap_or(u32::MAX);
        let place = sources.place(Span { file, start: at, end: at });
        vec![
            Diagnostic::new(Code::WrongValue, "a quote is not closed")
                .at(place, "it begins here")
                .next("copy the whole command"),
        ]
    })?;
    let mut import = Import { name: name.to_owned(), ..Import::default() };
    let mut holes = Holes::default();
    let mut urls = Vec::new();
    for command in commands.into_iter().take(MOST) {
        let Some(first) = command.first() else { continue };
        let line = text[..first.at.min(text.len())].matches('\n').count() + 1;
        let mut reader = Reader {
            step: Step { line, ..Step::default() },
            notes: Vec::new(),
            holes: &mut holes,
            data: Vec::new(),
            form: Vec::new(),
            get: false,
            head: false,
            json: false,
            url: None,
            files: Vec::new(),
            raw_file: None,
        };
        reader.words(&command[1..]);
        let Some((url, step, notes)) = reader.finish() else {
            import.note("curl", line, "a command without a URL");
            continue;
        };
        urls.push(url);
        import.notes.extend(notes);
        import.steps.push(step);
    }
    if import.steps.is_empty() {
        return Err(vec![
            Diagnostic::new(Code::WrongValue, format!("{} has no curl command", sources.file(file).name))
                .next("a command begins with `curl` and names a URL"),
        ]);
    }
    settle(&mut import, &urls, &mut holes);
    let headers = import.steps.iter().map(|step| step.name.clone()).collect::<Vec<_>>();
    number_twice(&mut import, &headers);
    import.renamed = holes.names.changed();
    Ok(import)
}

/// Steps of one name get numbers.
fn number_twice(import: &mut Import, names: &[String]) {
    for (index, step) in import.steps.iter_mut().enumerate() {
        let before = names[..index].iter().filter(|name| **name == step.name).count();
        if before > 0 {
            step.name = format!("{} ({})", step.name, before + 1);
        }
    }
}

struct Reader<'h> {
    step: Step,
    notes: Vec<Note>,
    holes: &'h mut Holes,
    data: Vec<String>,
    form: Vec<(String, Value)>,
    files: Vec<(String, FilePart)>,
    get: bool,
    head: bool,
    json: bool,
    url: Option<String>,
    raw_file: Option<String>,
}

/// Options that take a value and change nothing that a suite says.
const WITH_VALUE: [&str; 46] = [
    "-o",
    "--output",
    "-w",
    "--write-out",
    "-c",
    "--cookie-jar",
    "--connect-timeout",
    "--retry-delay",
    "--retry-max-time",
    "-y",
    "--speed-time",
    "-Y",
    "--speed-limit",
    "--limit-rate",
    "-K",
    "--config",
    "--trace",
    "--trace-ascii",
    "--stderr",
    "-D",
    "--dump-header",
    "--resolve",
    "--connect-to",
    "--interface",
    "--max-redirs",
    "--ciphers",
    "--tls-max",
    "--noproxy",
    "--dns-servers",
    "-C",
    "--continue-at",
    "-r",
    "--range",
    "--keepalive-time",
    "-z",
    "--time-cond",
    "--proto",
    "--proto-redir",
    "--proto-default",
    "-t",
    "--unix-socket",
    "--output-dir",
    "--create-file-mode",
    "--etag-save",
    "--pinnedpubkey",
    "--engine",
];

impl Reader<'_> {
    fn words(&mut self, words: &[Word]) {
        let mut words = words.iter().peekable();
        let mut only_urls = false;
        while let Some(word) = words.next() {
            let text = word.text.as_str();
            if only_urls || !text.starts_with('-') || text == "-" {
                self.address(text);
                continue;
            }
            if text == "--" {
                only_urls = true;
                continue;
            }
            if text.starts_with("--") {
                let (name, given) =
                    text.split_once('=').map_or((text, None), |(name, value)| (name, Some(value.to_owned())));
                let mut next =
                    || given.clone().or_else(|| words.next().map(|word| word.text.clone())).unwrap_or_default();
                self.option(name, &mut next);
                continue;
            }
            // `-sSLd data`: letters until one that takes a value, which may stand right behind it.
            let letters: Vec<char> = text[1..].chars().collect();
            for (index, letter) in letters.iter().enumerate() {
                let name = format!("-{letter}");
                let rest: String = letters[index + 1..].iter().collect();
                let takes = "XHdFubAemxETowcKDrCzyYtU".contains(*letter);
                let mut next = || {
                    if rest.is_empty() {
                        words.next().map(|word| word.text.clone()).unwrap_or_default()
                    } else {
                        rest.trim_start_matches('=').to_owned()
                    }
                };
                self.option(&name, &mut next);
                if takes {
                    break;
                }
            }
        }
    }

    fn address(&mut self, url: &str) {
        if self.url.is_none() {
            self.url = Some(url.to_owned());
        } else {
            self.note(format!("a second URL of one command: {url}"));
        }
    }

    fn note(&mut self, text: String) {
        self.step.comments.push(format!("not translated: {text}"));
        self.notes.push(Note { request: String::new(), line: self.step.line, text });
    }

    fn option(&mut self, name: &str, next: &mut dyn FnMut() -> String) {
        match name {
            "-X" | "--request" => self.step.request.method = next(),
            "--url" => {
                let url = next();
                self.address(&url);
            }
            "-H" | "--header" => {
                let header = next();
                self.header(&header);
            }
            "-d" | "--data" | "--data-ascii" | "--data-binary" | "--data-raw" => {
                let value = next();
                if let Some(path) = value.strip_prefix('@').filter(|_| name != "--data-raw") {
                    self.raw_file = Some(file_name(path));
                } else if name == "--data-binary" || name == "--data-raw" {
                    self.data.push(value);
                } else {
                    self.data.push(value.replace(['\r', '\n'], ""));
                }
            }
            "--data-urlencode" => {
                let value = next();
                let (key, value) = value
                    .split_once('=')
                    .map_or((None, value.as_str()), |(key, value)| (Some(key).filter(|key| !key.is_empty()), value));
                let encoded = if value.contains("{{") { value.to_owned() } else { crate::text::percent_encoded(value) };
                self.data.push(key.map_or_else(|| encoded.clone(), |key| format!("{key}={encoded}")));
            }
            "--json" => {
                let value = next();
                self.json = true;
                match value.strip_prefix('@') {
                    Some(path) => self.raw_file = Some(file_name(path)),
                    None => self.data.push(value),
                }
            }
            "-F" | "--form" | "--form-string" => {
                let value = next();
                self.part(&value, name == "--form-string");
            }
            "-u" | "--user" => {
                let value = next();
                let (user, password) = value.split_once(':').unwrap_or((&value, ""));
                auth::basic(&mut self.step.request, user, password, self.holes);
            }
            "--oauth2-bearer" => {
                let token = next();
                auth::bearer(&mut self.step.request, &token, "access_token", self.holes);
            }
            "-b" | "--cookie" => {
                let value = next();
                if value.contains('=') { self.cookies(&value) } else { self.note("cookies of a file".into()) }
            }
            "-A" | "--user-agent" => {
                let value = next();
                self.header(&format!("user-agent: {value}"));
            }
            "-e" | "--referer" => {
                let value = next();
                self.header(&format!("referer: {value}"));
            }
            "-G" | "--get" => self.get = true,
            "-I" | "--head" => self.head = true,
            "-m" | "--max-time" => {
                let value = next();
                if value.parse::<f64>().is_ok_and(|seconds| seconds > 0.0) {
                    self.step.timeout = Some(format!("{value}s"));
                }
            }
            "--retry" => {
                let _ = next();
                self.step.retry_on =
                    vec![json!("transport"), json!(429), json!(500), json!(502), json!(503), json!(504)];
            }
            "-L" | "--location" | "--location-trusted" => {
                self.step.comments.push("curl follows redirects here (-L); a step shows the redirect itself".into());
            }
            "-k" | "--insecure" => self.note(
                "certificates are not checked (-k); name the authority with `tls: { ca: ... }` in the environment"
                    .into(),
            ),
            "-x" | "--proxy" | "--preproxy" | "--socks5" | "--socks5-hostname" | "-U" | "--proxy-user" => {
                let _ = next();
                self.note("a proxy; name it in the environment".into());
            }
            "--cacert" | "--capath" | "-E" | "--cert" | "--key" | "--cert-type" | "--key-type" | "--pass" => {
                let _ = next();
                self.note(format!("{name}: name the file under `tls` in the environment"));
            }
            "-T" | "--upload-file" => {
                self.raw_file = Some(file_name(&next()));
                if self.step.request.method.is_empty() {
                    self.step.request.method = "PUT".into();
                }
            }
            "--url-query" => {
                let value = next();
                for (name, value) in path_and_query(&format!("?{value}")).1 {
                    let value = self.holes.guarded(&name, &value);
                    self.step.request.query.push((name, value));
                }
            }
            "--aws-sigv4" => {
                let _ = next();
                self.note("a signature of AWS".into());
            }
            "--digest" | "--ntlm" | "--negotiate" => self.note(format!("auth by {}", name.trim_start_matches('-'))),
            other if WITH_VALUE.contains(&other) => {
                let _ = next();
            }
            _ => {}
        }
    }

    fn header(&mut self, header: &str) {
        let header = header.trim();
        let Some((name, value)) = header.split_once(':') else {
            if let Some(name) = header.strip_suffix(';') {
                self.step.request.headers.push((name.trim().to_lowercase(), "".into()));
            } else if header.starts_with('@') {
                self.note("headers of a file".into());
            }
            return;
        };
        let (name, value) = (name.trim().to_lowercase(), value.trim());
        match name.as_str() {
            "cookie" => self.cookies(value),
            "host" | "content-length" | "connection" => {}
            _ if value.is_empty() => self.step.request.headers.push((name, Value::Null)),
            _ => {
                let value = self.holes.guarded(&name, value);
                self.step.request.headers.push((name, value));
            }
        }
    }

    fn cookies(&mut self, value: &str) {
        for pair in value.split(';') {
            if let Some((name, value)) = pair.trim().split_once('=') {
                let secret = if value.contains("{{") {
                    self.holes.text(value)
                } else {
                    format!("{{{{ secret('{}') }}}}", super::private::variable(&format!("cookie_{name}")))
                };
                self.step.request.cookies.push((name.to_owned(), secret.into()));
            }
        }
    }

    fn part(&mut self, value: &str, plain: bool) {
        let Some((name, value)) = value.split_once('=') else { return self.note(format!("a part of a form: {value}")) };
        if let Some(path) = value.strip_prefix(['@', '<']).filter(|_| !plain) {
            let mut parts = path.split(';');
            let mut file = FilePart { name: file_name(parts.next().unwrap_or_default().trim_matches('"')), kind: None };
            for option in parts {
                match option.trim().split_once('=') {
                    Some(("type", kind)) => file.kind = Some(kind.to_owned()),
                    Some(("filename", name)) => file.name = file_name(name.trim_matches('"')),
                    _ => {}
                }
            }
            self.note(format!(
                "the file for the field `{name}` ({}) is on another machine; a text stands for it",
                file.name
            ));
            self.files.push((name.to_owned(), file));
            return;
        }
        if let Some((_, kind)) = value.split_once(";type=").filter(|_| !plain) {
            self.note(format!("the part `{name}` is sent as {kind}; a suite sends it as text"));
        }
        let value = if plain { value } else { value.split(";type=").next().unwrap_or_default().trim_matches('"') };
        let value = self.holes.guarded(name, value);
        self.form.push((name.to_owned(), value));
    }

    /// The URL without its query, the step and what was not translated; none without a URL.
    fn finish(mut self) -> Option<(String, Step, Vec<Note>)> {
        let (base, rest) = split(self.url.as_deref()?);
        let (path, query) = path_and_query(&rest);
        // A user in the URL.
        let base = match base.split_once("://").and_then(|(scheme, host)| Some((scheme, host.rsplit_once('@')?))) {
            Some((scheme, (user, host))) => {
                let (user, password) = user.split_once(':').unwrap_or((user, ""));
                auth::basic(&mut self.step.request, user, password, self.holes);
                format!("{scheme}://{host}")
            }
            None => base,
        };
        for (name, value) in query {
            let value = self.holes.guarded(&name, &value);
            self.step.request.query.push((name, value));
        }
        let data = self.data.join("&");
        if self.get {
            for (name, value) in path_and_query(&format!("?{data}")).1 {
                let value = self.holes.guarded(&name, &value);
                self.step.request.query.push((name, value));
            }
        } else {
            self.body(&data);
        }
        let sends = self.step.request.body != Body::None;
        if self.step.request.method.is_empty() {
            self.step.request.method = if self.head {
                "HEAD"
            } else if sends {
                "POST"
            } else {
                "GET"
            }
            .into();
        }
        self.step.name =
            format!("{} {}", self.step.request.method.to_uppercase(), path.replace("{{", "{").replace("}}", "}"));
        let name = self.step.name.clone();
        self.notes.iter_mut().for_each(|note| note.request.clone_from(&name));
        Some((format!("{base}{path}"), self.step, self.notes))
    }

    fn body(&mut self, data: &str) {
        if !self.form.is_empty() || !self.files.is_empty() {
            self.step.request.headers.retain(|(name, _)| name != "content-type");
            self.step.request.body = Body::Multipart(std::mem::take(&mut self.form), std::mem::take(&mut self.files));
            return;
        }
        if let Some(file) = self.raw_file.take() {
            self.step.request.body = Body::Raw("replace this by the content to send".into());
            self.note(format!("the body is the file {file} of another machine; a text stands for it"));
            return;
        }
        if data.is_empty() {
            return;
        }
        let kind = self
            .step
            .request
            .headers
            .iter()
            .find(|(name, _)| name == "content-type")
            .and_then(|(_, kind)| kind.as_str().map(str::to_owned));
        let is = |word: &str| kind.as_deref().is_some_and(|kind| kind.contains(word));
        let looks = self.json || is("json") || (kind.is_none() && data.trim_start().starts_with(['{', '[']));
        if let Some(value) = json_body(data).filter(|_| looks) {
            self.step.request.body = Body::Json(self.holes.guarded_json(&value));
            return;
        }
        let form =
            is("x-www-form-urlencoded") || (kind.is_none() && data.contains('=') && !data.contains(['\n', '{', '<']));
        if form {
            self.step.request.headers.retain(|(name, _)| name != "content-type");
            let fields = path_and_query(&format!("?{data}"))
                .1
                .into_iter()
                .map(|(name, value)| {
                    let value = self.holes.guarded(&name, &value);
                    (name, value)
                })
                .collect();
            self.step.request.body = Body::Form(fields);
            return;
        }
        if kind.is_none() {
            self.step.request.headers.push(("content-type".into(), "application/x-www-form-urlencoded".into()));
        }
        self.step.request.body = Body::Raw(self.holes.text(data));
    }
}

/// The curl commands of a text, each as its words.
///
/// # Errors
/// The byte of a quote that is not closed.
fn commands(text: &str) -> Result<Vec<Vec<Word>>, usize> {
    let mut commands: Vec<Vec<Word>> = Vec::new();
    let mut current: Vec<Word> = Vec::new();
    for word in words(text)? {
        match word {
            Token::Word(word) => current.push(word),
            Token::End => commands.push(std::mem::take(&mut current)),
        }
    }
    commands.push(current);
    let curls = commands.into_iter().filter_map(|words| {
        // `$ curl`, `TOKEN=x curl`, `time curl`
        let at = words
            .iter()
            .take(6)
            .position(|word| word.text == "curl" || word.text == "curl.exe" || word.text.ends_with("/curl"))?;
        Some(words[at..].to_vec())
    });
    Ok(curls.collect())
}

enum Token {
    Word(Word),
    /// The end of a command: a line's end, `;`, `|`, `&&`.
    End,
}

fn words(text: &str) -> Result<Vec<Token>, usize> {
    let letters: Vec<(usize, char)> = text.char_indices().collect();
    let mut tokens = Vec::new();
    let mut word: Option<Word> = None;
    let mut at = 0;
    let peek = |at: usize| letters.get(at).map(|(_, letter)| *letter);
    while let Some((byte, letter)) = letters.get(at).copied() {
        at += 1;
        match letter {
            // A line goes on after `\`, in Windows after `^`, in PowerShell after a backtick.
            '\\' | '^' | '`'
                if matches!(peek(at), Some('\n')) || (peek(at) == Some('\r') && peek(at + 1) == Some('\n')) =>
            {
                at += if peek(at) == Some('\r') { 2 } else { 1 };
                tokens.extend(word.take().map(Token::Word));
            }
            '\n' | ';' | '|' => {
                tokens.extend(word.take().map(Token::Word));
                tokens.push(Token::End);
            }
            '&' if peek(at) == Some('&') || word.is_none() => {
                at += usize::from(peek(at) == Some('&'));
                tokens.extend(word.take().map(Token::Word));
                tokens.push(Token::End);
            }
            '>' if word.is_none() => {
                // Where the output goes is no part of the request.
                while peek(at).is_some_and(|letter| letter == ' ' || letter == '>') {
                    at += 1;
                }
                while peek(at).is_some_and(|letter| !letter.is_whitespace()) {
                    at += 1;
                }
            }
            '#' if word.is_none() => {
                while peek(at).is_some_and(|letter| letter != '\n') {
                    at += 1;
                }
            }
            letter if letter.is_whitespace() => tokens.extend(word.take().map(Token::Word)),
            quote => {
                let current = word.get_or_insert_with(|| Word { at: byte, text: String::new() });
                match quote {
                    '\'' => at = until_quote(&letters, at, byte, &mut current.text)?,
                    '"' => at = double_quoted(&letters, at, byte, &mut current.text)?,
                    '$' if peek(at) == Some('\'') => at = ansi_quoted(&letters, at + 1, byte, &mut current.text)?,
                    '$' => at = variable(&letters, at, &mut current.text),
                    '\\' => {
                        if let Some(next) = peek(at) {
                            current.text.push(next);
                            at += 1;
                        }
                    }
                    other => current.text.push(other),
                }
            }
        }
    }
    tokens.extend(word.take().map(Token::Word));
    Ok(tokens)
}

type Letters<'l> = &'l [(usize, char)];

fn until_quote(letters: Letters<'_>, mut at: usize, opened: usize, text: &mut String) -> Result<usize, usize> {
    while let Some((_, letter)) = letters.get(at) {
        at += 1;
        if *letter == '\'' {
            return Ok(at);
        }
        text.push(*letter);
    }
    Err(opened)
}

fn double_quoted(letters: Letters<'_>, mut at: usize, opened: usize, text: &mut String) -> Result<usize, usize> {
    while let Some((_, letter)) = letters.get(at) {
        at += 1;
        match letter {
            '"' => return Ok(at),
            '\\' => {
                if let Some((_, next)) = letters.get(at) {
                    at += 1;
                    match next {
                        '"' | '\\' | '$' | '`' => text.push(*next),
                        '\n' => {}
                        other => text.extend(['\\', *other]),
                    }
                }
            }
            '^' if letters.get(at).is_some_and(|(_, next)| *next == '"') => {}
            '$' => at = variable(letters, at, text),
            other => text.push(*other),
        }
    }
    Err(opened)
}

/// `$'...'`, as browsers write texts with line ends.
fn ansi_quoted(letters: Letters<'_>, mut at: usize, opened: usize, text: &mut String) -> Result<usize, usize> {
    while let Some((_, letter)) = letters.get(at) {
        at += 1;
        match letter {
            '\'' => return Ok(at),
            '\\' => {
                let Some((_, next)) = letters.get(at) else { return Err(opened) };
                at += 1;
                match next {
                    'n' => text.push('\n'),
                    't' => text.push('\t'),
                    'r' => text.push('\r'),
                    'u' | 'U' | 'x' => {
                        let most = match next {
                            'x' => 2,
                            'u' => 4,
                            _ => 8,
                        };
                        let digits: String = letters[at..]
                            .iter()
                            .take(most)
                            .map(|(_, c)| *c)
                            .take_while(char::is_ascii_hexdigit)
                            .collect();
                        at += digits.len();
                        text.push(
                            u32::from_str_radix(&digits, 16)
                                .ok()
                                .and_then(char::from_u32)
                                .unwrap_or(char::REPLACEMENT_CHARACTER),
                        );
                    }
                    other => text.push(*other),
                }
            }
            other => text.push(*other),
        }
    }
    Err(opened)
}

/// `$NAME` and `${NAME}` as a placeholder.
fn variable(letters: Letters<'_>, mut at: usize, text: &mut String) -> usize {
    let braced = letters.get(at).is_some_and(|(_, letter)| *letter == '{');
    let mut end = at + usize::from(braced);
    let mut name = String::new();
    while let Some((_, letter)) =
        letters.get(end).filter(|(_, letter)| letter.is_ascii_alphanumeric() || *letter == '_')
    {
        name.push(*letter);
        end += 1;
    }
    if name.is_empty() || name.starts_with(|c: char| c.is_ascii_digit()) {
        text.push('$');
        return at;
    }
    if braced {
        // `${NAME:-default}`
        while let Some((_, letter)) = letters.get(end).filter(|(_, letter)| *letter != '\n') {
            end += 1;
            if *letter == '}' {
                break;
            }
        }
    }
    text.push_str(&format!("{{{{{name}}}}}"));
    at = end;
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_text(text: &str) -> Import {
        let mut sources = Sources::default();
        let file = sources.add("c.sh", text);
        read(&sources, file, "c").unwrap_or_else(|problems| panic!("{problems:?}"))
    }

    #[test]
    fn commands_of_every_shell_are_cut_into_words() {
        let cut = |text: &str| -> Vec<Vec<String>> {
            let commands = commands(text).expect("quotes are closed");
            commands.into_iter().map(|words| words.into_iter().map(|word| word.text).collect()).collect()
        };
        assert_eq!(
            cut("# a\ncurl 'a b' \\\n  -H \"x: \\\"y\\\"\" # c\ncurl b | jq ."),
            [vec!["curl", "a b", "-H", "x: \"y\""], vec!["curl", "b"]]
        );
        assert_eq!(cut("curl ^\r\n -d \"{\\\"a\\\":1}\" u"), [vec!["curl", "-d", "{\"a\":1}", "u"]]);
        assert_eq!(cut(r"curl $'a\n\u0041' ${B}/x $C"), [vec!["curl", "a\nA", "{{B}}/x", "{{C}}"]]);
        assert_eq!(commands("curl 'a").expect_err("it is open"), 5);
    }

    #[test]
    fn options_become_parts_of_the_request() {
        let import = read_text(
            "curl -sS -XPOST https://a.example/x?q=1 -H 'X-Api-Key: abc' -H 'Content-Type: application/json' -d '{\"a\": {{n}}}'\ncurl -G https://a.example/y -d a=1 -d b=2 -u asha:pw -m 5\ncurl https://a.example/z -F 'f=@/home/asha/a.pdf;type=application/pdf' -F k=v",
        );
        let [first, second, third] = import.steps.as_slice() else { panic!("three steps") };
        assert_eq!((first.request.method.as_str(), first.request.path.as_str()), ("POST", "/x"));
        assert_eq!(first.request.headers[0], ("x-api-key".to_owned(), json!("{{ secret('X_API_KEY') }}")));
        assert_eq!(first.request.body, Body::Json(json!({ "a": "{{ n }}" })));
        assert_eq!(second.request.query, [("a".to_owned(), json!("1")), ("b".to_owned(), json!("2"))]);
        assert_eq!(second.request.headers[0].1, json!("Basic {{ base64('asha' ~ ':' ~ secret('PASSWORD')) }}"));
        assert_eq!(second.timeout.as_deref(), Some("5s"));
        assert_eq!(
            third.request.body,
            Body::Multipart(
                vec![("k".into(), json!("v"))],
                vec![("f".into(), FilePart { name: "a.pdf".into(), kind: Some("application/pdf".into()) })]
            )
        );
        assert_eq!(import.base_url, Some(json!("https://a.example")));
    }
}
