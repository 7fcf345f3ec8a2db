//! The keys of rules: what may stand in them, for reading them and for describing them.

use crate::yaml::{Key, Names, Object, Shape};

static STATUS: Shape = Shape::Either(&[
    Shape::Natural(100, 599),
    Shape::Pattern("a class such as 4XX", "^([1-5][0-9][0-9]|[1-5][Xx][Xx])$"),
]);

/// The words of `binds`.
pub(super) const BINDS: [&str; 2] = ["client", "server"];
/// The words of `from`.
pub(super) const FROM: [&str; 3] = ["documentation", "archetypes", "sense"];
/// The words of `grade`.
pub(super) const GRADES: [&str; 2] = ["failure", "warning"];
/// The words of `outcome`.
pub(super) const OUTCOMES: [&str; 3] = ["success", "refusal", "there"];
/// The words of `across`.
pub(super) const ACROSS: [&str; 3] = ["list", "customers", "operations"];

/// The forms by the key that makes each; `every` is also what `expect` alone means.
pub(super) const FORMS: [&str; 13] = [
    "expect",
    "every",
    "assert",
    "precedes",
    "responds",
    "never-after",
    "paced",
    "repeats",
    "same-value",
    "within-set",
    "one-of",
    "unique",
    "stays",
];

static PATTERN_KEYS: &[Key] = &[
    Key {
        name: "operation",
        about: "the contract's operation, or a list of them; '*' is any",
        shape: Shape::OneOrMany(&Shape::Text),
        example: "getDisbursal",
    },
    Key {
        name: "except",
        about: "none of these operations",
        shape: Shape::OneOrMany(&Shape::Text),
        example: "createUser",
    },
    Key {
        name: "request",
        about: "matchers by JSONPath into the request: its body, and beside it the parameters of path and query",
        shape: Shape::Map(Names::Paths, &Shape::Matcher),
        example: "{ $.documentType: LOAN_AGREEMENT }",
    },
    Key {
        name: "response",
        about: "matchers by JSONPath into the response's body",
        shape: Shape::Map(Names::Paths, &Shape::Matcher),
        example: "{ $.data.status: SUCCESS }",
    },
    Key { name: "status", about: "the HTTP status, or a list", shape: Shape::OneOrMany(&STATUS), example: "200" },
    Key {
        name: "code",
        about: "the documented status code, or a list",
        shape: Shape::OneOrMany(&Shape::Text),
        example: "AOP-S-000",
    },
    Key {
        name: "outcome",
        about: "success: the request was taken; refusal: it was not; there: it was taken, now or before",
        shape: Shape::Word(&OUTCOMES),
        example: "success",
    },
];

/// Exchanges of a kind.
pub(super) static PATTERN: Object =
    Object { name: "exchanges", what: "a kind of exchange", keys: &[PATTERN_KEYS], needs: &[], kinds: &[] };

static EARLIER_KEYS: &[Key] = &[
    Key { name: "latest", about: "the last one before; this is the default", shape: Shape::True, example: "true" },
    Key { name: "first", about: "the first one", shape: Shape::True, example: "true" },
];

/// An earlier exchange with a name.
pub(super) static EARLIER: Object = Object {
    name: "earlier",
    what: "an earlier exchange",
    keys: &[PATTERN_KEYS, EARLIER_KEYS],
    needs: &["operation"],
    kinds: &[],
};

static PRECEDES_KEYS: &[Key] = &[Key {
    name: "among",
    about: "a value of the exchange, and the values of the latest earlier one that it must be among",
    shape: Shape::Many(&Shape::Text),
    example: "['request $.bankName', 'response $.banks[*].name']",
}];

/// `precedes`.
pub(super) static PRECEDES: Object = Object {
    name: "precedes",
    what: "`precedes`",
    keys: &[PATTERN_KEYS, PRECEDES_KEYS],
    needs: &["operation"],
    kinds: &[],
};

static WITHIN: Key =
    Key { name: "within", about: "for how long; without it there is no end", shape: Shape::Duration, example: "30s" };

static RESPONDS_KEYS: &[Key] = &[WITHIN];

/// `responds`.
pub(super) static RESPONDS: Object = Object {
    name: "responds",
    what: "`responds`",
    keys: &[PATTERN_KEYS, RESPONDS_KEYS],
    needs: &["operation"],
    kinds: &[],
};

static NEVER_KEYS: &[Key] = &[
    WITHIN,
    Key { name: "until", about: "what ends it", shape: Shape::Object(&PATTERN), example: "{ operation: triggerBre }" },
];

/// `never-after`.
pub(super) static NEVER: Object = Object {
    name: "never-after",
    what: "`never-after`",
    keys: &[PATTERN_KEYS, NEVER_KEYS],
    needs: &["operation"],
    kinds: &[],
};

static PACED_KEYS: &[Key] = &[
    Key { name: "min", about: "the least time from one request to the next", shape: Shape::Duration, example: "5s" },
    Key {
        name: "max",
        about: "the most time from an answer to the next request",
        shape: Shape::Duration,
        example: "10s",
    },
    Key {
        name: "while",
        about: "only after answers like this; any without it",
        shape: Shape::Object(&PATTERN),
        example: "{ response: { $.data.status: PROCESSING } }",
    },
];

/// `paced`.
pub(super) static PACED: Object =
    Object { name: "paced", what: "`paced`", keys: &[PACED_KEYS], needs: &[], kinds: &[] };

static REPEATS_KEYS: &[Key] = &[
    Key { name: "times", about: "how often: a number, or from and to as 2..3", shape: Shape::Text, example: "2..3" },
    Key { name: "every", about: "not sooner after the answer than this", shape: Shape::Duration, example: "30s" },
    Key {
        name: "until",
        about: "the answer that ends it; without it any other answer to what `on` names",
        shape: Shape::Object(&PATTERN),
        example: "{ response: { $.data.status: SUCCESS } }",
    },
];

/// `repeats`.
pub(super) static REPEATS: Object = Object {
    name: "repeats",
    what: "`repeats`",
    keys: &[PATTERN_KEYS, REPEATS_KEYS],
    needs: &["operation", "times"],
    kinds: &[],
};

static SAME_VALUE_KEYS: &[Key] = &[
    Key { name: "value", about: "the value", shape: Shape::Text, example: "response $.data.referenceID" },
    Key { name: "of", about: "what it must be", shape: Shape::Text, example: "triggered.response $.data.referenceID" },
];

/// `same-value`.
pub(super) static SAME_VALUE: Object =
    Object { name: "same-value", what: "`same-value`", keys: &[SAME_VALUE_KEYS], needs: &["value", "of"], kinds: &[] };

static WITHIN_SET_KEYS: &[Key] = &[
    Key { name: "value", about: "the value, `value` in `holds`", shape: Shape::Text, example: "request $.bankName" },
    Key { name: "of", about: "the values it is one of", shape: Shape::Text, example: "list.response $.banks[*].name" },
    Key {
        name: "holds",
        about: "what must be true of one of them, which is `it`",
        shape: Shape::Text,
        example: "it.minAmount <= value and value <= it.maxAmount",
    },
];

/// `within-set`.
pub(super) static WITHIN_SET: Object =
    Object { name: "within-set", what: "`within-set`", keys: &[WITHIN_SET_KEYS], needs: &["of"], kinds: &[] };

static UNIQUE_KEYS: &[Key] = &[
    Key { name: "value", about: "the value", shape: Shape::Text, example: "response $.data.utrNumber" },
    Key {
        name: "across",
        about: "list: twice in one answer; customers: under two different values of `same`; operations: so, or for two operations",
        shape: Shape::Word(&ACROSS),
        example: "customers",
    },
];

/// `unique`.
pub(super) static UNIQUE: Object =
    Object { name: "unique", what: "`unique`", keys: &[UNIQUE_KEYS], needs: &["value"], kinds: &[] };

static STAYS_KEYS: &[Key] = &[
    Key { name: "value", about: "the value", shape: Shape::Text, example: "response $.data.status" },
    Key {
        name: "once",
        about: "the values that are final; any without it",
        shape: Shape::OneOrMany(&Shape::Matcher),
        example: "[SUCCESS, FAILED]",
    },
];

/// `stays`.
pub(super) static STAYS: Object =
    Object { name: "stays", what: "`stays`", keys: &[STAYS_KEYS], needs: &["value"], kinds: &[] };

static RULE_KEYS: &[Key] = &[
    Key { name: "id", about: "its id, unique in its contract", shape: Shape::Text, example: "R31" },
    Key {
        name: "says",
        about: "the promise in one sentence",
        shape: Shape::Text,
        example: "What is paid out is what was accepted.",
    },
    Key {
        name: "binds",
        about: "who has to keep it: server unless said",
        shape: Shape::Word(&BINDS),
        example: "server",
    },
    Key {
        name: "section",
        about: "the section of the documentation that says it",
        shape: Shape::Text,
        example: "Get BRE API",
    },
    Key {
        name: "from",
        about: "documentation unless said; archetypes: the overview of the ways to integrate; sense: no reading allows it otherwise",
        shape: Shape::Word(&FROM),
        example: "documentation",
    },
    Key {
        name: "ambiguity",
        about: "ambiguities it rests on",
        shape: Shape::OneOrMany(&Shape::Text),
        example: "[A35]",
    },
    Key {
        name: "grade",
        about: "what breaking it is: a failure unless said; of a rule from sense that speaks of more than one answer, a warning",
        shape: Shape::Word(&GRADES),
        example: "warning",
    },
    Key {
        name: "on",
        about: "the exchanges it speaks of",
        shape: Shape::Object(&PATTERN),
        example: "{ operation: getDisbursal }",
    },
    Key {
        name: "same",
        about: "what exchanges that belong together have in common; `run` for all of a run",
        shape: Shape::OneOrMany(&Shape::Text),
        example: "customerID",
    },
    Key {
        name: "with",
        about: "earlier exchanges by the names they have in expressions",
        shape: Shape::Map(Names::Variables, &Shape::Object(&EARLIER)),
        example: "{ accepted: { operation: acceptOffer } }",
    },
    Key {
        name: "slack",
        about: "what times may differ by, 200ms unless said and at least a tenth of each limit",
        shape: Shape::Duration,
        example: "5s",
    },
    Key {
        name: "each",
        about: "of `assert`: the values that are `it`, one after the other",
        shape: Shape::Text,
        example: "response $.data.offers[*]",
    },
];

static FORM_KEYS: &[Key] = &[
    Key {
        name: "expect",
        about: "form every: what each of the exchanges must be like",
        shape: Shape::Object(&PATTERN),
        example: "{ response: { $.error: '' } }",
    },
    Key {
        name: "every",
        about: "the same as `expect`",
        shape: Shape::Object(&PATTERN),
        example: "{ response: { $.error: '' } }",
    },
    Key {
        name: "assert",
        about: "an expression that each of the exchanges makes true",
        shape: Shape::Text,
        example: "it.minAmount <= it.maxAmount",
    },
    Key {
        name: "precedes",
        about: "this came before",
        shape: Shape::Object(&PRECEDES),
        example: "{ operation: getBre }",
    },
    Key {
        name: "responds",
        about: "this comes after",
        shape: Shape::Object(&RESPONDS),
        example: "{ operation: triggerBre, within: 5m }",
    },
    Key {
        name: "never-after",
        about: "they do not come after this",
        shape: Shape::Object(&NEVER),
        example: "{ operation: getBre }",
    },
    Key {
        name: "paced",
        about: "they follow each other at this pace",
        shape: Shape::Object(&PACED),
        example: "{ min: 5s, max: 10s }",
    },
    Key {
        name: "repeats",
        about: "they are tried again by this",
        shape: Shape::Object(&REPEATS),
        example: "{ operation: triggerBre, times: 2..3 }",
    },
    Key {
        name: "same-value",
        about: "a value is that of an earlier exchange",
        shape: Shape::Object(&SAME_VALUE),
        example: "{ value: 'response $.id', of: 'asked.request $.id' }",
    },
    Key {
        name: "within-set",
        about: "a value is one of those of an earlier exchange",
        shape: Shape::Object(&WITHIN_SET),
        example: "{ value: 'request $.bank', of: 'list.response $[*].name' }",
    },
    Key {
        name: "one-of",
        about: "exactly one of these ways is gone",
        shape: Shape::Map(Names::Any, &Shape::Object(&PATTERN)),
        example: "{ own: { operation: pay }, hosted: { operation: createSession } }",
    },
    Key {
        name: "unique",
        about: "a value never comes twice",
        shape: Shape::Either(&[Shape::Text, Shape::Object(&UNIQUE)]),
        example: "response $.data.utrNumber",
    },
    Key {
        name: "stays",
        about: "a final value stays as it is",
        shape: Shape::Either(&[Shape::Text, Shape::Object(&STAYS)]),
        example: "{ value: 'response $.data.status', once: [SUCCESS] }",
    },
];

/// A rule.
pub(super) static RULE: Object =
    Object { name: "rule", what: "a rule", keys: &[RULE_KEYS, FORM_KEYS], needs: &["id", "says", "on"], kinds: &[] };

static FILE_KEYS: &[Key] = &[
    Key {
        name: "contract",
        about: "the contract they belong to, by its name in suites",
        shape: Shape::Text,
        example: "shop",
    },
    Key { name: "subject", about: "what names the customer, one of `same`", shape: Shape::Text, example: "customerID" },
    Key {
        name: "same",
        about: "what exchanges have in common, and where it stands in them",
        shape: Shape::Map(Names::Any, &Shape::OneOrMany(&Shape::Text)),
        example: "{ orderID: [request $.orderID, placeOrder response $.id] }",
    },
    Key { name: "rules", about: "the rules", shape: Shape::Some(&Shape::Object(&RULE)), example: "[]" },
];

/// A file of rules.
pub(super) static FILE: Object =
    Object { name: "rules", what: "a file of rules", keys: &[FILE_KEYS], needs: &["contract", "rules"], kinds: &[] };
