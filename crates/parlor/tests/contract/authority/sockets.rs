//! Rights of sockets: what opens them, which actions they allow, and what ends them within a second.

use parlor_model::access::WorkspaceRole;
use parlor_testkit::both;

use super::report::FailureReport;
use super::socket_opening::{OPENINGS, SocketFixture, SocketOpening, open_socket, perform_action};
use super::socket_revocation::{REVOCATION_TIMEOUT, REVOCATIONS, SocketRevocation};
use super::{KeyHolder, all_scopes, all_scopes_except};
use crate::fixtures::create_fixtures;

both! {
    async fn sockets_require_their_scopes(server: TestServer) {
        let server = &server;
        let mut report = FailureReport::default();
        let fixture = SocketFixture::new(&create_fixtures(server, &server.a).await);
        let owner = server.a.owner.id.uuid().hyphenated().to_string();
        let (read, write) = ("messages:read".parse().unwrap(), "messages:write".parse().unwrap());
        let everything = all_scopes();
        // Scopes, whether the socket opens, whether a message may be sent on it.
        let cases = [
            (everything.clone(), fixture.user.clone(), true, true),
            (all_scopes_except(read), fixture.user.clone(), false, false),
            (all_scopes_except(write), fixture.user.clone(), true, false),
            ("messages:write".to_owned(), fixture.user.clone(), true, true),
            // Acting for a member with a workspace role needs `admin:write`.
            (all_scopes_except("admin:write".parse().unwrap()), owner, false, false),
        ];
        for (scopes, user, opens, says) in cases {
            let key = server.a.create_key(&scopes, None).await;
            for opening in OPENINGS {
                // Issuing a token needs `messages:write`, and so does acting for another member on the multiplexed
                // socket.
                let opens = opens && (says || matches!(opening, SocketOpening::ChatByKey | SocketOpening::FirstVersionByKey));
                let path = opening.path(server, &key, &user, &fixture.chat).await;
                let what = format!("{opening:?} for {user:.8} with {scopes}");
                if opening.is_token() && path.is_some() && !opens {
                    report.add(format!("{what}: a token"), "was made".to_owned());
                }
                let socket = open_socket(server, opening, path.as_deref(), &fixture.chat).await;
                if socket.is_some() != opens {
                    report.add(what, format!("opened: {}", socket.is_some()));
                    continue;
                }
                let Some(mut socket) = socket else { continue };
                for (action, may) in [("history", opening.reads_history()), ("send", says)] {
                    if perform_action(&mut socket, opening, &fixture.chat, action).await != may {
                        report.add(format!("{what}: {action}"), format!("done: {}", !may));
                    }
                }
            }
        }
        report.assert_empty();
    }
}

both! {
    async fn ended_right_closes_socket(server: TestServer) {
        let server = &server;
        let mut report = FailureReport::default();
        for end in REVOCATIONS {
            let holder = match end {
                SocketRevocation::KeysMemberDeleted => KeyHolder::new(server, None, &all_scopes()).await,
                _ => KeyHolder::new(server, Some(WorkspaceRole::Manager), "").await,
            };
            let entities = create_fixtures(server, &server.a).await;
            let fixture = SocketFixture::new(&entities);
            let mut open = Vec::new();
            for opening in OPENINGS {
                let path = opening.path(server, &holder.key, &fixture.user, &fixture.chat).await.unwrap();
                let socket = open_socket(server, opening, Some(&path), &fixture.chat).await;
                let mut socket = socket.unwrap_or_else(|| panic!("{opening:?} before {end:?}"));
                assert!(perform_action(&mut socket, opening, &fixture.chat, "send").await, "{opening:?}");
                open.push((opening, path, socket));
            }
            end.apply(server, &holder, &fixture, &entities).await;
            for (opening, path, mut socket) in open {
                let what = format!("{opening:?} after {end:?}");
                if !end.affects(opening) {
                    if !perform_action(&mut socket, opening, &fixture.chat, "send").await {
                        report.add(what, "ended, or refuses".to_owned());
                    }
                    continue;
                }
                // The multiplexed socket only loses the one conversation.
                let keeps = opening.is_live() && end == SocketRevocation::UserRemoved;
                let over = async {
                    while let Some(frame) = socket.next_or_end().await {
                        if keeps && frame["event_type"] == "unsubscribed" {
                            break;
                        }
                    }
                };
                if tokio::time::timeout(REVOCATION_TIMEOUT, over).await.is_err() {
                    report.add(what.clone(), "goes on".to_owned());
                    if perform_action(&mut socket, opening, &fixture.chat, "send").await {
                        report.add(format!("{what}: send"), "is taken".to_owned());
                    }
                }
                let path = end.reconnect(server, opening, path, &fixture).await;
                if let Some(path) = path
                    && open_socket(server, opening, Some(&path), &fixture.chat).await.is_some()
                {
                    report.add(format!("{what}: again"), "opened".to_owned());
                }
            }
        }
        report.assert_empty();
    }
}
