//! Enumerations that are stored and read as words.

/// Declares an enumeration whose values have one word each, with `word` and `parse`.
macro_rules! string_enum {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $value:ident = $word:literal,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum $name { $($(#[$vdoc])* $value,)* }

        impl $name {
            /// Every value, in declaration order.
            pub const ALL: &[Self] = &[$(Self::$value,)*];
            /// The stored word.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$value => $word,)* }
            }
            /// The value of a stored word.
            pub fn from_name(word: &str) -> Option<Self> {
                match word { $($word => Some(Self::$value),)* _ => None }
            }
        }
    };
}
pub(crate) use string_enum;
