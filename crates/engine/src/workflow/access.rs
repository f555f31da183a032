//! Permissions and roles of a workflow. Stored for clients only: any caller may run any workflow.

use parlor_model::workflow::RoleAccess;
use parlor_model::{Error, Result};
use serde_json::Value;

/// Maximum size of the permissions as JSON.
const MAX_PERMISSION_BYTES: usize = 16 * 1024;

/// Checks that the permissions are an object or an array, and their size.
pub(super) fn check_permissions(given: Option<&Value>) -> Result<()> {
    let Some(given) = given else {
        return Ok(());
    };
    if !given.is_object() && !given.is_array() {
        return Err(Error::invalid(
            "permissions",
            "must be an object or an array",
        ));
    }
    if given.to_string().len() > MAX_PERMISSION_BYTES {
        return Err(Error::invalid("permissions", "must be at most 16 KiB"));
    }
    Ok(())
}

/// Checks that no role is named twice.
pub(super) fn check_roles(given: &[RoleAccess]) -> Result<()> {
    for (index, one) in given.iter().enumerate() {
        if given[..index]
            .iter()
            .any(|earlier| earlier.role == one.role)
        {
            let field = format!("role_access[{index}]");
            return Err(Error::invalid(field, "names a role a second time"));
        }
    }
    Ok(())
}
