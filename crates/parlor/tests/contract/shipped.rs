//! Part of this suite against the release binary: its profile, settings and panic handling. The binary runs as a second
//! node on the database of a test server, which creates the fixtures and changes rights; requests go to the binary.
//!
//! Proves INV-22 (`docs/invariants.md`).

use parlor_testkit::{TestBackend, TestServer, backend};

use crate::program::{Program, temp_dir};
use crate::{authority, conformance};

/// Master key of the test server.
const MASTER_KEY: &str = "0707070707070707070707070707070707070707070707070707070707070707";

/// Runs the body of a test with requests to the binary.
fn run<F: Future<Output = ()>>(body: impl FnOnce(TestServer) -> F) {
    backend::block_on(async {
        let mut server = TestServer::start(TestBackend::Postgres).await;
        let (folder, database) = (temp_dir(), server.database().to_owned());
        let program = parlor_testkit::tokio::task::spawn_blocking(move || {
            let arguments = [
                "--database",
                &database,
                "--issuer",
                parlor_testkit::server::ISSUER,
                "--failed-credentials-per-minute",
                "0",
                "--anonymous-requests-per-minute",
                "0",
            ];
            let key = [("PARLOR_MASTER_KEY", MASTER_KEY)];
            let program = Program::start(&folder.path().join("data"), &arguments, &key);
            (folder, program)
        });
        let (_folder, program) = program.await.unwrap();
        server.url.clone_from(&program.url);
        body(server).await;
        drop(program);
    });
}

#[test]
fn documented_scope_alone_is_required() {
    run(authority::scope::documented_scope_alone_is_required::body);
}

#[test]
fn ended_right_is_refused_by_every_route() {
    run(authority::lifecycle::ended_right_is_refused_by_every_route::body);
}

#[test]
fn ended_right_closes_socket() {
    run(authority::sockets::ended_right_closes_socket::body);
}

#[test]
fn ended_right_closes_stream() {
    run(authority::streams::ended_right_closes_stream::body);
}

#[test]
fn thread_role_gate_holds_on_every_route() {
    run(authority::role_gate::thread_role_gate_holds_on_every_route::body);
}

#[test]
fn direct_conversation_requires_its_scope_on_every_route() {
    run(authority::direct::reading_direct_conversation_requires_its_scope::body);
    run(authority::direct::changing_direct_conversation_requires_its_scope::body);
}

#[test]
fn refusal_without_credential_names_the_scheme_as_documented() {
    run(conformance::refusal_without_credential_names_the_scheme_as_documented::body);
}
