//! The form of addresses. Reachability is found out by sending.

use parlor_model::{Error, Result};

/// An email address in the form it is kept and compared in: trimmed, the domain in lower case.
pub fn email(text: &str) -> Result<String> {
    let refused = || Error::invalid("email", "must be an email address");
    let text = text.trim();
    let (local, domain) = text.rsplit_once('@').ok_or_else(refused)?;
    let plain = |part: &str| {
        !part.is_empty() && !part.contains(|c: char| c.is_whitespace() || c.is_control())
    };
    let labels = domain.split('.').all(|label| {
        !label.is_empty()
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(is_label)
    });
    if text.len() > 254 || !plain(local) || local.len() > 64 || local.contains('@') || !labels {
        return Err(refused());
    }
    Ok(format!("{local}@{}", domain.to_lowercase()))
}

fn is_label(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '-'
}

/// A phone number in the form it is kept and compared in: digits, with the plus sign where it was given.
pub fn phone(text: &str) -> Result<String> {
    let refused = || Error::invalid("phone", "must be a phone number");
    let text = text.trim();
    let (plus, rest) = text
        .strip_prefix('+')
        .map_or((false, text), |rest| (true, rest));
    if rest
        .contains(|c: char| !c.is_ascii_digit() && !matches!(c, ' ' | '-' | '.' | '(' | ')' | '/'))
    {
        return Err(refused());
    }
    let digits: String = rest.chars().filter(char::is_ascii_digit).collect();
    if !(3..=15).contains(&digits.len()) {
        return Err(refused());
    }
    Ok(if plus { format!("+{digits}") } else { digits })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_checked_for_form() {
        assert_eq!(email(" Ada@Example.ORG ").unwrap(), "Ada@example.org");
        for bad in [
            "",
            "ada",
            "ada@",
            "@example.org",
            "a b@example.org",
            "ada@-x.org",
            "ada@x..org",
        ] {
            assert!(email(bad).is_err(), "{bad}");
        }
        assert_eq!(phone("+1 (500) 555-0006").unwrap(), "+15005550006");
        for bad in ["", "12", "call me", "+1234567890123456"] {
            assert!(phone(bad).is_err(), "{bad}");
        }
    }
}
