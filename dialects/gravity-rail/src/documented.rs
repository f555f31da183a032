//! Parts of route rows that several endpoints share: the path prefix, common errors and a vendor page.

/// A documented error response: its status and its description.
pub(crate) type DocumentedError = (u16, &'static str);

pub(crate) const BAD_BODY: DocumentedError = (400, "The body or a field of it does not fit.");
pub(crate) const BAD_QUERY: DocumentedError = (400, "A query parameter does not fit.");
pub(crate) const NO_SCOPE: DocumentedError =
    (403, "A scope is missing, or it is not the caller's own.");
pub(crate) const NO_CHAT: DocumentedError = (404, "No such chat.");
pub(crate) const NAME_TAKEN: DocumentedError = (409, "The name is taken.");
pub(crate) const TOO_LARGE: DocumentedError = (413, "The body is too large.");

/// The vendor's page about sign-up and the first requests.
pub(crate) const GETTING_STARTED_PAGE: &str = "developer/guides/getting-started-integration";

/// Expands to a path below a workspace.
macro_rules! workspace_path {
    ($path:literal) => {
        concat!("/api/v2/w/{workspace}", $path)
    };
}
pub(crate) use workspace_path;
