//! Registry of dialects. A new dialect needs one folder and one line here.

use parlor_kit::{DialectModule, build_module};

/// Returns every dialect of this build, in the order in which they are listed.
pub fn all() -> Vec<DialectModule> {
    vec![
        build_module::<dialect_sharely::Sharely>(),
        build_module::<dialect_gravity_rail::GravityRail>(),
        build_module::<dialect_relation::Relation>(),
        build_module::<dialect_chatbotkit::ChatBotKit>(),
        build_module::<dialect_tenant_chats::TenantChats>(),
    ]
}
