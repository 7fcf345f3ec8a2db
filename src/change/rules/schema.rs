//! Rules of schemas: what a difference is called, by the keyword and by which side allows more.

/// Kinds of differences between two schemas.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(in crate::change) enum Family {
    Depth,
    Type,
    Values,
    Minimum,
    Maximum,
    Multiple,
    MinLength,
    MaxLength,
    Pattern,
    Format,
    MinItems,
    MaxItems,
    Unique,
    MinMembers,
    MaxMembers,
    Required,
    MemberRequired,
    Member,
    Forbidden,
    Closed,
    Never,
    Variant,
    Overlap,
    Names,
    Items,
    Condition,
    Exclusion,
}

/// A family's rules: where the new side allows less, where it allows more, and where it allows something else.
struct Row {
    family: Family,
    less: &'static str,
    more: &'static str,
    other: &'static str,
    keywords: &'static [&'static str],
}

const fn row(
    family: Family,
    less: &'static str,
    more: &'static str,
    other: &'static str,
    keywords: &'static [&'static str],
) -> Row {
    Row { family, less, more, other, keywords }
}

const ROWS: [Row; 27] = [
    row(Family::Depth, "not-compared", "not-compared", "not-compared", &[]),
    row(Family::Type, "type-narrowed", "type-widened", "type-changed", &["type"]),
    row(Family::Values, "value-removed", "value-added", "values-changed", &["enum", "const"]),
    row(Family::Minimum, "minimum-raised", "minimum-lowered", "minimum-raised", &["minimum", "exclusiveMinimum"]),
    row(Family::Maximum, "maximum-lowered", "maximum-raised", "maximum-lowered", &["maximum", "exclusiveMaximum"]),
    row(Family::Multiple, "multiple-narrowed", "multiple-widened", "multiple-changed", &["multipleOf"]),
    row(Family::MinLength, "min-length-raised", "min-length-lowered", "min-length-raised", &["minLength"]),
    row(Family::MaxLength, "max-length-lowered", "max-length-raised", "max-length-lowered", &["maxLength"]),
    row(Family::Pattern, "pattern-added", "pattern-removed", "pattern-changed", &["pattern"]),
    row(Family::Format, "format-added", "format-removed", "format-changed", &["format"]),
    row(Family::MinItems, "min-items-raised", "min-items-lowered", "min-items-raised", &["minItems"]),
    row(Family::MaxItems, "max-items-lowered", "max-items-raised", "max-items-lowered", &["maxItems"]),
    row(Family::Unique, "unique-items-added", "unique-items-removed", "unique-items-added", &["uniqueItems"]),
    row(Family::MinMembers, "min-members-raised", "min-members-lowered", "min-members-raised", &["minProperties"]),
    row(Family::MaxMembers, "max-members-lowered", "max-members-raised", "max-members-lowered", &["maxProperties"]),
    row(Family::Required, "became-required", "became-optional", "became-required", &["required"]),
    row(Family::MemberRequired, "required-member-added", "member-removed", "required-member-added", &[]),
    row(Family::Member, "member-added", "member-removed", "member-added", &[]),
    row(Family::Forbidden, "member-removed", "member-added", "member-removed", &[]),
    row(Family::Closed, "members-closed", "members-opened", "members-closed", &["additionalProperties"]),
    row(Family::Never, "forbidden", "allowed", "forbidden", &[]),
    row(Family::Variant, "form-removed", "form-added", "form-changed", &["oneOf", "anyOf"]),
    row(Family::Overlap, "forms-overlap", "forms-overlap", "forms-overlap", &["oneOf"]),
    row(Family::Names, "names-narrowed", "names-widened", "names-narrowed", &["propertyNames"]),
    row(Family::Items, "items-narrowed", "items-widened", "items-narrowed", &["contains", "unevaluatedItems"]),
    row(
        Family::Condition,
        "condition-added",
        "condition-removed",
        "condition-changed",
        &["if", "dependentRequired", "dependentSchemas", "unevaluatedProperties"],
    ),
    row(Family::Exclusion, "exclusion-added", "exclusion-removed", "exclusion-changed", &["not"]),
];

fn of(family: Family) -> &'static Row {
    ROWS.iter().find(|row| row.family == family).unwrap_or(&ROWS[0])
}

/// The rule of a difference: the new side allows less, or more.
pub(in crate::change) fn rule(family: Family, less: bool) -> &'static str {
    let row = of(family);
    if less { row.less } else { row.more }
}

/// The rule of a difference where each side allows what the other does not.
pub(in crate::change) fn rule_both(family: Family) -> &'static str {
    of(family).other
}

/// The names of all of them.
#[cfg(test)]
pub(in crate::change) fn names() -> impl Iterator<Item = &'static str> {
    ROWS.iter().flat_map(|row| [row.less, row.more, row.other])
}

impl Family {
    /// Keywords that say it.
    pub(in crate::change) fn keywords(self) -> &'static [&'static str] {
        of(self).keywords
    }

    /// The family of a keyword.
    pub(in crate::change) fn of_keyword(name: &str) -> Self {
        let row = ROWS.iter().find(|row| row.keywords.contains(&name));
        match name {
            "minLength" => Self::MinLength,
            "additionalProperties" => Self::Closed,
            "false" => Self::Never,
            "dependency" => Self::Condition,
            _ => row.map_or(Self::Condition, |row| row.family),
        }
    }
}
