//! The visible registry: a sixth dialect is one folder and one line here.

use parlor_kit::{Module, module};

/// Every dialect this build speaks.
pub fn all() -> Vec<Module> {
    vec![
        module::<dialect_sharely::Sharely>(),
        module::<dialect_gravity_rail::GravityRail>(),
        module::<dialect_relation::Relation>(),
        module::<dialect_chatbotkit::ChatBotKit>(),
        module::<dialect_tenant_chats::TenantChats>(),
    ]
}
