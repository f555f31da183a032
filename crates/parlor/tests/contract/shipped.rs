//! Runs a part of this suite against the release binary: its profile, settings and panic handling. The binary is a node
//! on the database of a test server, which creates the fixtures and changes rights; requests go to the binary.

use parlor_testkit::{TestBackend, TestServer, backend};

use crate::program::{Program, temp_dir};
use crate::{authority, conformance};

/// The same value as on the test server.
const MASTER_KEY: &str = "0707070707070707070707070707070707070707070707070707070707070707";

/// Runs a test's body with its requests sent to the binary.
fn run<F: Future<Output = ()>>(body: impl FnOnce(TestServer) -> F) {
    backend::block_on(async {
        let mut server = TestServer::start(TestBackend::Postgres).await;
        let (place, database) = (temp_dir(), server.database().to_owned());
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
            let program = Program::start(&place.path().join("data"), &arguments, &key);
            (place, program)
        });
        let (_place, program) = program.await.unwrap();
        server.url.clone_from(&program.url);
        body(server).await;
        drop(program);
    });
}

#[test]
fn documented_scope_is_asked_for_and_no_other() {
    run(authority::scope::the_documented_scope_is_asked_for_and_no_other::body);
}

#[test]
fn what_a_credential_rests_on_ends_and_every_route_refuses() {
    run(authority::lifecycle::what_a_credential_rests_on_ends_and_every_route_refuses::body);
}

#[test]
fn what_a_socket_rests_on_ends_and_so_does_it() {
    run(authority::sockets::what_a_socket_rests_on_ends_and_so_does_it::body);
}

#[test]
fn what_a_stream_rests_on_ends_and_so_does_it() {
    run(authority::streams::what_a_stream_rests_on_ends_and_so_does_it::body);
}

#[test]
fn no_road_leads_around_the_role_of_a_thread() {
    run(authority::role_gate::no_road_leads_around_the_role_of_a_thread::body);
}

#[test]
fn no_road_reads_or_changes_a_direct_conversation_without_its_scope() {
    run(authority::direct::no_road_reads_a_direct_conversation_without_its_scope::body);
    run(authority::direct::no_road_changes_a_direct_conversation_without_its_scope::body);
}

#[test]
fn refusal_without_credential_names_the_scheme_as_documented() {
    run(conformance::refusal_without_credential_names_the_scheme_as_documented::body);
}
