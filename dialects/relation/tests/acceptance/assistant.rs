//! Assistants that are members: they answer in pairs, and where they are mentioned in groups.

use parlor_model::member::MemberKind;
use parlor_testkit::{TestServer, TestSocket, both, with_assistant};
use serde_json::{Value, json};

use crate::fixtures::{
    ADD_PATH, DISBAND_PATH, REMOVE_PATH, TestMember, create_three_members, response_code,
    response_data,
};
use crate::live::{connect, next_message};

const SEND_PATH: &str = "/api/v1/message/send";

/// Creates an assistant and returns its relationId.
async fn create_assistant(server: &TestServer, name: &str) -> String {
    let kind = MemberKind::Assistant;
    server.a.create_member(kind, name, None, "").await.handle
}

/// Sends a message to a group that mentions members.
async fn mention(
    server: &TestServer,
    sender: &TestMember,
    group: &str,
    text: &str,
    mentioned: &[&str],
) -> Value {
    let body = json!({ "channelUuid": group, "content": text, "mentionedUser": mentioned });
    response_data(&sender.post(server, SEND_PATH, &body).await)
}

/// Receives messages up to the next one of a sender.
async fn next_of(socket: &mut TestSocket, sender: &str) -> Value {
    loop {
        let (message, _, _) = next_message(socket).await;
        if message["from"] == sender {
            return message;
        }
    }
}

/// Returns the texts of a channel, oldest first.
async fn contents(server: &TestServer, member: &TestMember, channel: &str) -> Vec<String> {
    let rows = member.messages(server, channel, "limit=50").await;
    let texts = rows.iter().filter(|row| row["type"] != "SYS");
    texts
        .map(|row| row["content"].as_str().unwrap().to_owned())
        .collect()
}

with_assistant! {
    async fn assistant_answers_in_a_pair(server: TestServer) {
        let (ada, bob, _) = create_three_members(&server).await;
        let bot = create_assistant(&server, "Otto").await;
        let mut socket = connect(&server, &ada).await;
        let body = json!({ "toRelationId": bot, "content": "hello" });
        let sent = response_data(&ada.post(&server, SEND_PATH, &body).await);
        let pair = sent["channelUuid"].as_str().unwrap();
        assert_eq!(next_message(&mut socket).await.0["content"], "hello");
        let (answer, _, kind) = next_message(&mut socket).await;
        assert_eq!((&answer["content"], &answer["from"], &answer["fromName"], &answer["type"]), (&json!("You said: hello"), &json!(bot), &json!("Otto"), &json!("TEXT")));
        assert_eq!((kind.as_str(), &answer["channelUuid"]), ("P", &json!(pair)));
        response_data(&ada.send_message(&server, pair, "again").await);
        assert_eq!(next_of(&mut socket, &bot).await["content"], "You said: again");
        assert_eq!(contents(&server, &ada, pair).await, ["hello", "You said: hello", "again", "You said: again"]);
        // It counts as unread, as any message does.
        assert_eq!(ada.unread(&server).await, (2, 0));
        // People are answered by nobody.
        let people = ada.open_pair(&server, &bob).await;
        response_data(&ada.send_message(&server, &people, "you and me").await);
        response_data(&ada.send_message(&server, pair, "last").await);
        assert_eq!(next_of(&mut socket, &bot).await["content"], "You said: last");
        assert_eq!(contents(&server, &ada, &people).await, ["you and me"]);
    }

    async fn mentioned_assistant_answers_in_a_group(server: TestServer) {
        let (ada, bob, _) = create_three_members(&server).await;
        let (bot, stranger) = (create_assistant(&server, "Otto").await, create_assistant(&server, "Nemo").await);
        let body = json!({ "name": "team", "type": "G", "members": [bob.id, bot] });
        let group = ada.channel(&server, &body).await;
        let mut socket = connect(&server, &bob).await;
        // Neither without a mention, nor where a person or a stranger is mentioned.
        response_data(&ada.send_message(&server, &group, "just us").await);
        mention(&server, &ada, &group, "you two", &[&bob.id, &stranger]).await;
        mention(&server, &ada, &group, "what is new", &[&bob.id, &bot]).await;
        let answer = next_of(&mut socket, &bot).await;
        assert_eq!((&answer["content"], &answer["fromName"]), (&json!("You said: what is new"), &json!("Otto")));
        assert_eq!(contents(&server, &ada, &group).await, ["just us", "you two", "what is new", "You said: what is new"]);
        let listed = ada.messages(&server, &group, "limit=1").await;
        assert_eq!(listed[0], answer);
    }

    async fn tools_are_hidden_and_words_are_messages(server: TestServer) {
        let (ada, _, _) = create_three_members(&server).await;
        let bot = create_assistant(&server, "Otto").await;
        let mut socket = connect(&server, &ada).await;
        let question = "let me look\n/tool search_messages {\"query\": \"zebra\"}";
        let body = json!({ "toRelationId": bot, "content": question });
        let sent = response_data(&ada.post(&server, SEND_PATH, &body).await);
        let pair = sent["channelUuid"].as_str().unwrap();
        assert_eq!(next_message(&mut socket).await.0["content"], question);
        let texts = ["You said: let me look", "The tool returned: {\"messages\":[]}"];
        for text in texts {
            assert_eq!(next_message(&mut socket).await.0["content"], text);
        }
        assert_eq!(contents(&server, &ada, pair).await, [question, texts[0], texts[1]]);
        assert_eq!(ada.unread(&server).await, (2, 0));
    }

    async fn each_mentioned_assistant_answers_one_after_the_other(server: TestServer) {
        let (ada, _, _) = create_three_members(&server).await;
        let bots = [create_assistant(&server, "One").await, create_assistant(&server, "Two").await, create_assistant(&server, "Three").await];
        let group = ada.channel(&server, &json!({ "name": "team", "type": "G", "members": bots })).await;
        let mut socket = connect(&server, &ada).await;
        mention(&server, &ada, &group, "/slow 40\nslowly now", &[&bots[0], &bots[1]]).await;
        // While the first one answers.
        mention(&server, &ada, &group, "quickly", &[&bots[2], &bots[1]]).await;
        let mut authors = Vec::new();
        while authors.len() < 3 {
            let (message, _, _) = next_message(&mut socket).await;
            if message["from"] != ada.id {
                authors.push(message["from"].as_str().unwrap().to_owned());
            }
        }
        authors.sort();
        let mut expected = bots.to_vec();
        expected.sort();
        assert_eq!(authors, expected);
        mention(&server, &ada, &group, "and one more", &[&bots[0]]).await;
        assert_eq!(next_of(&mut socket, &bots[0]).await["content"], "You said: and one more");
        assert_eq!(contents(&server, &ada, &group).await.len(), 7);
    }

    async fn assistant_that_was_removed_answers_no_more(server: TestServer) {
        let (ada, bob, _) = create_three_members(&server).await;
        let bot = create_assistant(&server, "Otto").await;
        let other = create_assistant(&server, "Nemo").await;
        let group = ada.channel(&server, &json!({ "name": "team", "type": "G", "members": [bob.id, bot, other] })).await;
        let mut socket = connect(&server, &ada).await;
        mention(&server, &ada, &group, "/slow 60\none two three four five six seven", &[&bot]).await;
        response_data(&ada.post(&server, REMOVE_PATH, &json!({ "channelUuid": group, "members": [bot] })).await);
        mention(&server, &ada, &group, "who is there", &[&bot, &other]).await;
        // The removed one was asked first, so its answer would have come first.
        loop {
            let (message, _, _) = next_message(&mut socket).await;
            assert_ne!(message["from"], bot.as_str());
            if message["from"] == other.as_str() {
                break assert_eq!(message["content"], "You said: who is there");
            }
        }
        response_data(&ada.post(&server, ADD_PATH, &json!({ "channelUuid": group, "members": [bot] })).await);
        mention(&server, &ada, &group, "back again", &[&bot]).await;
        assert_eq!(next_of(&mut socket, &bot).await["content"], "You said: back again");
        // A group that was dismissed stays silent, even if a question is open.
        mention(&server, &ada, &group, "/slow 60\none two three", &[&bot]).await;
        let before = contents(&server, &bob, &group).await.len();
        response_data(&ada.post(&server, DISBAND_PATH, &json!({ "channelUuid": group })).await);
        let pair = response_data(&ada.post(&server, SEND_PATH, &json!({ "toRelationId": bot, "content": "still you" })).await);
        assert!(pair["channelUuid"].is_string());
        assert_eq!(next_of(&mut socket, &bot).await["content"], "You said: still you");
        assert_eq!(before, 6);
    }
}

both! {
    async fn without_a_provider_a_mention_is_a_message_like_others(server: TestServer) {
        let (ada, _, _) = create_three_members(&server).await;
        let bot = create_assistant(&server, "Otto").await;
        let group = ada.channel(&server, &json!({ "name": "team", "type": "G", "members": [bot] })).await;
        mention(&server, &ada, &group, "anybody", &[&bot]).await;
        let body = json!({ "toRelationId": bot, "content": "hello" });
        assert_eq!(response_code(&ada.post(&server, SEND_PATH, &body).await), "0");
        assert_eq!(contents(&server, &ada, &group).await, ["anybody"]);
    }
}
