//! Parameters of paths, queries and headers, as the documents describe them.

/// A parameter of a route.
#[derive(Clone)]
pub(crate) struct ParameterSpec {
    pub(crate) name: &'static str,
    pub(crate) kind: ParameterKind,
    pub(crate) text: &'static str,
    pub(crate) location: ParameterLocation,
    pub(crate) required: bool,
}

/// Where a parameter stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ParameterLocation {
    Path,
    Query,
    Header,
}

/// The type of a parameter. What is said here is what callers may rely on: a value that fits is taken, one that does
/// not is refused. A parameter of which anything is taken is [`ParameterKind::Text`], whatever its text says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ParameterKind {
    /// Any text.
    Text,
    /// A whole number of 64 bits.
    Integer,
    /// `true` or `false`.
    Boolean,
    /// A whole number from the first to the second, both included.
    Between(i64, i64),
    /// A whole number not below this one.
    AtLeast(i64),
    /// One of these words.
    OneOf(&'static [&'static str]),
    /// Text of a format with a name: `uuid`, `date-time`, `email`.
    Format(&'static str),
    /// Text that a regular expression matches. Written out with `^` and `$`.
    Matching(&'static str),
    /// Text of so many characters, from the first to the second.
    Length(usize, usize),
    /// Texts by name, as `name[key]=value`, any number of them.
    Map,
}
