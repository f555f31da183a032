//! One request of each dialect that works on a fresh server: what a newcomer pastes first.

/// A request with places for what only a running server knows.
pub(super) struct Recipe {
    /// The dialect's name.
    pub(super) dialect: &'static str,
    /// Headers, one a line of the header file.
    pub(super) headers: &'static [&'static str],
    /// The path.
    pub(super) path: &'static str,
    /// The body.
    pub(super) body: &'static str,
}

const JSON: &str = "Content-Type: application/json";

/// In the order they are printed. A place is a name in braces: `key`, `workspace`, `organization`, and those that
/// are made only when asked for: `member` (a member token), `session` and `space` (of the owner).
pub(super) const RECIPES: &[Recipe] = &[
    Recipe {
        dialect: "sharely",
        headers: &[
            "Authorization: Bearer {session}",
            "organizationid: {organization}",
            JSON,
        ],
        path: "/v1/workspaces/{workspace}/spaces/{space}/group",
        body: r#"{"name":"Hello"}"#,
    },
    Recipe {
        dialect: "gravity-rail",
        headers: &["Authorization: Bearer {key}", JSON],
        path: "/api/v2/w/{workspace}/chats",
        body: r#"{"channel":"web-chat","title":"Hello"}"#,
    },
    Recipe {
        dialect: "relation",
        headers: &["ApiKey: {key}", "Authorization: Bearer {member}", JSON],
        path: "/api/v1/channel/create",
        body: r#"{"type":"G","name":"Hello","members":[]}"#,
    },
    Recipe {
        dialect: "chatbotkit",
        headers: &["Authorization: Bearer {key}", JSON],
        path: "/api/v1/space/create",
        body: r#"{"name":"Hello"}"#,
    },
    Recipe {
        dialect: "tenant-chats",
        headers: &["X-API-Key: {key}", JSON],
        path: "/api/v1/chats/",
        body: r#"{"user_id":"ada","title":"Hello"}"#,
    },
];
