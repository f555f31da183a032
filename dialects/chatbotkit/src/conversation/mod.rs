//! Conversations, as far as spaces refer to them: they can be made and fetched.

pub(crate) mod create;
pub(crate) mod fetch;
mod record;

pub(crate) use create::Fields;
pub(crate) use record::Record;
