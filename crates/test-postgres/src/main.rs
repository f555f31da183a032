//! Starts a PostgreSQL server, prints its URL and keeps it running until end of standard input.

use std::io::Write;

use parlor_test_postgres::{Durability, PostgresServer};

fn main() -> std::io::Result<()> {
    let server = PostgresServer::start(Durability::Off);
    let mut out = std::io::stdout();
    writeln!(out, "{}", server.url("postgres"))?;
    out.flush()?;
    std::io::copy(&mut std::io::stdin().lock(), &mut std::io::sink())?;
    drop(server);
    Ok(())
}
