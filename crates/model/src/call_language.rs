//! Language of calls.

use std::fmt;

/// Longest tag.
const MAX_CHARS: usize = 20;

/// Tag of a language as in BCP 47, such as `de` or `pt-BR`, in the case that the specification recommends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallLanguage(String);

impl CallLanguage {
    /// Parses two or three letters, which may be followed by parts of letters and digits. It is not checked whether the
    /// language exists.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('-');
        let language = parts.next()?;
        let is_language = (2..=3).contains(&language.len())
            && language.bytes().all(|byte| byte.is_ascii_alphabetic());
        if !is_language || text.len() > MAX_CHARS {
            return None;
        }
        let mut tag = language.to_ascii_lowercase();
        for part in parts {
            let is_word = part.bytes().all(|byte| byte.is_ascii_alphanumeric());
            if !is_word || !(2..=8).contains(&part.len()) {
                return None;
            }
            tag.push('-');
            // A region is in capital letters, a script begins with one.
            tag += &match part.len() {
                2 => part.to_ascii_uppercase(),
                4 => part[..1].to_ascii_uppercase() + &part[1..].to_ascii_lowercase(),
                _ => part.to_ascii_lowercase(),
            };
        }
        Some(Self(tag))
    }

    /// Returns the tag.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the language alone, without a region.
    pub fn primary(&self) -> &str {
        self.0.split('-').next().unwrap_or_default()
    }
}

impl fmt::Display for CallLanguage {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}
