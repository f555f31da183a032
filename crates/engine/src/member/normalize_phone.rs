//! Normalizes phone numbers to E.164: a plus sign, the country code and the national number, at most 15 digits.

use parlor_model::workspace::Region;
use parlor_model::{Error, Result};
use phonenumber::country;
use phonenumber::metadata::{DATABASE, Metadata};

/// Maximum length of a text that is parsed, in bytes.
const MAX_TEXT_BYTES: usize = 64;
/// Number of digits, with the country code.
const DIGIT_COUNT: std::ops::RangeInclusive<usize> = 5..=15;

/// Returns a phone number in E.164. Without a plus sign it is read as dialled in the region; without a region it is
/// refused as ambiguous.
///
/// # Errors
/// `Invalid` with the field `phone`.
pub(crate) fn normalize_phone(text: &str, region: Option<Region>) -> Result<String> {
    let refused = |rule: &'static str| Err(Error::invalid("phone", rule));
    let Some((is_international, digits)) = parse_digits(text) else {
        return refused("must be a phone number");
    };
    let read = match (is_international, region) {
        (true, _) => parse_international(&digits),
        (false, Some(region)) => parse_national(&digits, region),
        (false, None) => {
            return refused(
                "must begin with a plus sign and the country code: no region is set for the workspace",
            );
        }
    };
    match read.filter(|read| DIGIT_COUNT.contains(&read.len())) {
        Some(digits) => Ok(format!("+{digits}")),
        None => refused("must be a phone number that its country can have"),
    }
}

/// Returns whether a region has phone numbers.
pub(crate) fn has_phone_numbers(region: Region) -> bool {
    DATABASE.by_id(region.as_str()).is_some()
}

/// Returns whether a plus sign precedes the digits, and the digits; `None` if the text contains anything else.
fn parse_digits(text: &str) -> Option<(bool, String)> {
    let text = text.trim();
    if text.len() > MAX_TEXT_BYTES {
        return None;
    }
    let (is_international, rest) = match text.strip_prefix(['+', '\u{ff0b}']) {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let is_separator = |c: char| {
        matches!(
            c,
            '-' | '.' | '(' | ')' | '/' | '\u{2010}'..='\u{2015}' | '\u{2060}' | '\u{200b}'
        )
    };
    let mut digits = String::new();
    for letter in rest.chars() {
        match letter {
            '0'..='9' => digits.push(letter),
            c if c.is_whitespace() && !c.is_control() || is_separator(c) => {}
            _ => return None,
        }
    }
    (!digits.is_empty()).then_some((is_international, digits))
}

/// Parses a number that begins with its country code. A national trunk prefix, such as the zero of `+49 (0)30`, is
/// removed.
fn parse_international(digits: &str) -> Option<String> {
    let (code, rest) = (1..=3.min(digits.len().saturating_sub(1))).find_map(|length| {
        let (code, rest) = digits.split_at(length);
        let known = DATABASE.by_code(&code.parse::<u16>().ok()?)?;
        Some(((code, known), rest))
    })?;
    let (code, regions) = code;
    let fits = |national: &str| {
        regions
            .iter()
            .any(|region| matches_region(region, national))
    };
    if fits(rest) {
        return Some(format!("{code}{rest}"));
    }
    let shorter = regions.iter().find_map(|region| {
        let shorter = rest.strip_prefix(region.national_prefix()?)?;
        fits(shorter).then_some(shorter)
    })?;
    Some(format!("{code}{shorter}"))
}

/// Parses a number as dialled in a region.
fn parse_national(digits: &str, region: Region) -> Option<String> {
    let here = DATABASE.by_id(region.as_str())?;
    let code = here.country_code().to_string();
    if let Some(abroad) = here.international_prefix()
        && let Some(found) = abroad.find(digits)
        && found.start() == 0
        && let Some(number) = parse_international(&digits[found.end()..])
    {
        return Some(number);
    }
    let dialled = here
        .national_prefix()
        .and_then(|prefix| digits.strip_prefix(prefix));
    let with_code = digits.strip_prefix(&code);
    for candidate in [dialled, Some(digits), with_code].into_iter().flatten() {
        if matches_region(here, candidate) {
            return Some(format!("{code}{candidate}"));
        }
    }
    // The remaining prefixes are patterns, such as those that select a carrier.
    let id: country::Id = region.as_str().parse().ok()?;
    let parsed = phonenumber::parse(Some(id), digits).ok()?;
    let number = format!("{}{}", parsed.code().value(), parsed.national());
    parse_international(&number)
}

/// Returns whether a national number has the form of the region's numbers.
fn matches_region(region: &Metadata, national: &str) -> bool {
    region.descriptors().general().is_match(national)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn region(text: &str) -> Option<Region> {
        Region::parse(text)
    }

    #[test]
    fn spellings_of_one_number_normalize_to_one_form() {
        for (given, region_of, expected) in [
            ("+1 (500) 555-0006", "", "+15005550006"),
            ("+12025550123", "", "+12025550123"),
            ("+1 202 555 0123", "DE", "+12025550123"),
            ("(202) 555-0123", "US", "+12025550123"),
            ("1-202-555-0123", "US", "+12025550123"),
            ("202.555.0123", "CA", "+12025550123"),
            ("011 49 30 123456", "US", "+4930123456"),
            ("+49 (0)30 123456", "", "+4930123456"),
            ("+49030123456", "", "+4930123456"),
            ("030 / 123456", "DE", "+4930123456"),
            ("0049 30 123456", "DE", "+4930123456"),
            ("+39 06 698 12345", "", "+390669812345"),
            ("06 698 12345", "IT", "+390669812345"),
            ("+7 800 555 35 35", "", "+78005553535"),
            ("8 800 555 35 35", "RU", "+78005553535"),
            ("+44 (0)20 7946 0018", "", "+442079460018"),
            ("\u{ff0b}1 555 123 4567", "", "+15551234567"),
        ] {
            let read = normalize_phone(given, region(region_of));
            assert_eq!(read.unwrap(), expected, "{given} in {region_of}");
        }
    }

    #[test]
    fn malformed_number_is_rejected() {
        for (given, region_of) in [
            ("", "US"),
            ("+", "US"),
            ("12", "US"),
            ("call me", "US"),
            ("+1234567890123456", ""),
            ("+999 1234567", ""),
            ("+1 202 555", ""),
            ("555-0123", "US"),
            ("(202) 555-0123", ""),
            ("030 123456", "US"),
            ("+1 202 555 0123 x7", ""),
            ("+1+2025550123", ""),
        ] {
            assert!(
                normalize_phone(given, region(region_of)).is_err(),
                "{given} in {region_of}"
            );
        }
    }

    #[test]
    fn region_without_numbering_plan_has_no_phone_numbers() {
        assert!(
            ["US", "DE", "IN"]
                .iter()
                .all(|text| has_phone_numbers(region(text).unwrap()))
        );
        assert!(!has_phone_numbers(region("XX").unwrap()));
    }
}
