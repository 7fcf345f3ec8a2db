//! Every kind of problem has a code: stable, searchable, one line each.

macro_rules! codes {
    ($($(#[doc = $doc:literal])+ $variant:ident = $name:literal,)+) => {
        /// Which kind of problem a diagnostic is about. Wording may change; codes do not.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Code {
            $($(#[doc = $doc])+ $variant,)+
        }

        impl Code {
            /// Every code, in the order of their table.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The code as people see and search it.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)+
                }
            }
        }
    };
}

codes! {
    /// A file that was named does not exist.
    MissingFile = "missing-file",
    /// A file exists and cannot be read.
    UnreadableFile = "unreadable-file",
    /// A text is not YAML, or YAML that Proviso refuses.
    Yaml = "yaml",
    /// A mapping has a key twice.
    DuplicateKey = "duplicate-key",
    /// A mapping has a key that means nothing there.
    UnknownKey = "unknown-key",
    /// A mapping lacks a key it must have.
    MissingKey = "missing-key",
    /// Keys that exclude each other stand together.
    ConflictingKeys = "conflicting-keys",
    /// A value has the wrong type.
    WrongType = "wrong-type",
    /// A value has the right type and still is not one of those allowed.
    WrongValue = "wrong-value",
    /// A template cannot be read.
    Template = "template",
    /// A JSONPath cannot be read, or is one that Proviso refuses.
    Selector = "selector",
    /// A matcher cannot be read.
    Matcher = "matcher",
    /// A template uses a name that nothing before it sets.
    UndefinedName = "undefined-name",
    /// A name is given twice where it must be unique.
    DuplicateName = "duplicate-name",
    /// The contract has no such operation, code or status.
    UnknownInContract = "unknown-in-contract",
    /// The contract itself cannot be used.
    Contract = "contract",
    /// Cases do not pass although nothing was broken.
    Baseline = "red-baseline",
    /// A flow uses itself.
    CircularFlow = "circular-flow",
    /// No environment has that name.
    UnknownEnvironment = "unknown-environment",
    /// A secret has no value.
    MissingSecret = "missing-secret",
    /// Nothing matches the selection.
    NothingSelected = "nothing-selected",
    /// The environment is protected, and a step would change something there.
    Protected = "protected",
    /// The address to listen on cannot be had.
    Listen = "listen",
    /// A report could not be written.
    Report = "report",
    /// A journal cannot be read.
    Journal = "journal",
    /// The history of past runs cannot be read or written.
    History = "history",
    /// Less of a contract was touched than is demanded.
    Coverage = "coverage",

    /// An example that its schema refuses.
    ExampleRefused = "example-refused",
    /// One member in two spellings.
    TwoSpellings = "two-spellings",
    /// Two manners of naming in one object.
    MixedNaming = "mixed-naming",
    /// One word of names in two casings.
    TwoCasings = "two-casings",
    /// A value with a word that is likely misspelt.
    LikelyMisspelt = "likely-misspelt",
    /// A schema that no value can keep.
    Unsatisfiable = "unsatisfiable",
    /// One member with two types.
    TwoTypes = "two-types",
    /// One member with two lists of values.
    TwoEnums = "two-enums",
    /// A value said to be fixed is another elsewhere.
    FixedValue = "fixed-value",
    /// Timestamps are written in several ways.
    TimestampFormats = "timestamp-formats",
    /// A path lacks the version all others begin with.
    PathPrefix = "path-prefix",
    /// A body has another type than the common headers say.
    MediaType = "media-type",
    /// An operation has no documented error.
    NoError = "no-error",
    /// An operation has no status code of its own.
    OperationWithoutCode = "operation-without-code",
    /// A good answer has no status code, where answers have one.
    AnswerWithoutCode = "answer-without-code",
    /// Status codes stand in another member.
    CodeMember = "code-member",
    /// A status code is built unlike all others.
    CodeShape = "code-shape",
    /// The numbers of status codes have a gap.
    CodeNumbering = "code-numbering",
    /// A status code is numbered like an HTTP status.
    CodeLikeHttp = "code-like-http",
    /// A code of success stands for an outcome that is none.
    CodeLetter = "code-letter",
    /// One status code stands for several outcomes.
    OneCodeManyOutcomes = "one-code-many-outcomes",
    /// An answer asks for something that no operation takes.
    UnservedAction = "unserved-action",

    /// The HTTP status is not the one promised.
    Status = "status",
    /// The documented status code is not the one promised.
    StatusCode = "status-code",
    /// A value in the body is not the one promised.
    Body = "body",
    /// An exchange breaks a promise of the contract.
    Violation = "contract-broken",
    /// A promise over more than one exchange was not kept.
    Rule = "rule-broken",
    /// An exchange has something that the contract does not say.
    Finding = "finding",
    /// A response is not what was accepted.
    Snapshot = "snapshot",
    /// A waiver may not stay as it is.
    Waiver = "waiver",
    /// A header is not the one promised.
    Header = "header",
    /// The answer took longer than promised.
    Latency = "latency",
    /// The body had to be JSON and is not.
    Json = "json",
    /// A name could not be captured.
    Capture = "capture",
    /// A poll reached its limit.
    PollGaveUp = "poll-gave-up",
    /// A poll saw an answer that cannot turn good any more.
    PollHopeless = "poll-hopeless",

    /// A group of steps was repeated as often as it may.
    RepeatGaveUp = "repeat-gave-up",
    /// A case took longer than it may.
    CaseTooLong = "case-too-long",

    /// The server could not be reached.
    Unreachable = "unreachable",
    /// The answer did not come in time.
    TimedOut = "timed-out",
    /// The connection broke, or what came is not HTTP.
    Broken = "broken",
    /// A gateway answered in place of the API.
    Gateway = "gateway",
    /// The TLS handshake failed.
    Tls = "tls",
    /// The response is larger than the limit.
    TooLarge = "too-large",
    /// The body's encoding could not be undone.
    Encoding = "encoding",
    /// The request could not be made.
    Request = "request",
    /// What is expected of an answer, or waited for, could not be worked out.
    Expectation = "expectation",
    /// A value that a flow or a setup hands on could not be worked out.
    Output = "output",
    /// The run ended before the step did.
    Stopped = "stopped",
    /// A share of the run is not among the journals.
    MissingShare = "missing-share",
}
