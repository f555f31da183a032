//! The visible registry: a sixth dialect is one folder and one line here.

use parlor_kit::{DialectModule, build_module};

/// Every dialect this build speaks.
pub fn all() -> Vec<DialectModule> {
    vec![
        build_module::<dialect_sharely::Sharely>(),
        build_module::<dialect_gravity_rail::GravityRail>(),
        build_module::<dialect_relation::Relation>(),
        build_module::<dialect_chatbotkit::ChatBotKit>(),
        build_module::<dialect_tenant_chats::TenantChats>(),
    ]
}
