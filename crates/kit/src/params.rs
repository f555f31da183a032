//! Extractors of path and query parameters, which never reject a request themselves.

use std::borrow::Cow;
use std::convert::Infallible;

use axum::extract::{FromRequestParts, MatchedPath, RawPathParams};
use http::request::Parts;
use parlor_model::{Error, Result};
use percent_encoding::percent_decode_str;

/// Percent-decoded path parameters. A parameter with invalid UTF-8 is empty, which is no valid id.
#[derive(Debug, Clone, Default)]
pub struct PathParams(Vec<(String, String)>);

impl PathParams {
    /// Returns a parameter of the route's path.
    pub fn get(&self, name: &str) -> &str {
        self.0
            .iter()
            .find(|(key, _)| key == name)
            .map_or("", |(_, value)| value)
    }

    /// Returns whether the route's path has a parameter.
    pub fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(key, _)| key == name)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for PathParams {
    type Rejection = Infallible;

    async fn from_request_parts(
        parts: &mut Parts,
        state: &S,
    ) -> std::result::Result<Self, Infallible> {
        let raw = RawPathParams::from_request_parts(parts, state).await;
        Ok(Self(match raw {
            Ok(raw) => raw
                .iter()
                .map(|(key, value)| (key.to_owned(), value.to_owned()))
                .collect(),
            // One parameter has invalid UTF-8; the others are still decoded.
            Err(_) => parts
                .extensions
                .get::<MatchedPath>()
                .map_or_else(Vec::new, |route| {
                    decode_segments(route.as_str(), parts.uri.path())
                }),
        }))
    }
}

/// Decodes the parameters of a path one by one.
fn decode_segments(route: &str, path: &str) -> Vec<(String, String)> {
    let name = |segment: &str| {
        let name = segment.strip_prefix('{')?.strip_suffix('}')?;
        Some(name.strip_prefix('*').unwrap_or(name).to_owned())
    };
    let decoded = |segment: &str| {
        let text = percent_decode_str(segment).decode_utf8();
        text.map(Cow::into_owned).unwrap_or_default()
    };
    route
        .split('/')
        .zip(path.split('/'))
        .filter_map(|(segment, value)| Some((name(segment)?, decoded(value))))
        .collect()
}

/// Segments of the path that the last parameter of its route stands for. Each is percent-decoded on its own, so an
/// encoded slash does not separate segments. One empty segment at the end is a trailing slash and is left out.
#[derive(Debug, Clone, Default)]
pub struct Tail(Option<Vec<String>>);

impl Tail {
    fn of(route: &str, path: &str) -> Self {
        let before = route
            .split('/')
            .take_while(|part| !part.starts_with("{*"))
            .count();
        let mut raw: Vec<&str> = path.split('/').skip(before).collect();
        if raw.len() > 1 && raw.last() == Some(&"") {
            raw.pop();
        }
        let decoded = raw.into_iter().map(|segment| {
            let text = percent_decode_str(segment).decode_utf8();
            text.map(Cow::into_owned).ok()
        });
        Self(decoded.collect())
    }

    /// The segments.
    ///
    /// # Errors
    /// `Invalid` with the field's name when one of them is not UTF-8.
    pub fn segments(&self, field: &'static str) -> Result<&[String]> {
        let segments = self.0.as_deref();
        segments.ok_or_else(|| Error::invalid(field, "must be UTF-8, percent-encoded"))
    }
}

impl<S: Sync> FromRequestParts<S> for Tail {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> std::result::Result<Self, Infallible> {
        let route = parts.extensions.get::<MatchedPath>();
        Ok(route.map_or_else(Self::default, |route| {
            Self::of(route.as_str(), parts.uri.path())
        }))
    }
}

/// Percent-decoded pairs of the query string in order, with `+` as a space. Invalid UTF-8 becomes replacement
/// characters.
#[derive(Debug, Clone, Default)]
pub struct QueryParams(Vec<(String, String)>);

impl QueryParams {
    /// Parses a raw query string.
    pub fn parse(raw: &str) -> Self {
        Self(
            form_urlencoded::parse(raw.as_bytes())
                .into_owned()
                .collect(),
        )
    }

    /// Returns the first value of a parameter.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    /// Iterates over all pairs in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .iter()
            .map(|(key, value)| (key.as_str(), value.as_str()))
    }

    /// Returns an integer within bounds, or the default if the parameter is absent.
    ///
    /// # Errors
    /// `Invalid` for other values.
    pub fn get_int(&self, name: &'static str, default: i64, min: i64, max: i64) -> Result<i64> {
        let Some(text) = self.get(name) else {
            return Ok(default);
        };
        let value: i64 = text
            .parse()
            .map_err(|_| Error::invalid(name, "must be a whole number"))?;
        if value < min || value > max {
            let rule = if max == i64::MAX {
                format!("must be at least {min}")
            } else {
                format!("must be between {min} and {max}")
            };
            return Err(Error::invalid(name, rule));
        }
        Ok(value)
    }

    /// Returns `true` or `false`, if present.
    ///
    /// # Errors
    /// `Invalid` for other values.
    pub fn get_bool(&self, name: &'static str) -> Result<Option<bool>> {
        match self.get(name) {
            None => Ok(None),
            Some("true") => Ok(Some(true)),
            Some("false") => Ok(Some(false)),
            Some(_) => Err(Error::invalid(name, "must be true or false")),
        }
    }
}

impl<S: Sync> FromRequestParts<S> for QueryParams {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> std::result::Result<Self, Infallible> {
        Ok(parts.uri.query().map(Self::parse).unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameter_with_invalid_utf8_leaves_the_others() {
        let found = decode_segments("/w/{workspace}/s/{space}", "/w/a%20b/s/%FF");
        assert_eq!(
            found,
            [("workspace", "a b"), ("space", "")].map(|(k, v)| (k.to_owned(), v.to_owned()))
        );
    }

    #[test]
    fn segments_of_a_tail_are_decoded_one_by_one() {
        let tail = |path| Tail::of("/s/{space}/list/{*path}", path);
        let segments = |path| tail(path).segments("path").map(<[_]>::to_vec);
        assert_eq!(segments("/s/1/list/a%20b/c%2Fd/").unwrap(), ["a b", "c/d"]);
        assert_eq!(segments("/s/1/list/a//b").unwrap(), ["a", "", "b"]);
        assert!(segments("/s/1/list/%FF").is_err());
    }

    #[test]
    fn queries_are_decoded_and_bounded() {
        let query =
            QueryParams::parse("meta.a=b+c&meta%5Bd%5D=1&&limit=101&flag=maybe&empty=&bare&x=%FF");
        assert_eq!(query.get("x"), Some("\u{fffd}"));
        let pairs: Vec<_> = query.iter().collect();
        assert_eq!(pairs[..2], [("meta.a", "b c"), ("meta[d]", "1")]);
        assert_eq!(query.get("empty"), Some(""));
        assert_eq!(query.get("bare"), Some(""));
        assert!(query.get_int("limit", 50, 1, 100).is_err());
        assert_eq!(query.get_int("offset", 0, 0, i64::MAX).unwrap(), 0);
        assert!(query.get_bool("flag").is_err());
    }
}
