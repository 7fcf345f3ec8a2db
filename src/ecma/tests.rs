//! What patterns match, by ECMA-262; which are none.

use super::{Match, Pattern};

fn matches(pattern: &str, text: &str) -> bool {
    let read = Pattern::new(pattern).unwrap_or_else(|why| panic!("{pattern}: {why}"));
    read.is_match(text)
}

#[track_caller]
fn all(pattern: &str, good: &[&str], bad: &[&str]) {
    for text in good {
        assert!(matches(pattern, text), "{pattern} should match {text:?}");
    }
    for text in bad {
        assert!(!matches(pattern, text), "{pattern} should not match {text:?}");
    }
}

/// The same pattern by the engine that goes back and forth: an empty look-ahead changes nothing.
#[track_caller]
fn by_both(pattern: &str, good: &[&str], bad: &[&str]) {
    all(pattern, good, bad);
    all(&format!("(?=)(?:{pattern})"), good, bad);
    assert!(Pattern::new(pattern).unwrap().linear().is_some(), "{pattern}");
}

#[test]
fn what_an_optimiser_once_got_wrong_is_right() {
    by_both(r"^\d+\.?\d+$", &["12", "1.5", "10.25"], &["1", "1.", ".5", ""]);
    by_both(r"^[a-z]+-?[a-z]+$", &["ab", "a-b"], &["a", "a-"]);
    by_both(r"^a+b*a+$", &["aa", "aba"], &["a", "ab"]);
    by_both(r"^(?:x+)?x$", &["x", "xx"], &[""]);
}

#[test]
fn characters_are_those_of_ecma() {
    by_both("^.$", &["a", "\u{1f600}", "\u{85}"], &["\r", "\n", "\u{2028}", "\u{2029}", ""]);
    by_both(r"^\d$", &["7"], &["\u{0667}", "\u{ff17}"]);
    by_both(r"^\w$", &["a", "_"], &["é", "ß"]);
    by_both(r"^\s$", &[" ", "\u{feff}", "\u{a0}", "\u{2028}"], &["\u{180e}", "\u{85}", "x"]);
    by_both(r"^\S$", &["\u{85}"], &["\u{feff}"]);
    by_both(r"\bcafé\b", &["xx caféx"], &["café x", "café"]);
    all(r"\Bb", &["ab"], &["b", "a b"]);
    by_both("^a$", &["a"], &["a\n", "A"]);
    by_both("^[^]$", &["\n", "a"], &[""]);
    by_both("[]", &[], &["", "a"]);
    by_both(r"^\cC\x41\u0042\u{43}\uD83D\uDE00\0$", &["\u{3}ABC\u{1f600}\0"], &["ABC"]);
    by_both(r"^\p{Letter}\p{Lu}\P{L}\p{Script=Greek}$", &["éÉ1α"], &["é1α1"]);
    by_both(r"^[\d\-x]+$", &["1-x"], &["y"]);
    by_both(r"^[\b]$", &["\u{8}"], &["b"]);
}

#[test]
fn plain_forms_are_read() {
    by_both(r"^[\w-.]+$", &["a-b.c"], &["a/b"]);
    by_both(r"^[\w-\.]+$", &["a-b.c"], &["a b"]);
    by_both(r"^[a-z\d-_]+$", &["a-1_"], &["a/"]);
    by_both(r"^[[a]$", &["[", "a"], &["]"]);
    by_both(r"^[a&&b~~+--d]+$", &["a&~b+,-d"], &["x"]);
    by_both(r"^\-\_\@\#\%\!\ \,\:\;\=\'$", &["-_@#%! ,:;='"], &["-"]);
    by_both(r"^a{,2}$", &["a{,2}"], &["a", "aa"]);
    by_both(r"^{a}]$", &["{a}]"], &["a"]);
    by_both(r"^\k<n>$", &["k<n>"], &[""]);
    by_both(r"^\8\101$", &["8A"], &["A"]);
    by_both(r"^\u{zz}\x1g\c$", &["u{zz}x1g\\c"], &["u"]);
    by_both("^(?i:aé)B$", &["aéB", "AÉB"], &["aéb"]);
    all("(?m:^b$)", &["a\nb\nc", "a\rb"], &["ab"]);
}

#[test]
fn groups_are_looked_back_to_and_around() {
    all(r"^(a+)-\1$", &["a-a", "aaa-aaa"], &["a-aa"]);
    all(r"^(?<q>['\x22]).*\k<q>$", &["'a'", "\"a\""], &["'a\""]);
    all(r"^(?:(a)|b)\1c$", &["aac", "bc"], &["ac"]);
    all(r"^(?:(a)|b)*\1c$", &["abc", "aac"], &["a"]);
    all(r"^\1(a)$", &["a"], &["aa"]);
    all("^(?!x-)[a-z-]+$", &["a-x", "y-a"], &["x-a"]);
    all("^(?=.*[a-z])(?=.*[0-9]).{4,8}$", &["abc1", "12ab34"], &["abcd", "1234", "a1"]);
    all(r"(?<=\$)\d+(?!\d|\.)", &["$42"], &["42", "$42."]);
    all(r"(?<!\$)\b\d+\b", &["42"], &["$42"]);
    all(r"(?<=(\d+)(\d+))a$", &["123a"], &["1a"]);
    all(r"(?<=^ab|cd)e", &["abe", "xcde"], &["xabe"]);
    all("(?=(a+))a*b\\1", &["baaabac"], &["aab"]);
    all("(?:(?=a)a)*b", &["aab", "b"], &["a"]);
    all("^(?:a?)*?$", &["", "aaa"], &["b"]);
    all("^(?=)(?:(?:a*)*)*$", &["", "aaaa"], &["ab"]);
    all("^(?=)(?:|a){2}$", &["", "a", "aa"], &["aaa"]);
}

#[test]
fn counts_are_exact_and_may_be_large() {
    by_both("^a{2,3}$", &["aa", "aaa"], &["a", "aaaa"]);
    by_both("^a{2}$", &["aa"], &["a", "aaa"]);
    by_both("^(?:ab){2,}?$", &["abab", "ababab"], &["ab"]);
    let long = "a".repeat(70_000);
    all("^[a-z]{0,262144}$", &["", &long], &["A"]);
    all("^(?:[a-z]{1,65536} ?){1,9}$", &[&long], &["1"]);
    all("^a{99999999999999999999}$", &[], &["a"]);
}

#[test]
fn a_pattern_gives_up_instead_of_hanging() {
    let hard = Pattern::new(r"^(?:(a+)\1?)+b$").unwrap();
    assert_eq!(hard.find(&"a".repeat(40)), Match::GaveUp);
    assert_eq!(hard.find("aab"), Match::Yes);
    assert!(!hard.is_match(&"a".repeat(40)));
    // Without look-around it takes no time at all.
    assert_eq!(Pattern::new("^(a+)+$").unwrap().find(&("a".repeat(5_000) + "!")), Match::No);
    let long = "ab ".repeat(100_000);
    assert_eq!(Pattern::new("(?!.)x").unwrap().find(&long), Match::No);
}

#[test]
fn what_is_no_pattern_is_told() {
    for (pattern, why) in [
        ("*a", "nothing to repeat, at character 1"),
        ("a**", "a quantifier after a quantifier, at character 3"),
        ("a++", "a quantifier after a quantifier, at character 3"),
        ("^*", "nothing to repeat, at character 2"),
        ("(a", "a group that does not end, at character 1"),
        ("a)", "an unmatched `)`, at character 2"),
        ("[a", "a class that does not end, at character 1"),
        ("[z-a]", "the range `z-a` is out of order, at character 3"),
        ("a{3,1}", "the numbers of a quantifier are out of order, at character 1"),
        ("{1}", "nothing to repeat, at character 1"),
        ("\\", "a `\\` at the end, at character 2"),
        (r"\p{Nonsense}", "no property of characters is called `Nonsense`, at character 3"),
        (r"(?<a>x)\k<b>", "no group is called `b`, at character 10"),
        ("(?P<a>x)", "a named group is written `(?<name>...)`, at character 2"),
        ("(?i)a", "modifiers are written `(?i:...)`, around what they are for, at character 2"),
        ("(?>a)", "ECMA-262 has no atomic groups, at character 2"),
        ("(?#a)", "a group of a kind that ECMA-262 does not have, at character 2"),
        (r"\u{110000}", "a character beyond the last one, at character 3"),
    ] {
        assert_eq!(Pattern::new(pattern).err().as_deref(), Some(why), "{pattern}");
    }
    assert!(Pattern::new(&"(".repeat(5_000)).is_err());
}

#[test]
fn other_engines_can_be_given_the_text() {
    assert_eq!(Pattern::new("^x-a_1$").unwrap().linear().as_deref(), Some(r"^x\x{2d}a_1$"));
    assert_eq!(Pattern::new("(?!a)").unwrap().linear(), None);
    assert_eq!(Pattern::new(r"^(?!x)(a)\1\b").unwrap().fancy().matches("(?=)").count(), 4);
}
