//! The token a user gets for its own space.

use parlor_testkit::both;
use serde_json::{Value, json};

use crate::client::{NOBODY, activate, activated, group, names, space_path, token};
use crate::token::{decoded, parts};

fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    value[key].as_str().unwrap()
}

both! {
    async fn it_names_the_user_and_the_space(server: TestServer) {
        let token = token(&server, &server.a).await;
        let ada = activated(&server, &server.a, &token, "ada").await;
        let claims = decoded(parts(text(&ada, "token"))[1]);
        assert_eq!(claims["typ_use"], "space");
        assert_eq!(claims["spaceId"], ada["spaceId"]);
        assert_eq!(claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(), 86_400);
        let read = server.get(&space_path(&server.a, text(&ada, "spaceId"))).bearer(text(&ada, "token"));
        let host = read.send().await.expect(200)["hosts"][0]["host"].clone();
        assert_eq!(host["id"], claims["sub"]);
    }

    async fn it_reaches_its_own_space_and_nothing_else(server: TestServer) {
        let token = token(&server, &server.a).await;
        let ada = activated(&server, &server.a, &token, "ada").await;
        let bob = activated(&server, &server.a, &token, "bob").await;
        let (adas, bobs) = (text(&ada, "spaceId"), text(&bob, "spaceId"));
        let own = text(&ada, "token");
        group(&server, &server.a, own, adas).json(&json!({ "name": "Mine" })).send().await.expect(200);
        server.get(&space_path(&server.a, adas)).bearer(own).send().await.expect(200);
        let refused = json!({ "error": "Forbidden", "message": "Token is not valid for this space" });
        for other in [bobs, NOBODY] {
            let made = group(&server, &server.a, own, other).json(&json!({})).send().await;
            assert_eq!(made.expect(403), refused);
            let read = server.get(&space_path(&server.a, other)).bearer(own).send().await;
            assert_eq!(read.expect(403), refused);
        }
        let asked = activate(&server, &server.a, own).json(&json!({ "customerIdString": "ada" }));
        assert_eq!(asked.send().await.status, 403);
        assert_eq!(names(&server, &server.a, adas).await, ["General", "Mine"]);
        assert_eq!(names(&server, &server.a, bobs).await, ["General"]);
    }

    async fn even_the_owners_reaches_no_further(server: TestServer) {
        let token = token(&server, &server.a).await;
        let owner = parlor_kit::ids::dashed(server.a.owner.id);
        let made = activate(&server, &server.a, &token).json(&json!({ "userId": owner })).send().await.expect(200);
        let ada = activated(&server, &server.a, &token, "ada").await;
        let read = server.get(&space_path(&server.a, text(&ada, "spaceId"))).bearer(text(&made, "token"));
        assert_eq!(read.send().await.status, 403);
        let own = server.get(&space_path(&server.a, text(&made, "spaceId"))).bearer(text(&made, "token"));
        own.send().await.expect(200);
    }
}
