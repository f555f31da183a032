//! Import of exported records. Endpoints of this server's own: the vendor has none.
//!
//! The body is JSONL (`application/jsonl`, `application/x-ndjson`, `text/plain` or without a `Content-Type`), with one record
//! per line, bare or as an event, as exports write them; or `application/json` with a list of `items`. Its size limit is a
//! setting of its own. It is parsed while it arrives, and stored in batches of one transaction each.
//!
//! Ids, times and order are kept. An existing record is updated, or left unchanged if it equals its line, so an interrupted
//! import can be repeated. An invalid line fails alone: one whose id belongs to another record or is in the future, one that
//! refers to a missing record, one that is no record. Ids of other accounts are unknown ids. Data that records do not contain
//! is not restored: roles, own spaces and their default conversations, the customer's own ids and wallets of contacts,
//! participants of a conversation other than its contact, its state and service configuration, authors of messages.

mod record_head;
mod report;
mod run;

pub(crate) use record_head::{RecordHead, take_record_head};
pub(crate) use report::ImportReport;
pub(crate) use run::run_import;
