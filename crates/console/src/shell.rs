//! What surrounds every page: its title, the list of pages, and who is signed in.

use parlor_engine::{member, workspace};
use parlor_kit::AppState;
use parlor_model::Result;
use parlor_model::console::ConsoleSessionOwner;
use parlor_model::member::MemberKey;

use crate::asset;
use crate::page_entry::PageEntry;
use crate::session_cookie::Theme;
use crate::visit::Visit;

/// Surroundings of a page, used by `shell.html`.
pub(crate) struct Shell {
    /// Title of the page.
    pub(crate) title: String,
    /// Name of the page, for style and script.
    pub(crate) name: &'static str,
    /// Path of the files.
    pub(crate) assets: &'static str,
    /// Chosen colours.
    pub(crate) theme: Option<Theme>,
    /// Who is signed in; `None` on the pages that lead there.
    pub(crate) visitor: Option<Visitor>,
}

/// Who is signed in.
pub(crate) struct Visitor {
    /// Name of the workspace.
    pub(crate) workspace: String,
    /// Name of the member, or what a key is called.
    pub(crate) name: String,
    /// Token of the session's forms.
    pub(crate) form_token: String,
    /// Pages that the visitor may open.
    pub(crate) pages: Vec<&'static PageEntry>,
}

impl Shell {
    /// Builds the surroundings of a page for a visitor.
    ///
    /// # Errors
    /// Those of reading the workspace and the member.
    pub(crate) async fn new(app: &AppState, visit: &Visit, entry: &PageEntry) -> Result<Self> {
        let engine = &app.engine;
        let workspace = workspace::find(engine, visit.ctx.workspace.id).await?;
        let name = match visit.ctx.actor {
            Some(actor) => {
                let key = MemberKey::Number(actor.number);
                let found = member::find(engine, &visit.ctx, key).await?.member.key;
                found
                    .name
                    .unwrap_or_else(|| format!("member {}", found.number))
            }
            None => "a key without a member".to_owned(),
        };
        let name = match visit.session.owner {
            ConsoleSessionOwner::Key(_) => format!("{name}, by key"),
            ConsoleSessionOwner::Member(..) => name,
        };
        let allowed = |page: &&PageEntry| page.scope.is_none_or(|scope| visit.ctx.allows(scope));
        Ok(Self {
            title: entry.title.to_owned(),
            name: entry.name,
            assets: asset::base_path(),
            theme: visit.theme,
            visitor: Some(Visitor {
                workspace: workspace.name.clone(),
                name,
                form_token: visit.form_token.clone(),
                pages: visit.pages.iter().filter(allowed).collect(),
            }),
        })
    }

    /// Builds the surroundings of a page that belongs to an entry of the list and has a title of its own.
    ///
    /// # Errors
    /// Those of [`Shell::new`].
    pub(crate) async fn within(
        app: &AppState,
        visit: &Visit,
        entry: &PageEntry,
        title: String,
    ) -> Result<Self> {
        let shell = Self::new(app, visit, entry).await?;
        Ok(Self { title, ..shell })
    }

    /// Builds the surroundings of a page that leads to the sign-in.
    pub(crate) fn signed_out(
        title: &'static str,
        name: &'static str,
        theme: Option<Theme>,
    ) -> Self {
        Self {
            title: title.to_owned(),
            name,
            assets: asset::base_path(),
            theme,
            visitor: None,
        }
    }

    /// Returns the token of the session's forms.
    pub(crate) fn form_token(&self) -> &str {
        let visitor = self.visitor.as_ref();
        visitor.map_or("", |visitor| visitor.form_token.as_str())
    }
}
