//! Enumerations that are stored as text.

/// Declares an enumeration whose values have one stored text each, with `as_str` and `from_name`.
macro_rules! string_enum {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $value:ident = $word:literal,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum $name { $($(#[$vdoc])* $value,)* }

        impl $name {
            /// Every value, in declaration order.
            pub const ALL: &[Self] = &[$(Self::$value,)*];
            /// Returns the stored text.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$value => $word,)* }
            }
            /// Returns the value of a stored text.
            pub fn from_name(word: &str) -> Option<Self> {
                match word { $($word => Some(Self::$value),)* _ => None }
            }
        }
    };
}
pub(crate) use string_enum;
