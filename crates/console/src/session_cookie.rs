//! Cookies of the console.

use http::header::COOKIE;
use http::{HeaderMap, HeaderValue};

use crate::settings::ConsoleSettings;

/// Seconds until a browser forgets a session: not before the server does.
const MAX_AGE_SECONDS: u32 = 7 * 24 * 60 * 60;

/// Returns the name of the cookie with the session's secret. The prefix makes browsers refuse a cookie that another
/// server of the same domain sets; it needs TLS.
const fn session_name(settings: &ConsoleSettings) -> &'static str {
    if settings.is_secure() {
        "__Host-parlor-console"
    } else {
        "parlor-console"
    }
}

/// Returns the session's secret in a request.
pub(crate) fn session_secret<'h>(
    headers: &'h HeaderMap,
    settings: &ConsoleSettings,
) -> Option<&'h str> {
    find(headers, session_name(settings)).filter(|value| !value.is_empty())
}

/// Builds the value of `Set-Cookie` that begins a session, or ends it when the secret is empty.
pub(crate) fn session_cookie(secret: &str, settings: &ConsoleSettings) -> Option<HeaderValue> {
    let name = session_name(settings);
    let place = if settings.is_secure() {
        "Path=/; Secure"
    } else {
        "Path=/console"
    };
    let age = if secret.is_empty() {
        0
    } else {
        MAX_AGE_SECONDS
    };
    let text = format!("{name}={secret}; {place}; HttpOnly; SameSite=Lax; Max-Age={age}");
    HeaderValue::from_str(&text).ok()
}

/// Colours that a person has chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Theme {
    Light,
    Dark,
}

impl Theme {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    pub(crate) fn from_name(name: &str) -> Option<Self> {
        [Self::Light, Self::Dark]
            .into_iter()
            .find(|theme| theme.as_str() == name)
    }
}

const THEME_NAME: &str = "parlor-theme";

/// Returns the chosen colours; those of the system if none were chosen.
pub(crate) fn theme(headers: &HeaderMap) -> Option<Theme> {
    find(headers, THEME_NAME).and_then(Theme::from_name)
}

/// Builds the value of `Set-Cookie` that keeps the chosen colours.
pub(crate) fn theme_cookie(theme: Option<Theme>) -> HeaderValue {
    HeaderValue::from_static(match theme {
        Some(Theme::Light) => "parlor-theme=light; Path=/console; SameSite=Lax; Max-Age=31536000",
        Some(Theme::Dark) => "parlor-theme=dark; Path=/console; SameSite=Lax; Max-Age=31536000",
        None => "parlor-theme=; Path=/console; SameSite=Lax; Max-Age=0",
    })
}

fn find<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    let values = headers.get_all(COOKIE).iter();
    values
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value)
}
