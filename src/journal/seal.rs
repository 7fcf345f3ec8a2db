//! What makes a journal evidence: each line says which it is and seals all lines up to it, so that a line that was cut out,
//! doubled, changed or put elsewhere is told.
//!
//! A seal is the beginning of a SHA-256 digest over the digest before it and the line. It needs no key: who changes a line
//! can seal the rest anew, but not without changing every line that follows, and the digest that was told at the end of the
//! run or signed with a dossier.

use ring::digest::{Context, SHA256};

/// Hexadecimal digits of a digest that a line carries.
const DIGITS: usize = 16;

/// The digest of the lines so far.
#[derive(Debug, Clone, Default)]
pub(super) struct Chain {
    line: u64,
    digest: [u8; 32],
}

/// What a line says of itself.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Said<'l> {
    /// The line without what it says of itself, its closing brace included.
    pub(super) length: usize,
    pub(super) line: u64,
    pub(super) seal: &'l str,
}

impl Chain {
    /// Seals a line, which is a JSON object without a line break.
    pub(super) fn seal(&mut self, line: &mut Vec<u8>) {
        let seal = self.take(line);
        if line.pop() == Some(b'}') {
            line.extend_from_slice(format!(",\"line\":{},\"seal\":\"{seal}\"}}", self.line).as_bytes());
        }
    }

    /// What a line that follows has to say.
    fn take(&mut self, line: &[u8]) -> String {
        let mut context = Context::new(&SHA256);
        context.update(&self.digest);
        context.update(line);
        self.digest.copy_from_slice(context.finish().as_ref());
        self.line += 1;
        self.digest[..DIGITS / 2].iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// Checks a sealed line.
    ///
    /// # Errors
    /// It is not the line that has to follow; the error is a sentence.
    pub(super) fn check(&mut self, line: &[u8], said: &Said<'_>) -> Result<(), String> {
        let expected = self.line + 1;
        if said.line != expected {
            return Err(match said.line.cmp(&expected) {
                std::cmp::Ordering::Less => {
                    format!("it says that it is line {} of the run: it stands here again", said.line)
                }
                _ => format!("it says that it is line {} of the run, where line {expected} has to follow", said.line),
            });
        }
        let bare = [&line[..said.length], b"}"].concat();
        match self.take(&bare) == said.seal {
            true => Ok(()),
            false => Err("its seal is not that of what it says: it, or a line before it, was changed".to_owned()),
        }
    }
}

/// What a line says of itself; `None` for one that is not sealed.
pub(super) fn said(line: &[u8]) -> Option<Said<'_>> {
    // From its end, since texts in the middle may look the same.
    let text = line.strip_suffix(b"\"}")?;
    let at = text.len().checked_sub(DIGITS)?;
    let seal =
        std::str::from_utf8(&text[at..]).ok().filter(|seal| seal.bytes().all(|byte| byte.is_ascii_hexdigit()))?;
    let before = text[..at].strip_suffix(b",\"seal\":\"")?;
    let digits = before.iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
    let (rest, number) = before.split_at(before.len() - digits);
    let length = rest.strip_suffix(b",\"line\":")?.len();
    Some(Said { length, line: std::str::from_utf8(number).ok()?.parse().ok()?, seal })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sealed(lines: &[&str]) -> Vec<Vec<u8>> {
        let mut chain = Chain::default();
        let seal = |line: &&str| {
            let mut line = line.as_bytes().to_vec();
            chain.seal(&mut line);
            line
        };
        lines.iter().map(seal).collect()
    }

    fn check(lines: &[Vec<u8>]) -> Result<(), String> {
        let mut chain = Chain::default();
        lines.iter().try_for_each(|line| chain.check(line, &said(line).ok_or("not sealed")?))
    }

    #[test]
    fn whatever_is_done_to_a_line_is_told() {
        let lines = sealed(&[r#"{"a":1}"#, r#"{"b":",\"line\":7"}"#, r#"{"c":3}"#, r#"{"d":4}"#]);
        assert_eq!(check(&lines), Ok(()));
        assert!(String::from_utf8(lines[0].clone()).unwrap().starts_with(r#"{"a":1,"line":1,"seal":""#));
        let cut = [&lines[..1], &lines[2..]].concat();
        assert_eq!(check(&cut).unwrap_err(), "it says that it is line 3 of the run, where line 2 has to follow");
        let doubled = [&lines[..2], &lines[1..]].concat();
        assert_eq!(check(&doubled).unwrap_err(), "it says that it is line 2 of the run: it stands here again");
        let mut swapped = lines.clone();
        swapped.swap(1, 2);
        assert!(check(&swapped).is_err());
        let mut changed = lines;
        changed[1][2] = b'x';
        assert!(check(&changed).unwrap_err().contains("was changed"));
        assert_eq!(said(br#"{"a":1}"#), None);
    }
}
