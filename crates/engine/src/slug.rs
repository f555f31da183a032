//! Slugs: short names in URLs, unique within the workspace.

use parlor_model::{Error, Result};

const MAX_SLUG_CHARS: usize = 64;

/// Validates a given slug: lower-case letters, digits and single hyphens.
pub(crate) fn validated(text: &str) -> Result<String> {
    let plain = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit();
    let words = text
        .split('-')
        .all(|word| !word.is_empty() && word.chars().all(plain));
    if words && text.len() <= MAX_SLUG_CHARS {
        return Ok(text.to_owned());
    }
    Err(Error::invalid(
        "slug",
        "must be 1 to 64 lower-case letters, digits and single dashes",
    ))
}

/// Derives a slug from a name.
pub(crate) fn slugify(name: &str) -> String {
    let mut slug = String::new();
    for letter in name.chars().flat_map(char::to_lowercase) {
        if letter.is_ascii_alphanumeric() {
            slug.push(letter);
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    slug.truncate(MAX_SLUG_CHARS - 8);
    let slug = slug.trim_end_matches('-');
    if slug.is_empty() {
        "untitled".to_owned()
    } else {
        slug.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_are_derived_and_validated() {
        assert_eq!(
            slugify("  Intake: Vor-Gespräch (2) "),
            "intake-vor-gespr-ch-2"
        );
        assert_eq!(slugify("???"), "untitled");
        assert_eq!(validated(&slugify(&"x".repeat(300))).unwrap().len(), 56);
        for bad in ["", "-a", "a--b", "A", "a b", "a-"] {
            assert!(validated(bad).is_err(), "{bad}");
        }
    }
}
