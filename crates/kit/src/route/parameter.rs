//! Parameters of paths, queries and headers in the OpenAPI document.

/// Parameter of a route.
#[derive(Clone)]
pub(crate) struct ParameterSpec {
    pub(crate) name: &'static str,
    pub(crate) kind: ParameterKind,
    pub(crate) text: &'static str,
    pub(crate) location: ParameterLocation,
    pub(crate) required: bool,
}

/// Location of a parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ParameterLocation {
    Path,
    Query,
    Header,
}

/// Type of a parameter. Matching values are accepted and all others rejected; a parameter that accepts anything is
/// [`ParameterKind::Text`], whatever its description says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ParameterKind {
    /// Any text.
    Text,
    /// 64-bit integer.
    Integer,
    /// `true` or `false`.
    Boolean,
    /// Integer between the two, inclusive.
    Between(i64, i64),
    /// Integer that is at least this.
    AtLeast(i64),
    /// One of these values.
    OneOf(&'static [&'static str]),
    /// Text of a named format: `uuid`, `date-time`, `email`.
    Format(&'static str),
    /// Text that matches a regular expression, anchored with `^` and `$`.
    Matching(&'static str),
    /// Text with a number of characters between the two, inclusive.
    Length(usize, usize),
    /// Map of texts, as `name[key]=value`, repeatable.
    Map,
}
