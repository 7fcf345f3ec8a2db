//! The keys of a profile, for reading and for its schema.

use crate::yaml::{Key, Names, Object, Shape};

const fn key(name: &'static str, about: &'static str, shape: Shape, example: &'static str) -> Key {
    Key { name, about, shape, example }
}

static PROFILE_KEYS: &[Key] = &[
    key("profile", "the profile's name", Shape::Text, "type-4"),
    key("version", "its version; a released version is never changed", Shape::Natural(1, 10_000), "3"),
    key("contract", "the contract that it is for", Shape::Text, "lender-prism"),
    key("archetype", "the way to integrate, in words", Shape::Text, "4 Hybrid Basic"),
    key(
        "about",
        "what it is for, in a sentence",
        Shape::Text,
        "The rule engine through the API, the rest on FinBox's pages.",
    ),
    key("valid_for", "how long a certificate holds", Shape::Duration, "8760h"),
    key("window", "how long nothing more may come of a customer before its module is over", Shape::Duration, "5m"),
    key("customer", "how customers are told apart", Shape::Object(&CUSTOMER), "{ create: createUser, id: customerID }"),
    key(
        "always",
        "rules that hold in every module, and need not be due in each",
        Shape::Some(&Shape::Text),
        "[C01, C02]",
    ),
    key(
        "rules",
        "what this profile changes of a rule",
        Shape::Map(Names::Any, &Shape::Object(&ADJUSTED)),
        "{ C21: { tolerance: 20 } }",
    ),
    key(
        "not_scored",
        "modules that do not count in this version",
        Shape::Some(&Shape::Object(&NOT_SCORED)),
        "[{ module: M23, reason: added after version 3 was released }]",
    ),
    key(
        "suites",
        "the suites of the other half, for `certify provider`",
        Shape::Some(&Shape::Text),
        "[journeys/hybrid-basic.yaml]",
    ),
    key(
        "modules",
        "what has to be shown, one test customer each",
        Shape::Many(&Shape::Object(&MODULE)),
        "[{ id: M01, title: an offer is taken, clause: Get BRE API, data: { mobile: '9000100101' }, expect: [C10] }]",
    ),
];

/// A profile.
pub static PROFILE: Object = Object {
    name: "profile",
    what: "a profile",
    keys: &[PROFILE_KEYS],
    needs: &["profile", "version", "contract", "archetype", "modules"],
    kinds: &[],
};

static CUSTOMER_KEYS: &[Key] = &[
    key("create", "the operation that makes a customer", Shape::Text, "createUser"),
    key("id", "the member that names the customer, in requests", Shape::Text, "customerID"),
    key("reference", "the member by which an answer is asked for later", Shape::Text, "referenceID"),
];

/// How customers are told apart.
pub(super) static CUSTOMER: Object =
    Object { name: "customer", what: "how customers are told apart", keys: &[CUSTOMER_KEYS], needs: &[], kinds: &[] };

static ADJUSTED_KEYS: &[Key] = &[
    key("tolerance", "what times may differ by, in per cent of the limit", Shape::Number(0.0, 50.0), "10"),
    key("least", "what times may always differ by", Shape::Duration, "200ms"),
    key("within", "how long what has to come may take, where the rule itself says nothing", Shape::Duration, "5m"),
];

/// What a profile changes of a rule.
pub(super) static ADJUSTED: Object = Object {
    name: "adjusted",
    what: "what a profile changes of a rule",
    keys: &[ADJUSTED_KEYS],
    needs: &[],
    kinds: &[],
};

static NOT_SCORED_KEYS: &[Key] = &[
    key("module", "the module", Shape::Text, "M23"),
    key("reason", "why it does not count", Shape::Text, "added after version 3 was released"),
];

/// A module that does not count.
pub(super) static NOT_SCORED: Object = Object {
    name: "not_scored",
    what: "a module that does not count",
    keys: &[NOT_SCORED_KEYS],
    needs: &["module", "reason"],
    kinds: &[],
};

static MODULE_KEYS: &[Key] = &[
    key("id", "its id", Shape::Text, "M07"),
    key("title", "what it shows", Shape::Text, "a failed engine is tried again, then the case is held"),
    key("clause", "the section of the documentation", Shape::Text, "Get BRE API"),
    key(
        "do",
        "what the partner has to bring about, in a sentence for people",
        Shape::Text,
        "Take the customer as far as the offer.",
    ),
    key(
        "data",
        "the test customer's data: members of requests that bind a customer to the module",
        Shape::Map(Names::Any, &Shape::Text),
        "{ mobile: '9000100107' }",
    ),
    key(
        "answers",
        "what is answered otherwise than usual: the one thing that goes wrong",
        Shape::Some(&Shape::Object(&ANSWER)),
        "[{ do: { persona: bre-fails } }]",
    ),
    key("expect", "rules that must be kept at least once", Shape::Many(&Shape::Text), "[C01, C11]"),
    key(
        "window",
        "how long nothing more may come before the module is over, instead of the profile's",
        Shape::Duration,
        "5m",
    ),
    key(
        "ask",
        "questions for rules that cannot be seen",
        Shape::Some(&Shape::Object(&QUESTION)),
        "[{ rule: Q01, question: Is the customer told why? }]",
    ),
];

/// A module.
pub(super) static MODULE: Object = Object {
    name: "module",
    what: "a module",
    keys: &[MODULE_KEYS],
    needs: &["id", "title", "clause", "data", "expect"],
    kinds: &[],
};

static QUESTION_KEYS: &[Key] = &[
    key("rule", "the rule's id", Shape::Text, "Q01"),
    key("question", "what somebody has to answer with yes", Shape::Text, "Is the customer told why?"),
];

/// A question.
pub(super) static QUESTION: Object =
    Object { name: "question", what: "a question", keys: &[QUESTION_KEYS], needs: &["rule", "question"], kinds: &[] };

static ANSWER_KEYS: &[Key] = &[
    key("operation", "of which operation; of the whole journey without it", Shape::Text, "getBre"),
    key("first", "only the first so many requests of the customer", Shape::Natural(1, 1000), "2"),
    key("nth", "only that one, counted from 1", Shape::Natural(1, 1000), "1"),
    key("do", "what is done", Shape::Object(&ACTION), "{ refuse: FBX-E-004, retry_after: 7 }"),
];

/// What is answered otherwise.
pub(super) static ANSWER: Object =
    Object { name: "answer", what: "an answer", keys: &[ANSWER_KEYS], needs: &["do"], kinds: &[] };

static ACTION_KEYS: &[Key] = &[
    key("persona", "the journey goes as the reference server's persona of that name", Shape::Text, "bre-fails"),
    key("processing", "stages stay PROCESSING for so long", Shape::Duration, "40s"),
    key("refuse", "the request is not passed on; this documented code is answered", Shape::Text, "FBX-E-004"),
    key("retry_after", "the answer asks to wait so many seconds", Shape::Natural(0, 86_400), "7"),
    key("claim", "the request is passed on, and this documented code is answered", Shape::Text, "CUR-E-002"),
    key("status", "the HTTP status of the answer", Shape::Natural(200, 599), "503"),
    key("error", "the text of the error", Shape::Text, "user already exists"),
    key(
        "set",
        "members of the answer's body, by JSON pointer",
        Shape::Map(Names::Any, &Shape::Value),
        "{ /data/cohort: B }",
    ),
    key("remove", "members that are left out, by JSON pointer", Shape::Some(&Shape::Text), "[/data/outputVariables]"),
    key("late", "the answer comes so much later", Shape::Duration, "8s"),
    key(
        "reset",
        "the connection is closed instead of answering, after the request was carried out",
        Shape::Boolean,
        "true",
    ),
    key(
        "lost",
        "the connection is closed instead of answering, and the request was not carried out",
        Shape::Boolean,
        "true",
    ),
    key(
        "silent",
        "nothing is answered for so long, then the connection is closed; the request was not carried out",
        Shape::Duration,
        "60s",
    ),
];

/// What is done to an answer.
pub(super) static ACTION: Object =
    Object { name: "action", what: "what is done to an answer", keys: &[ACTION_KEYS], needs: &[], kinds: &[] };
