//! Normalizes email addresses. Whether an address is reachable is only known by sending.

use idna::uts46::{AsciiDenyList, DnsLength, Hyphens, Uts46};
use parlor_model::{Error, Result};
use unicase::UniCase;
use unicode_normalization::UnicodeNormalization;

/// Maximum lengths of an address and of its local part, in UTF-8 bytes.
const MAX_ADDRESS_BYTES: usize = 254;
const MAX_LOCAL_BYTES: usize = 64;

/// Returns the address as it is stored and shown: trimmed, with a lower-case domain and an unchanged local part.
///
/// # Errors
/// `Invalid` with the field `email`.
pub fn normalize_email(text: &str) -> Result<String> {
    let (local, domain, _) = split_address(text)?;
    Ok(format!("{local}@{}", domain.to_lowercase()))
}

/// Returns the key by which an address identifies a member; spellings with equal keys are the same address. The local
/// part is case-folded by Unicode rules, the domain is in ASCII form.
///
/// # Errors
/// `Invalid` with the field `email`.
pub fn email_key(text: &str) -> Result<String> {
    let (local, _, ascii) = split_address(text)?;
    let composed: String = local.nfc().collect();
    let folded = UniCase::unicode(composed.as_str()).to_folded_case();
    let folded: String = folded.nfc().collect();
    Ok(format!("{folded}@{ascii}"))
}

/// Returns the local part, the domain as given, and the domain in ASCII.
fn split_address(text: &str) -> Result<(&str, &str, String)> {
    let refused = || Error::invalid("email", "must be an email address");
    let text = text.trim();
    let (local, domain) = text.rsplit_once('@').ok_or_else(refused)?;
    let is_plain = |part: &str| !part.contains(|c: char| c.is_whitespace() || c.is_control());
    if text.len() > MAX_ADDRESS_BYTES
        || local.is_empty()
        || local.len() > MAX_LOCAL_BYTES
        || local.contains('@')
        || !is_plain(local)
        || !is_plain(domain)
    {
        return Err(refused());
    }
    let ascii = Uts46::new().to_ascii(
        domain.as_bytes(),
        AsciiDenyList::STD3,
        Hyphens::CheckFirstLast,
        DnsLength::Verify,
    );
    let ascii = ascii.map_err(|_| refused())?;
    Ok((local, domain, ascii.into_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn malformed_address_is_rejected() {
        let long = format!("{}@example.org", "a".repeat(65));
        for bad in [
            "",
            "ada",
            "ada@",
            "@example.org",
            "a b@example.org",
            "a@b@example.org",
            "ada@-x.org",
            "ada@x..org",
            "ada@exa mple.org",
            "ada@ex_ample.org",
            &long,
        ] {
            assert!(normalize_email(bad).is_err(), "{bad}");
            assert!(email_key(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn spelling_is_kept_and_key_is_case_folded() {
        for (given, shown, key) in [
            (" Ada@Example.ORG ", "Ada@example.org", "ada@example.org"),
            ("bob@example.org", "bob@example.org", "bob@example.org"),
            ("STRASSE@x.org", "STRASSE@x.org", "strasse@x.org"),
            ("straße@x.org", "straße@x.org", "strasse@x.org"),
            ("Σίσυφος@x.org", "Σίσυφος@x.org", "σίσυφοσ@x.org"),
            ("e\u{301}@x.org", "e\u{301}@x.org", "\u{e9}@x.org"),
            (
                "a@Bücher.example",
                "a@bücher.example",
                "a@xn--bcher-kva.example",
            ),
            (
                "a@XN--BCHER-KVA.example",
                "a@xn--bcher-kva.example",
                "a@xn--bcher-kva.example",
            ),
        ] {
            assert_eq!(normalize_email(given).unwrap(), shown);
            assert_eq!(email_key(given).unwrap(), key, "{given}");
        }
    }
}
