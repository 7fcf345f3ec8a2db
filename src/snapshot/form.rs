//! The form of what is masked: a value that comes back in another type or form is a difference, whatever its content.
//!
//! A form never says what differs by chance from run to run: not how many digits a fraction of a second has, not whether a
//! short id happens to be all digits.

/// Longest value whose picture is told; of a longer one its length is.
const LONGEST: usize = 32;
/// From here on an id without separators has a fixed length.
const LONG_ID: usize = 16;

/// The form of a value of a kind, where there is one to tell.
pub(super) fn form(kind: &str, value: &str) -> Option<String> {
    match kind {
        "uuid" => {
            let capitals = value.contains(|c: char| c.is_ascii_uppercase());
            (capitals && !value.contains(|c: char| c.is_ascii_lowercase())).then(|| "capitals".to_owned())
        }
        "time" => Some(time(value)),
        "date" => Some(date(value).unwrap_or_else(|| picture(value))),
        "epoch" => Some(if value.len() > 11 { "ms" } else { "s" }.to_owned()),
        "email" => (!value.contains('@')).then(|| picture(value)),
        "pan" => {
            let shape = picture(value);
            (shape != "AAAAA9999A").then_some(shape)
        }
        "mobile" | "aadhaar" | "account" => Some(picture(value)),
        "id" => id(value),
        "token" => (value.starts_with("eyJ") && value.matches('.').count() == 2).then(|| "jwt".to_owned()),
        _ => None,
    }
}

fn time(value: &str) -> String {
    if !value.starts_with(|c: char| c.is_ascii_digit()) {
        return "http".to_owned();
    }
    let clock = value.get(11..).unwrap_or_default();
    let offset = clock.find(['Z', 'z', '+', '-']).and_then(|at| clock.get(at..));
    let mut parts = vec![offset.unwrap_or("no offset").to_owned()];
    if value.get(10..11) == Some(" ") {
        parts.push("a blank for T".to_owned());
    }
    let hours = clock.split(['Z', 'z', '+', '-']).next().unwrap_or_default();
    if hours.trim_end().matches(':').count() < 2 {
        parts.push("no seconds".to_owned());
    }
    parts.join(", ")
}

fn date(value: &str) -> Option<String> {
    let separator = value.chars().find(|c| !c.is_ascii_digit())?;
    let lengths: Vec<usize> = value.split(separator).map(str::len).collect();
    let digits = value.chars().all(|c| c.is_ascii_digit() || c == separator);
    match lengths.as_slice() {
        [4, 2, 2] if digits => Some(format!("yyyy{separator}mm{separator}dd")),
        [2, 2, 4] if digits => Some(format!("dd{separator}mm{separator}yyyy")),
        _ => None,
    }
}

fn id(value: &str) -> Option<String> {
    let letters = value.bytes().take_while(u8::is_ascii_uppercase).count();
    let digits = value.len() - letters;
    let hex = value.bytes().all(|byte| byte.is_ascii_hexdigit());
    let word = value.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if hex && value.len() >= 24 {
        Some(format!("{} hex digits", value.len()))
    } else if (2..=8).contains(&letters) && digits >= 8 && value[letters..].bytes().all(|byte| byte.is_ascii_digit()) {
        Some(format!("{letters} letters {digits} digits"))
    } else if word && value.len() >= LONG_ID {
        Some(format!("{} characters", value.len()))
    } else {
        None
    }
}

/// What a value looks like: `10 digits`, or its letters and digits each as one of their kind.
fn picture(value: &str) -> String {
    if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) {
        return crate::text::count(value.len(), "digit");
    }
    if value.chars().count() > LONGEST {
        return crate::text::count(value.chars().count(), "character");
    }
    let drawn = |c: char| match c {
        c if c.is_ascii_digit() => '9',
        c if c.is_uppercase() => 'A',
        c if c.is_alphabetic() => 'a',
        // These end a placeholder or its form.
        '[' | ']' | ',' => '.',
        c if c.is_control() => '.',
        c => c,
    };
    value.chars().map(drawn).collect()
}

/// A URL's scheme and authority masked: the target's own host, a port of this machine, who is named to log in. `None` for
/// another host, which is what it is.
pub(super) fn host(scheme: &str, authority: &str, own: &str) -> Option<String> {
    let (user, host) = authority.rsplit_once('@').map_or((None, authority), |(user, host)| (Some(user), host));
    let user = if user.is_some() { "[user]@" } else { "" };
    if host.eq_ignore_ascii_case(own) {
        return Some(format!("{scheme}://{user}[host]"));
    }
    let (name, port) = match host.rsplit_once(':') {
        Some((name, port)) if !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit()) => (name, Some(port)),
        _ => (host, None),
    };
    match port {
        Some(_) if matches!(name, "127.0.0.1" | "localhost" | "[::1]") => {
            Some(format!("{scheme}://{user}{name}:[port]"))
        }
        _ if !user.is_empty() => Some(format!("{scheme}://{user}{host}")),
        _ => None,
    }
}

/// Words in names of members whose values are amounts: numbers as long as a mobile number are no rarity among them.
const AMOUNTS: [&str; 30] = [
    "amount",
    "amt",
    "paise",
    "rupees",
    "price",
    "cost",
    "fee",
    "fees",
    "charge",
    "charges",
    "total",
    "balance",
    "limit",
    "income",
    "salary",
    "turnover",
    "emi",
    "principal",
    "interest",
    "sum",
    "count",
    "quantity",
    "bytes",
    "size",
    "length",
    "score",
    "rate",
    "tax",
    "value",
    "outstanding",
];

/// Whether a member's name says that its value is an amount: `amountPaise`, `net_balance`, `loanLimit`.
pub(super) fn names_an_amount(name: &str) -> bool {
    let mut words: Vec<String> = vec![String::new()];
    let mut before_small = false;
    for c in name.chars() {
        if !c.is_ascii_alphanumeric() || (c.is_ascii_uppercase() && before_small) {
            words.push(String::new());
        }
        before_small = c.is_ascii_lowercase();
        if let Some(word) = words.last_mut().filter(|_| c.is_ascii_alphanumeric()) {
            word.push(c.to_ascii_lowercase());
        }
    }
    words.iter().any(|word| AMOUNTS.contains(&word.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_told_by_a_word_of_their_name() {
        for name in ["amountPaise", "net_balance", "loanLimit", "Total", "monthlyEMI"] {
            assert!(names_an_amount(name), "{name}");
        }
        for name in ["premium", "consumer", "accountNumber"] {
            assert!(!names_an_amount(name), "{name}");
        }
    }
}
