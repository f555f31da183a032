//! Answers that are under way when their server ends.
//!
//! Proves INV-65 (`docs/invariants.md`).

mod fixture;
mod reader;
mod rounds;

use parlor_testkit::TestBackend;

use self::fixture::{BRISK, Caller, ENDLESS, Stage, answer_to, questions};
use self::reader::Reader;
use crate::program::{Program, block_on};

const QUESTIONS: usize = 200;
/// Questions of the tests in which each is under way.
const FEW_QUESTIONS: usize = 24;
/// Chats that have a reader.
const READERS: usize = 12;

/// What is under way when a server ends.
struct UnderWay {
    caller: Caller,
    chats: Vec<String>,
    questions: Vec<String>,
    readers: Vec<Reader>,
}

impl UnderWay {
    /// Asks so many questions, of which some are answered at once, and waits until all others are being answered.
    async fn begin(stage: &Stage, program: &Program, count: usize) -> Self {
        let mut questions = questions(count);
        for quick in questions.iter_mut().skip(READERS).step_by(8) {
            *quick = format!("/slow 0\n{quick}");
        }
        let caller = Caller::new(program, &program.key());
        let mut readers = Vec::new();
        let mut chats = Vec::new();
        for question in &questions[..READERS] {
            let chat = caller.create_chat().await;
            readers.push(Reader::open(&caller, &chat).await);
            caller.say(&chat, question).await;
            chats.push(chat);
        }
        chats.extend(caller.ask_all(&questions[READERS..]).await);
        for reader in &mut readers {
            reader.wait_for_stream().await;
        }
        let quick = questions.iter().filter(|text| text.starts_with("/slow"));
        let quick = i64::try_from(quick.count()).unwrap();
        let done = "select count(*) from turn where state = 'done'";
        stage.wait_for_count(done, quick).await;
        let running = "select count(*) from turn where state = 'running'";
        let rest = i64::try_from(count).unwrap() - quick;
        stage.wait_for_count(running, rest).await;
        Self {
            caller,
            chats,
            questions,
            readers,
        }
    }

    /// Checks, with a program that goes on, that each answer appears once, also to the readers.
    async fn assert_answered(mut self, stage: &Stage, program: &Program) {
        let caller = Caller::new(program, &self.caller.key);
        for reader in &mut self.readers {
            reader.wait_for_end().await;
            reader.reconnect(&caller).await;
        }
        stage.wait_until_idle().await;
        caller.assert_answered(&self.chats, &self.questions).await;
        for (reader, question) in self.readers.iter_mut().zip(&self.questions) {
            reader.assert_answered_once(&caller, question).await;
        }
        stage.wait_until_idle().await;
    }
}

fn answers_survive_a_kill(backend: TestBackend) {
    let stage = Stage::new(backend);
    let mut program = stage.start("one", ENDLESS);
    block_on(async {
        let under_way = UnderWay::begin(&stage, &program, QUESTIONS).await;
        program.signal("KILL");
        program.wait();
        let again = stage.start("one", BRISK);
        under_way.assert_answered(&stage, &again).await;
        again.stop();
    });
}

#[test]
fn answers_under_way_survive_a_kill_on_sqlite() {
    answers_survive_a_kill(TestBackend::Sqlite);
}

#[test]
fn answers_under_way_survive_a_kill_on_postgres() {
    answers_survive_a_kill(TestBackend::Postgres);
}

#[test]
fn another_node_takes_over_the_answers_of_a_killed_one() {
    let stage = Stage::new(TestBackend::Postgres);
    let mut one = stage.start("one", ENDLESS);
    block_on(async {
        let under_way = UnderWay::begin(&stage, &one, QUESTIONS).await;
        let two = stage.start("two", BRISK);
        let caller = Caller::new(&two, &under_way.caller.key);
        // A reader of the other node stays connected.
        let chat = &under_way.chats[0];
        let mut reader = Reader::open(&caller, chat).await;
        one.signal("KILL");
        one.wait();
        let answer = answer_to(&under_way.questions[0]);
        reader.wait_for_message(&answer).await;
        under_way.assert_answered(&stage, &two).await;
        two.stop();
    });
}

fn answers_are_given_back(backend: TestBackend) {
    let stage = Stage::new(backend);
    let program = stage.start("one", ENDLESS);
    block_on(async {
        let under_way = UnderWay::begin(&stage, &program, FEW_QUESTIONS).await;
        let held = "select count(*) from job where kind = 'turn' and lease_until > 0";
        assert!(stage.count(held) > 0);
        program.stop();
        // The next start need not wait for a lease.
        assert_eq!(stage.count(held), 0);
        let again = stage.start("one", BRISK);
        under_way.assert_answered(&stage, &again).await;
        again.stop();
    });
}

#[test]
fn answers_under_way_are_given_back_by_a_clean_stop_on_sqlite() {
    answers_are_given_back(TestBackend::Sqlite);
}

#[test]
fn answers_under_way_are_given_back_by_a_clean_stop_on_postgres() {
    answers_are_given_back(TestBackend::Postgres);
}
