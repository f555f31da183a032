//! Calls every route after the end of what its credential depends on: the key, the member, the member's role.

use parlor_engine::member;
use parlor_kit::Auth;
use parlor_model::access::WorkspaceRole;
use parlor_model::member::{MemberKey, UpdateMember};
use parlor_testkit::{TestResponse, TestServer, both};

use super::report::FailureReport;
use super::{KeyHolder, all_scopes};
use crate::credentials::Credentials;
use crate::fixtures::{create_fixtures, tenant_marker};
use crate::ids::FixtureIds;
use crate::responses::{is_success, is_well_formed_refusal};
use crate::route_under_test::RouteUnderTest;

/// The right that ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Revocation {
    KeyRevoked,
    MemberArchived,
    MemberDeleted,
    RoleLowered,
    ScopesTaken,
    TokensRevoked,
}

const REVOCATIONS: [Revocation; 6] = [
    Revocation::KeyRevoked,
    Revocation::MemberArchived,
    Revocation::MemberDeleted,
    Revocation::RoleLowered,
    Revocation::ScopesTaken,
    Revocation::TokensRevoked,
];

/// The answers of a search without hits.
const EMPTY_RESULTS: [&str; 2] = [
    "[]",
    r#"{"knowledgeResults":[],"spaceKnowledgeResults":[]}"#,
];

impl Revocation {
    /// An existing member sees its own items without any scope: a list or search that shows nothing of others counts as
    /// a refusal.
    fn may_still_answer(self, reply: &TestResponse, mark: &str) -> bool {
        let stays = matches!(self, Self::RoleLowered | Self::ScopesTaken);
        let text = reply.text();
        stays
            && reply.status == 200
            && EMPTY_RESULTS.iter().any(|empty| text == *empty)
            && !text.contains(mark)
    }

    /// The holder of the right that ends.
    async fn create_holder(self, server: &TestServer) -> KeyHolder {
        match self {
            Self::KeyRevoked | Self::MemberArchived | Self::RoleLowered | Self::TokensRevoked => {
                KeyHolder::new(server, Some(WorkspaceRole::Manager), "").await
            }
            // A member with a workspace role cannot be deleted.
            Self::MemberDeleted | Self::ScopesTaken => {
                KeyHolder::new(server, None, &all_scopes()).await
            }
        }
    }

    async fn apply(self, server: &TestServer, holder: &KeyHolder) {
        let change = match self {
            Self::KeyRevoked => return server.a.revoke_key(holder.key_id).await,
            Self::MemberDeleted => return server.a.delete_member(&holder.member).await,
            Self::TokensRevoked => {
                let whose = MemberKey::Id(holder.member.id);
                let ctx = server.a.ctx();
                let revoked = member::revoke_tokens(&server.engine, &ctx, whose);
                return revoked.await.unwrap();
            }
            Self::MemberArchived => UpdateMember {
                archived: Some(true),
                ..UpdateMember::default()
            },
            Self::RoleLowered => UpdateMember {
                role: Some(None),
                ..UpdateMember::default()
            },
            Self::ScopesTaken => UpdateMember {
                scopes: Some("".parse().unwrap()),
                ..UpdateMember::default()
            },
        };
        server.a.update_member(&holder.member, change).await;
    }

    /// Whether a row's credential depends on what has ended.
    fn affects(self, route: &RouteUnderTest) -> bool {
        match (self, route.route.auth) {
            (_, Auth::None) => false,
            (Self::KeyRevoked, _) => true,
            // The other of the two tokens is a verified address's, which belongs to another member.
            (_, Auth::KeyAndToken(_, token)) if token.eq_ignore_ascii_case("i-authorization") => {
                false
            }
            // The key there names only the project: it ends with its member.
            (Self::MemberArchived | Self::MemberDeleted, _) => true,
            // Keys stay valid, and so do the tokens issued with them.
            (Self::TokensRevoked, Auth::KeyAndToken(..)) => true,
            (Self::TokensRevoked, _) => route.dialect == "gravity-rail",
            // Exchanging a key for a token needs no scope; the token's rights are tried by the other rows.
            (Self::RoleLowered | Self::ScopesTaken, _) => route.route.scope.is_some(),
        }
    }
}

both! {
    async fn ended_right_is_refused_by_every_route(server: TestServer) {
        let server = &server;
        let mut report = FailureReport::default();
        let mark = tenant_marker(&server.a);
        for end in REVOCATIONS {
            let holder = end.create_holder(server).await;
            let good = Credentials::from_key_and_token(server, &server.a, &holder.key, holder.token.clone()).await;
            let by_key = Credentials::from_key_and_token(server, &server.a, &holder.key, holder.key.clone()).await;
            let mut own = create_fixtures(server, &server.a).await;
            // Both are valid now: every later refusal is due to the revocation.
            let mut before = 0;
            for route in RouteUnderTest::all() {
                if end.affects(&route) && route.route.method == http::Method::GET {
                    let ids = FixtureIds::own(route.dialect, &own);
                    let reply = route.call(server, 0, &ids, &route.headers(&good)).await;
                    before += usize::from(is_success(&route, &reply));
                }
            }
            assert!(before > 20, "{end:?}: {before} routes were granted before");
            end.apply(server, &holder).await;
            for route in RouteUnderTest::all() {
                if !end.affects(&route) {
                    continue;
                }
                let is_either = route.dialect == "gravity-rail";
                // A member's own token does not depend on the key.
                let by_token = (!is_either || end != Revocation::KeyRevoked).then_some(&good);
                let by_key = (is_either && end != Revocation::TokensRevoked).then_some(&by_key);
                for (who, credentials) in [("token", by_token), ("key", by_key)] {
                    let Some(credentials) = credentials else { continue };
                    let samples = route.samples(server, &FixtureIds::own(route.dialect, &own)).len();
                    for number in 0..samples {
                        let ids = FixtureIds::own(route.dialect, &own);
                        let reply = route.call(server, number, &ids, &route.headers(credentials)).await;
                        if !is_well_formed_refusal(&route, &reply) && !end.may_still_answer(&reply, &mark) {
                            report.add_reply(&route, number, &format!("by {who} after {end:?}"), &reply);
                            own = create_fixtures(server, &server.a).await;
                        }
                    }
                }
            }
        }
        report.assert_empty();
    }
}
