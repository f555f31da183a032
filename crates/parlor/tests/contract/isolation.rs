//! Nobody gets at another tenant's data, and nobody learns whether it is there.

use parlor_kit::Auth;
use parlor_testkit::{Reply, TestServer, both};

use crate::call::Place;
use crate::credentials::Credentials;
use crate::ids::{Ids, betraying};
use crate::words::{granted, plain, refused, shown};
use crate::world::{Things, furnish, mark, nothing};

/// Routes whose answer differs from call to call for everybody.
const FRESH: &[&str] = &[
    "/api/v1/verify/nonce",
    // Addresses are signed anew for everybody who asks.
    "/api/v1/space/{space}/storage/download/{path}",
    "/v1/space/{space}/storage/download/{path}",
    "/api/v1/conversation/{conversation}/attachment/{attachment}/download",
    "/v1/conversation/{conversation}/attachment/{attachment}/download",
];

/// Before the time of a key's last use.
const USED: &str = r#""lastUsedAt":""#;

/// An answer without what a stream says about coming back, which is chance, and without when a key was last used, which
/// is now.
fn without_hints(text: &str) -> String {
    let lines = text.lines().filter(|line| !line.starts_with("retry: "));
    let text = lines.collect::<Vec<_>>().join("\n");
    let mut parts = text.split(USED);
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |kept, part| {
        let (_, behind) = part.split_once('"').unwrap_or_default();
        kept + behind
    })
}

/// Both sides of a trial.
struct Trial {
    server: TestServer,
    caller: Credentials,
    victim: Credentials,
    /// What the victim has.
    theirs: Things,
    /// What nobody has.
    nobodys: Things,
}

/// Things by whose ids a customer may know somebody of its own.
const CALLED: [&str; 4] = ["user", "member", "contact", "agent"];

impl Trial {
    async fn of(server: TestServer) -> Self {
        Self {
            caller: Credentials::of(&server, &server.a).await,
            victim: Credentials::of(&server, &server.b).await,
            theirs: furnish(&server, &server.b).await,
            nobodys: nothing(),
            server,
        }
    }

    /// The victim's mark or an id of the victim's that the caller did not name itself.
    fn check_for_leaks(&self, place: &Place, reply: &Reply, sent: &[(&'static str, String)]) {
        let mut text = reply.text();
        for (_, id) in sent {
            text = text.replace(id.as_str(), "");
        }
        // A customer may call a user of its own by whatever it has heard of, and sees that name again.
        let people = self.theirs.iter().filter(|(noun, _)| CALLED.contains(noun));
        for own in people.flat_map(|(_, thing)| betraying(thing)) {
            text = text.replace(&own, "");
        }
        let mark = mark(&self.server.b);
        let secrets = self.theirs.values().flat_map(betraying);
        for secret in secrets.chain([mark]) {
            assert!(
                !text.contains(&secret),
                "{} gives away {secret:?}: {text:.500}",
                place.name()
            );
        }
    }

    /// Everything the victim reads of its own.
    async fn view(&self) -> Vec<(String, String)> {
        let mut view = Vec::new();
        for place in Place::all() {
            let reads = place.route.method == http::Method::GET && place.route.auth != Auth::None;
            if !reads || FRESH.contains(&place.route.path) {
                continue;
            }
            let ids = Ids::own(place.dialect, &self.theirs);
            for number in 0..place.samples(&self.server, &ids).len() {
                let headers = place.headers(&self.victim);
                let reply = place.call(&self.server, number, &ids, &headers).await;
                assert!(
                    granted(&place, &reply),
                    "{}: {} {}",
                    place.name(),
                    reply.status,
                    shown(&reply)
                );
                let text = without_hints(&reply.text());
                view.push((format!("{} ({number})", place.name()), text));
            }
        }
        view
    }

    /// One request of the table, with every exchange of ids.
    async fn attempt(&self, place: &Place, number: usize, own: &Things) {
        let server = &self.server;
        // Which things this very request names.
        let open = {
            let probe = Ids::own(place.dialect, own);
            place.samples(server, &probe)[number].open
        };
        let nouns: Vec<&'static str> = self.named(place, number, own);
        let headers = place.headers(&self.caller);
        let mut exchanges: Vec<Vec<&'static str>> = nouns.iter().map(|noun| vec![*noun]).collect();
        if nouns.len() > 1 {
            exchanges.push(nouns);
        }
        for exchanged in exchanges {
            let what = format!(
                "{} with another tenant's {}",
                place.name(),
                exchanged.join(", ")
            );
            let is_open = exchanged.iter().all(|noun| open.contains(noun));
            let mut answers = Vec::new();
            for others in [&self.theirs, &self.nobodys] {
                let ids = Ids::mixed(place.dialect, own, others, exchanged.clone());
                let reply = place.call(server, number, &ids, &headers).await;
                let sent: Vec<_> = ids.asked().into_iter().collect();
                self.check_for_leaks(place, &reply, &sent);
                let is_granted = granted(place, &reply);
                assert!(
                    is_open || refused(place, &reply),
                    "{what}: {} {}",
                    reply.status,
                    shown(&reply)
                );
                answers.push(plain(&reply, &sent, is_granted));
            }
            assert_eq!(
                answers[0], answers[1],
                "{what} differs from what nobody has"
            );
        }
    }

    /// The nouns that a request of the table names in its path, query, headers or body.
    fn named(&self, place: &Place, number: usize, own: &Things) -> Vec<&'static str> {
        let text = |ids: &Ids<'_>| {
            let path = place.path(ids);
            let sample = place.samples(&self.server, ids).swap_remove(number);
            format!(
                "{path} {} {:?} {:?}",
                sample.query, sample.headers, sample.body
            )
        };
        let ids = Ids::own(place.dialect, own);
        let plain = text(&ids);
        let asked = ids.asked().into_keys();
        asked
            .filter(|noun| {
                // What is called the same everywhere, such as a first version, is nobody's.
                [&self.theirs, &self.nobodys].into_iter().all(|others| {
                    let other = Ids::mixed(place.dialect, own, others, vec![*noun]);
                    text(&other) != plain
                })
            })
            .collect()
    }
}

both! {
    async fn every_route_keeps_tenants_apart(server: TestServer) {
        let trial = Trial::of(server).await;
        let server = &trial.server;
        let before = trial.view().await;
        for place in Place::all() {
            let own = furnish(server, &server.a).await;
            let ids = Ids::own(place.dialect, &own);
            for number in 0..place.samples(server, &ids).len() {
                let own = furnish(server, &server.a).await;
                let ids = Ids::own(place.dialect, &own);
                if place.route.auth == Auth::None {
                    // For anybody: nothing of a tenant's is there to be had.
                    let reply = place.call(server, number, &ids, &[]).await;
                    trial.check_for_leaks(&place, &reply, &[]);
                    assert!(reply.status < 500, "{}: {}", place.name(), shown(&reply));
                    continue;
                }
                trial.attempt(&place, number, &own).await;
                trial.without_credentials(&place, number, &own).await;
                // The same request with what is one's own is a good one: what was refused was refused for its ids.
                let reply = place.call(server, number, &ids, &place.headers(&trial.caller)).await;
                assert!(granted(&place, &reply), "{}: {} {}", place.name(), reply.status, shown(&reply));
                trial.check_for_leaks(&place, &reply, &[]);
            }
        }
        let after = trial.view().await;
        for (before, after) in before.iter().zip(&after) {
            assert_eq!(before, after, "the victim's view has changed");
        }
        assert!(before.len() > 20 && before.iter().any(|(_, text)| text.contains(&mark(&server.b))));
    }
}

impl Trial {
    /// No credentials, damaged ones, and two that do not belong together.
    async fn without_credentials(&self, place: &Place, number: usize, own: &Things) {
        let right = place.headers(&self.caller);
        let foreign = place.headers(&self.victim);
        let mut wrong: Vec<Vec<(&'static str, String)>> = vec![Vec::new()];
        for (name, value) in &right {
            let damaged = format!("{}x", &value[..value.len() - 4]);
            wrong.push(vec![(*name, damaged)]);
        }
        if right.len() == 2 {
            wrong.push(vec![right[0].clone()]);
            wrong.push(vec![right[1].clone()]);
            wrong.push(vec![right[0].clone(), foreign[1].clone()]);
            wrong.push(vec![foreign[0].clone(), right[1].clone()]);
        }
        for headers in wrong {
            let names: Vec<_> = headers.iter().map(|(name, _)| *name).collect();
            for things in [own, &self.theirs, &self.nobodys] {
                let ids = Ids::own(place.dialect, things);
                let reply = place.call(&self.server, number, &ids, &headers).await;
                let what = format!("{} with wrong {names:?}", place.name());
                assert!(
                    refused(place, &reply),
                    "{what}: {} {}",
                    reply.status,
                    shown(&reply)
                );
                let sent: Vec<_> = ids.asked().into_iter().collect();
                self.check_for_leaks(place, &reply, &sent);
            }
        }
    }
}
