//! Starts a server, prints its URL, and keeps it until standard input ends.

use std::io::Write;

use parlor_test_postgres::{Durability, PostgresServer};

fn main() -> std::io::Result<()> {
    let cluster = PostgresServer::start(Durability::Off);
    let mut out = std::io::stdout();
    writeln!(out, "{}", cluster.url("postgres"))?;
    out.flush()?;
    std::io::copy(&mut std::io::stdin().lock(), &mut std::io::sink())?;
    drop(cluster);
    Ok(())
}
