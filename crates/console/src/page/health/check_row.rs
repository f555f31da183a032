//! A line of the page: a part of the server, and whether it is well.

/// Whether a part is well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CheckState {
    /// It is well.
    Ok,
    /// It wants a look.
    Warn,
    /// It does not work.
    Bad,
}

/// A line of the page.
pub(super) struct CheckRow {
    pub(super) name: &'static str,
    pub(super) state: CheckState,
    pub(super) sentence: String,
    /// Command for the server's machine, where something is to be done.
    pub(super) command: Option<String>,
    /// Path of the page that shows more, and its title.
    pub(super) page: Option<(&'static str, &'static str)>,
}

impl CheckRow {
    /// Creates a line of a part that is well.
    pub(super) const fn ok(name: &'static str, sentence: String) -> Self {
        Self {
            name,
            state: CheckState::Ok,
            sentence,
            command: None,
            page: None,
        }
    }

    /// Sets the state of a part that is not well, and the command that says more or helps.
    #[must_use]
    pub(super) fn not_ok(self, state: CheckState, command: impl Into<String>) -> Self {
        Self {
            state,
            command: Some(command.into()),
            ..self
        }
    }

    /// Names the page that shows more.
    #[must_use]
    pub(super) const fn with_page(mut self, path: &'static str, title: &'static str) -> Self {
        self.page = Some((path, title));
        self
    }

    /// Returns the state in a word.
    pub(super) const fn word(&self) -> &'static str {
        match self.state {
            CheckState::Ok => "ok",
            CheckState::Warn => "warn",
            CheckState::Bad => "bad",
        }
    }

    /// Returns the class of the state.
    pub(super) const fn class(&self) -> &'static str {
        match self.state {
            CheckState::Ok => "good",
            CheckState::Warn => "warning",
            CheckState::Bad => "bad",
        }
    }
}
