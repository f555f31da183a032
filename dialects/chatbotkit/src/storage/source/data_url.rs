//! `data:` addresses (RFC 2397): `data:[<media type>][;base64],<data>`.

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use parlor_model::{Error, Result};
use percent_encoding::percent_decode_str;

/// Standard base64, with or without padding: programs differ.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// The content of a `data:` address.
pub(crate) struct Data {
    pub(crate) media_type: Option<String>,
    pub(crate) bytes: Vec<u8>,
}

/// Parses a `data:` address. Returns `None` for an address of another scheme.
///
/// # Errors
/// `Invalid` without a comma or with invalid base64.
pub(crate) fn parse(address: &str) -> Result<Option<Data>> {
    let scheme = address.get(..5);
    if !scheme.is_some_and(|scheme| scheme.eq_ignore_ascii_case("data:")) {
        return Ok(None);
    }
    let (head, data) = address[5..]
        .split_once(',')
        .ok_or_else(|| Error::invalid("file", "must have a comma before its data"))?;
    let bytes: Vec<u8> = percent_decode_str(data).collect();
    let (media_type, bytes) = match head.len().checked_sub(";base64".len()) {
        Some(end) if head.is_char_boundary(end) && head[end..].eq_ignore_ascii_case(";base64") => {
            let mut text = bytes;
            text.retain(|byte| !byte.is_ascii_whitespace());
            let decoded = BASE64.decode(text);
            let decoded = decoded.map_err(|_| Error::invalid("file", "must be valid base64"))?;
            (&head[..end], decoded)
        }
        _ => (head, bytes),
    };
    Ok(Some(Data {
        media_type: (!media_type.is_empty()).then(|| media_type.to_owned()),
        bytes,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_url_with_and_without_base64_is_decoded() {
        let decode =
            |address| parse(address).map(|data| data.map(|data| (data.media_type, data.bytes)));
        let text = Some("text/plain".to_owned());
        let hi = || b"hi".to_vec();
        assert_eq!(
            decode("data:text/plain;base64,aGk=").unwrap(),
            Some((text.clone(), hi()))
        );
        assert_eq!(decode("DATA:;BASE64,aGk").unwrap(), Some((None, hi())));
        assert_eq!(decode("data:text/plain,h%69").unwrap(), Some((text, hi())));
        assert_eq!(decode("https://example.org/a,b").unwrap(), None);
        assert!(decode("data:text/plain;base64,*").is_err());
        assert!(decode("data:nothing").is_err());
    }
}
