//! Taking back what an export gave: a way of our own, since the vendor has none.
//!
//! The body is JSONL (`application/jsonl`, `application/x-ndjson`, `text/plain`, or no type at all), a record a line
//! as exports write them, bare or as an event; or `application/json` with a list of `items`. It may be far longer than
//! other bodies: it is read while it comes, some lines at a time, and each such batch is stored in one transaction.
//!
//! Ids, times and order are kept. A record that is there already becomes as its line says, or is left alone where it
//! says so already, so an import that broke off is simply begun anew. A line that breaks a rule is refused alone: one
//! whose id is something else's or lies in the future, one that refers to what is not there, one that is no record.
//! Another account's ids are as unknown as nobody's. What no record tells is not brought back: roles, own spaces and
//! their default conversations, the customer's own ids and wallets of contacts, who takes part in a conversation
//! beyond its contact, its state and how it is served, who wrote a message.

mod record_head;
mod report;
mod run;

pub(crate) use record_head::{RecordHead, take_record_head};
pub(crate) use report::ImportReport;
pub(crate) use run::run_import;
