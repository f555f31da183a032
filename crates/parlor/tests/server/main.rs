//! The program from outside: its output, stored data, answers and exit codes.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    missing_docs,
    unreachable_pub,
    reason = "tests"
)]

mod access;
mod assistant;
mod backup;
mod bucket;
mod carrier_deliveries;
mod carriers;
mod commands;
mod cors;
mod crash;
mod deliveries;
mod doctor;
mod documented_examples;
mod documents;
mod first_run;
mod help;
mod invalid_usage;
mod local_models;
mod log_output;
mod long_answers;
mod long_group;
mod lost_database;
mod mcp;
mod merge;
mod metrics;
mod middleware;
mod operator;
mod policies;
mod postgres;
mod program;
mod rebinding;
mod request_head;
mod requests;
mod revocation;
mod shutdown;
mod simulator;
mod statements;
mod stopped_reader;
mod tail;
mod turn_stops;
mod turns;
