//! Rows of the list of pages.

use axum::Router;
use parlor_kit::AppState;
use parlor_model::scope::Scope;

/// A page in the list of pages.
#[derive(Debug)]
pub(crate) struct PageEntry {
    /// Name, for style and script.
    pub(crate) name: &'static str,
    /// Title, and what the list calls it.
    pub(crate) title: &'static str,
    /// Path.
    pub(crate) path: &'static str,
    /// Letter that opens it, after `g`.
    pub(crate) letter: char,
    /// Scope without which the list does not show it. What a visitor may read and do is decided by the engine.
    pub(crate) scope: Option<Scope>,
    /// Routes of the page and its forms.
    pub(crate) routes: fn() -> Router<AppState>,
}

/// The list of pages, in the extensions of every request.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PageList(pub(crate) &'static [PageEntry]);
