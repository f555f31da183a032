//! Roles as integers.

use parlor_model::access::Role;

/// The id of a role.
pub(crate) fn number(role: Role) -> i64 {
    match role {
        Role::Owner => 1,
        Role::Manager => 2,
        Role::User => 3,
    }
}

/// The role with an id.
pub(crate) fn of(number: i64) -> Option<Role> {
    Role::ALL
        .iter()
        .copied()
        .find(|role| self::number(*role) == number)
}
