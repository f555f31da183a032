//! Rounds of tool calls that are recorded when their server ends.
//!
//! Proves INV-66 (`docs/invariants.md`).

use parlor_testkit::TestBackend;

use super::fixture::{BRISK, Caller, ENDLESS, Stage};
use super::reader::Reader;
use crate::program::{Program, block_on};

const CHATS: usize = 24;
/// Chats that have a reader.
const READERS: usize = 4;
const FOUND: &str = "The tool returned: {\"messages\":[]}";

/// Chats in which a round is recorded and the answer after it is under way.
struct UnderWay {
    caller: Caller,
    chats: Vec<String>,
    questions: Vec<String>,
    readers: Vec<Reader>,
}

impl UnderWay {
    async fn begin(stage: &Stage, program: &Program) -> Self {
        let caller = Caller::new(program, &program.key());
        let questions: Vec<String> = (0..CHATS)
            .map(|n| {
                format!("/slow 0\nlook {n}\n/tool search_messages {{\"query\": \"unheard of\"}}")
            })
            .collect();
        let (mut chats, mut readers) = (Vec::new(), Vec::new());
        for question in &questions[..READERS] {
            let chat = caller.create_chat().await;
            readers.push(Reader::open(&caller, &chat).await);
            caller.say(&chat, question).await;
            chats.push(chat);
        }
        chats.extend(caller.ask_all(&questions[READERS..]).await);
        let recorded = "select count(*) from turn where state = 'running' and tool_rounds = 1";
        let count = i64::try_from(CHATS).unwrap();
        stage.wait_for_count(recorded, count).await;
        Self {
            caller,
            chats,
            questions,
            readers,
        }
    }

    /// Checks, with a program that goes on, that each round was made once, and what readers have received.
    async fn assert_answered(mut self, stage: &Stage, program: &Program) {
        let caller = Caller::new(program, &self.caller.key);
        for reader in &mut self.readers {
            reader.wait_for_end().await;
            reader.reconnect(&caller).await;
        }
        stage.wait_until_idle().await;
        for (n, (chat, question)) in self.chats.iter().zip(&self.questions).enumerate() {
            let said = format!("You said: look {n}");
            let wanted = [
                ("user", question.as_str()),
                ("assistant", &said),
                ("assistant", FOUND),
            ];
            let read = caller.read(chat).await;
            let read = read
                .iter()
                .map(|(role, text)| (role.as_str(), text.as_str()));
            assert!(read.eq(wanted), "{n}");
        }
        let results = "select count(*) from message where role = 'tool'";
        assert_eq!(stage.count(results), i64::try_from(CHATS).unwrap());
        let rounds =
            "select count(*) from turn where state = 'done' and tool_rounds = 1 and attempts = 2";
        assert_eq!(stage.count(rounds), i64::try_from(CHATS).unwrap());
        for (n, reader) in self.readers.iter_mut().enumerate() {
            reader.wait_for_message(FOUND).await;
            let said = format!("You said: look {n}");
            assert_eq!(
                reader.received(),
                [self.questions[n].as_str(), &said, FOUND]
            );
        }
    }
}

fn rounds_survive_a_kill(backend: TestBackend) {
    let stage = Stage::new(backend);
    let mut program = stage.start("one", ENDLESS);
    block_on(async {
        let under_way = UnderWay::begin(&stage, &program).await;
        program.signal("KILL");
        program.wait();
        let again = stage.start("one", BRISK);
        under_way.assert_answered(&stage, &again).await;
        again.stop();
    });
}

#[test]
fn recorded_rounds_survive_a_kill_on_sqlite() {
    rounds_survive_a_kill(TestBackend::Sqlite);
}

#[test]
fn recorded_rounds_survive_a_kill_on_postgres() {
    rounds_survive_a_kill(TestBackend::Postgres);
}

#[test]
fn another_node_goes_on_after_the_rounds_of_a_killed_one() {
    let stage = Stage::new(TestBackend::Postgres);
    let mut one = stage.start("one", ENDLESS);
    block_on(async {
        let under_way = UnderWay::begin(&stage, &one).await;
        let two = stage.start("two", BRISK);
        one.signal("KILL");
        one.wait();
        under_way.assert_answered(&stage, &two).await;
        two.stop();
    });
}
