//! Texts from suites and servers as Markdown: they are shown, and mean nothing.

use crate::text::visible_line;

/// The text on one line with everything that means something in Markdown, or in the HTML that it may hold, made harmless.
pub(super) fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len() + 8);
    for character in visible_line(text).chars() {
        match character {
            '<' => plain.push_str("&lt;"),
            '>' => plain.push_str("&gt;"),
            '&' => plain.push_str("&amp;"),
            // A name after it would call somebody, a number would name an issue.
            '@' => plain.push_str("@<!-- -->"),
            '#' => plain.push_str("#<!-- -->"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '~' | '!' | '$' => plain.extend(['\\', character]),
            other => plain.push(other),
        }
    }
    // An address would become a link.
    plain.replace("://", ":<!-- -->//").replace("www.", "www<!-- -->.")
}

/// A text of several lines as it is, in a fence longer than any within it.
pub(super) fn fenced(text: &str) -> String {
    let longest = text.split(|character| character != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    format!("{fence}text\n{}\n{fence}", text.trim_end())
}

/// A text that leads somewhere, where that is known and is on the web.
pub(super) fn link(text: &str, url: Option<&str>) -> String {
    let good = |url: &&str| {
        (url.starts_with("https://") || url.starts_with("http://"))
            && !url.contains(|character: char| {
                character.is_whitespace() || matches!(character, '<' | '>' | '(' | ')' | '|')
            })
    };
    match url.filter(good) {
        Some(url) => format!("[{}]({url})", plain(text)),
        None => plain(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_means_something_is_made_harmless() {
        assert_eq!(plain("a_b <b> *c*"), r"a\_b &lt;b&gt; \*c\*");
        assert_eq!(plain("@x #1 http://h"), "@<!-- -->x #<!-- -->1 http:<!-- -->//h");
    }

    #[test]
    fn a_fence_is_longer_than_any_within() {
        assert_eq!(fenced("a"), "```text\na\n```");
        assert_eq!(fenced("````"), "`````text\n````\n`````");
    }

    #[test]
    fn only_addresses_of_the_web_are_links() {
        assert_eq!(link("job", Some("https://x/1")), "[job](https://x/1)");
        assert_eq!(link("job", Some("javascript:x")), "job");
        assert_eq!(link("job", Some("https://x/ <b>")), "job");
    }
}
