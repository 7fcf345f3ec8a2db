//! The keywords of JSON Schema 2020-12 that say something of a value, and what stands under each.

/// What stands under a keyword.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Under {
    /// Any value.
    Any,
    /// Values, at least one.
    Values,
    /// One of the seven types, or a list of them.
    Types,
    /// A whole number, 0 or more.
    Count,
    /// A number.
    Number,
    /// A number above zero.
    Positive,
    /// `true` or `false`.
    Flag,
    /// A word.
    Word,
    /// A regular expression.
    Pattern,
    /// Names.
    Names,
    /// Names by name.
    NamesByName,
    /// A schema.
    Schema,
    /// Schemas, at least one.
    Schemas,
    /// Schemas by name.
    SchemaByName,
    /// Schemas by regular expression.
    SchemaByPattern,
    /// A reference to a `$dynamicAnchor`.
    Dynamic,
    /// Nothing that can be used.
    Refused,
}

/// Every keyword that is read.
pub(super) const KEYWORDS: [(&str, Under); 40] = [
    ("type", Under::Types),
    ("const", Under::Any),
    ("enum", Under::Values),
    ("multipleOf", Under::Positive),
    ("minimum", Under::Number),
    ("maximum", Under::Number),
    ("exclusiveMinimum", Under::Number),
    ("exclusiveMaximum", Under::Number),
    ("minLength", Under::Count),
    ("maxLength", Under::Count),
    ("pattern", Under::Pattern),
    ("format", Under::Word),
    ("minItems", Under::Count),
    ("maxItems", Under::Count),
    ("uniqueItems", Under::Flag),
    ("minContains", Under::Count),
    ("maxContains", Under::Count),
    ("minProperties", Under::Count),
    ("maxProperties", Under::Count),
    ("required", Under::Names),
    ("dependentRequired", Under::NamesByName),
    ("properties", Under::SchemaByName),
    ("patternProperties", Under::SchemaByPattern),
    ("additionalProperties", Under::Schema),
    ("propertyNames", Under::Schema),
    ("dependentSchemas", Under::SchemaByName),
    ("unevaluatedProperties", Under::Schema),
    ("prefixItems", Under::Schemas),
    ("items", Under::Schema),
    ("contains", Under::Schema),
    ("unevaluatedItems", Under::Schema),
    ("allOf", Under::Schemas),
    ("anyOf", Under::Schemas),
    ("oneOf", Under::Schemas),
    ("not", Under::Schema),
    ("if", Under::Schema),
    ("then", Under::Schema),
    ("else", Under::Schema),
    ("$dynamicRef", Under::Dynamic),
    ("$recursiveRef", Under::Refused),
];
