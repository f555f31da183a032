//! Following, recommendations, and the search for members.

use parlor_engine::member;
use parlor_model::member::{MemberKey, UpdateMember};
use parlor_testkit::{TestServer, both};
use serde_json::{Value, json};

use crate::fixtures::{TestMember, create_member, response_code, response_data};
use crate::wallet::{TestWallet, sign_in_as, verify_signature_in_project};

const FOLLOW_PATH: &str = "/api/v1/follow/add";
const UNFOLLOW_PATH: &str = "/api/v1/follow/remove";
const LIST_PATH: &str = "/api/v1/follow/list";
const RECOMMENDED_PATH: &str = "/api/v1/follow/recommended";
const SEARCH_PATH: &str = "/api/v1/userInfo/search";

/// Signs in the wallets 11, 12 ... in this order.
async fn sign_in_wallets<const N: usize>(server: &TestServer, names: [&str; N]) -> [TestMember; N] {
    let mut all = Vec::new();
    for (byte, name) in (11..).zip(names) {
        all.push(sign_in_as(server, &TestWallet::from_byte(byte), name).await);
    }
    all.try_into().ok().unwrap()
}

async fn follow(server: &TestServer, member: &TestMember, path: &str, address: &str) -> String {
    let body = json!({ "address": address });
    response_code(&member.post(server, path, &body).await)
}

async fn get_page(server: &TestServer, member: &TestMember, path: &str, query: &str) -> Value {
    let path = format!("{path}?{query}");
    response_data(
        &member
            .with_credentials(server, server.get(&path))
            .send()
            .await,
    )
}

/// Reads all pages of a list. Only the last page's cursor may be empty.
async fn collect_pages(
    server: &TestServer,
    member: &TestMember,
    path: &str,
    query: &str,
) -> Vec<Value> {
    let (mut rows, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = get_page(server, member, path, &format!("{query}&cursor={cursor}")).await;
        let list = page["list"].as_array().unwrap();
        cursor = page["cursor"].as_str().unwrap().to_owned();
        assert_eq!(cursor.is_empty(), list.is_empty());
        if list.is_empty() {
            return rows;
        }
        rows.extend(list.iter().cloned());
    }
}

/// Returns the names of the members in a list.
fn member_names(rows: &[Value]) -> Vec<&str> {
    rows.iter()
        .map(|row| row["name"].as_str().unwrap())
        .collect()
}

async fn member_id(server: &TestServer, member: &TestMember) -> parlor_model::id::MemberId {
    let key = MemberKey::Handle(member.id.clone());
    let found = member::find(&server.engine, &server.a.ctx(), key).await;
    found.unwrap().member.key.id
}

both! {
    async fn followed_members_are_listed_last_first_and_once(server: TestServer) {
        let [ada, bob, cleo] = sign_in_wallets(&server, ["Ada", "Bob", "Cleo"]).await;
        let empty = get_page(&server, &ada, LIST_PATH, "").await;
        assert_eq!(empty, json!({ "cursor": "", "list": [] }));
        response_data(&bob.post(&server, "/api/v1/userInfo/update", &json!({ "avatar": "bob.png" })).await);
        for member in [bob.id.as_str(), &cleo.id, &TestWallet::from_byte(12).address(), &bob.id.clone()] {
            assert_eq!(follow(&server, &ada, FOLLOW_PATH, member).await, "0");
        }
        let listed = collect_pages(&server, &ada, LIST_PATH, "").await;
        let (bobs, cleos) = (
            json!({ "relationId": bob.id, "name": "Bob", "avatar": "bob.png" }),
            json!({ "relationId": cleo.id, "name": "Cleo", "avatar": "" }),
        );
        assert_eq!(listed, [cleos, bobs]);
        // Every member may read the list, by relationId or address; following is not mutual.
        for address in [ada.id.clone(), TestWallet::from_byte(11).address()] {
            let query = format!("address={address}");
            assert_eq!(collect_pages(&server, &bob, LIST_PATH, &query).await, listed);
        }
        assert_eq!(collect_pages(&server, &bob, LIST_PATH, "").await, [] as [Value; 0]);
        for _ in 0..2 {
            assert_eq!(follow(&server, &ada, UNFOLLOW_PATH, &cleo.id).await, "0");
            assert_eq!(member_names(&collect_pages(&server, &ada, LIST_PATH, "").await), ["Bob"]);
        }
        // A member that is followed again comes first.
        assert_eq!(follow(&server, &ada, FOLLOW_PATH, &cleo.id).await, "0");
        assert_eq!(member_names(&collect_pages(&server, &ada, LIST_PATH, "").await), ["Cleo", "Bob"]);
    }

    async fn pages_neither_repeat_nor_skip_while_the_list_changes(server: TestServer) {
        let ada = sign_in_as(&server, &TestWallet::from_byte(11), "Ada").await;
        let mut others = Vec::new();
        for n in 0..7 {
            others.push(create_member(&server, &format!("P{n}")).await);
        }
        // The clock does not advance, so all times are equal.
        for other in &others {
            assert_eq!(follow(&server, &ada, FOLLOW_PATH, &other.id).await, "0");
        }
        for limit in 1..=8 {
            let rows = collect_pages(&server, &ada, LIST_PATH, &format!("limit={limit}")).await;
            assert_eq!(member_names(&rows), ["P6", "P5", "P4", "P3", "P2", "P1", "P0"], "{limit}");
        }
        let first = get_page(&server, &ada, LIST_PATH, "limit=3").await;
        let late = create_member(&server, "Late").await;
        assert_eq!(follow(&server, &ada, FOLLOW_PATH, &late.id).await, "0");
        assert_eq!(follow(&server, &ada, UNFOLLOW_PATH, &others[4].id).await, "0");
        assert_eq!(follow(&server, &ada, UNFOLLOW_PATH, &others[3].id).await, "0");
        let query = format!("limit=100&cursor={}", first["cursor"].as_str().unwrap());
        let rest = get_page(&server, &ada, LIST_PATH, &query).await;
        assert_eq!(member_names(rest["list"].as_array().unwrap()), ["P2", "P1", "P0"]);
    }

    async fn members_with_wallets_are_recommended_newest_first(server: TestServer) {
        let [ada, bob, cleo, dan] = sign_in_wallets(&server, ["Ada", "Bob", "Cleo", "Dan"]).await;
        // Contacts of other dialects are not found.
        let contact = create_member(&server, "Zoe Contact").await;
        assert_eq!(follow(&server, &ada, FOLLOW_PATH, &cleo.id).await, "0");
        assert_eq!(follow(&server, &bob, FOLLOW_PATH, &dan.id).await, "0");
        for limit in [1, 2, 100] {
            let rows = collect_pages(&server, &ada, RECOMMENDED_PATH, &format!("limit={limit}")).await;
            assert_eq!(member_names(&rows), ["Dan", "Cleo", "Bob"]);
            assert_eq!(rows[1], json!({ "relationId": cleo.id, "name": "Cleo", "avatar": "", "following": true }));
            let followed: Vec<&Value> = rows.iter().map(|row| &row["following"]).collect();
            assert_eq!(followed, [&json!(false), &json!(true), &json!(false)]);
        }
        // The workspace's owner may read all members.
        let owner = TestMember { id: server.a.owner.handle.clone(), token: server.a.sign_in(&server.a.owner).await };
        let rows = collect_pages(&server, &owner, RECOMMENDED_PATH, "").await;
        assert_eq!(member_names(&rows), ["Zoe Contact", "Dan", "Cleo", "Bob", "Ada"]);
        assert_eq!(follow(&server, &ada, FOLLOW_PATH, &contact.id).await, "0");
        assert_eq!(member_names(&collect_pages(&server, &ada, LIST_PATH, "").await), ["Zoe Contact", "Cleo"]);
    }

    async fn members_are_found_by_words_of_their_names(server: TestServer) {
        let [ada, bob, _, _] = sign_in_wallets(&server, ["Ada Stone", "Bob Stone", "Stone Cleo", "Dan Rock"]).await;
        create_member(&server, "Zoe Stone").await;
        for (keyword, found) in [
            ("STONE", vec!["Stone Cleo", "Bob Stone"]),
            ("stone+b", vec!["Bob Stone"]),
            ("%22b+stone%22", vec!["Bob Stone"]),
            ("o", vec!["Dan Rock", "Stone Cleo", "Bob Stone"]),
            ("nobody", vec![]),
            ("", vec![]),
            ("%25", vec![]),
        ] {
            for limit in [1, 100] {
                let rows = collect_pages(&server, &ada, SEARCH_PATH, &format!("keyword={keyword}&limit={limit}")).await;
                assert_eq!(member_names(&rows), found, "{keyword}");
            }
        }
        assert_eq!(follow(&server, &ada, FOLLOW_PATH, &bob.id).await, "0");
        let rows = collect_pages(&server, &ada, SEARCH_PATH, "keyword=bob").await;
        assert_eq!(rows, [json!({ "relationId": bob.id, "name": "Bob Stone", "avatar": "", "following": true })]);
        // A new name is found immediately.
        response_data(&bob.post(&server, "/api/v1/userInfo/update", &json!({ "name": "Robert" })).await);
        assert_eq!(collect_pages(&server, &ada, SEARCH_PATH, "keyword=bob").await, [] as [Value; 0]);
        assert_eq!(member_names(&collect_pages(&server, &ada, SEARCH_PATH, "keyword=robert").await), ["Robert"]);
    }

    async fn deleted_and_archived_members_are_not_listed(server: TestServer) {
        let [ada, bob, cleo] = sign_in_wallets(&server, ["Ada", "Bob", "Cleo"]).await;
        for other in [&bob, &cleo] {
            assert_eq!(follow(&server, &ada, FOLLOW_PATH, &other.id).await, "0");
            assert_eq!(follow(&server, other, FOLLOW_PATH, &ada.id).await, "0");
        }
        let (engine, ctx) = (&server.engine, server.a.ctx());
        member::delete(engine, &ctx, member_id(&server, &bob).await).await.unwrap();
        let archive = UpdateMember { archived: Some(true), ..UpdateMember::default() };
        member::update(engine, &ctx, member_id(&server, &cleo).await, archive).await.unwrap();
        for (path, query) in [(LIST_PATH, ""), (RECOMMENDED_PATH, ""), (SEARCH_PATH, "keyword=o"), (SEARCH_PATH, "keyword=bob")] {
            assert_eq!(collect_pages(&server, &ada, path, query).await, [] as [Value; 0], "{path}");
        }
        let query = format!("{LIST_PATH}?address={}", bob.id);
        assert_eq!(response_code(&ada.with_credentials(&server, server.get(&query)).send().await), "11602");
        assert_eq!(follow(&server, &ada, FOLLOW_PATH, &bob.id).await, "11602");
        assert_eq!(follow(&server, &ada, UNFOLLOW_PATH, &bob.id).await, "11602");
    }

    async fn lists_create_no_member_and_hide_other_projects(server: TestServer) {
        let [ada] = sign_in_wallets(&server, ["Ada"]).await;
        let wallet = TestWallet::from_byte(99);
        let body = wallet.signed_body(&crate::wallet::server_time(&server));
        let proof = response_data(&verify_signature_in_project(&server, &server.b.key, &body).await)["token"].as_str().unwrap().to_owned();
        let request = server.post(crate::wallet::EXCHANGE_PATH).header("ApiKey", &server.b.key);
        response_data(&request.header("I-Authorization", &proof).send().await);
        let stranger = server.b.create_person("Bea", None, "").await;
        let before = crate::fixtures::count_rows(&server).await;
        let address = wallet.address();
        for member in [stranger.handle.as_str(), &address, "2vxsx-fae", "0x1111111111111111111111111111111111111111"] {
            for path in [FOLLOW_PATH, UNFOLLOW_PATH] {
                assert_eq!(follow(&server, &ada, path, member).await, "11602", "{path} {member}");
            }
            let path = format!("{LIST_PATH}?address={member}");
            assert_eq!(response_code(&ada.with_credentials(&server, server.get(&path)).send().await), "11602", "{member}");
        }
        assert_eq!(follow(&server, &ada, FOLLOW_PATH, &ada.id).await, "10112");
        assert_eq!(crate::fixtures::count_rows(&server).await, before);
        for (path, query) in [(LIST_PATH, ""), (RECOMMENDED_PATH, ""), (SEARCH_PATH, "keyword=a")] {
            assert_eq!(collect_pages(&server, &ada, path, query).await, [] as [Value; 0], "{path}");
        }
    }

    async fn concurrent_follows_are_one_and_survive_a_restart(server: TestServer) {
        let mut server = server;
        let [ada, bob] = sign_in_wallets(&server, ["Ada", "Bob"]).await;
        let calls = (0..10).map(|_| follow(&server, &ada, FOLLOW_PATH, &bob.id));
        for code in futures_util::future::join_all(calls).await {
            assert_eq!(code, "0");
        }
        server.restart().await;
        assert_eq!(member_names(&collect_pages(&server, &ada, LIST_PATH, "").await), ["Bob"]);
    }
}
