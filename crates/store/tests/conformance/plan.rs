//! Query plans of the statements that must not read a whole workspace, on SQLite.
//!
//! Proves INV-8 (`docs/invariants.md`).

use parlor_store::{SqlStatement, catalogue};

use crate::fixture::{DatabaseLocation, TestWorkspace, run};
use crate::voice_call;

/// Statements, and what their plans must contain.
const PLANS: &[(&SqlStatement, &str)] = &[
    (
        &catalogue::space::PAGE_DESC,
        "space_created (ws=? AND (created_at,id)<(?,?))",
    ),
    (
        &catalogue::space::PAGE_ASC,
        "space_created (ws=? AND (created_at,id)>(?,?))",
    ),
    (
        &catalogue::space::CONTACT_DESC,
        "space_contact (ws=? AND contact=? AND (created_at,id)<(?,?))",
    ),
    (
        &catalogue::space::CONTACT_ASC,
        "space_contact (ws=? AND contact=? AND (created_at,id)>(?,?))",
    ),
    (
        &catalogue::space::BY_OWNER,
        "space_owner (ws=? AND owner=?)",
    ),
    (&catalogue::assistant_settings::FIND, "PRIMARY KEY (ws=?)"),
    (&catalogue::job::CLAIM, "job_due (kind=? AND due_at<?)"),
    (&catalogue::job::CLAIM_DELIVERIES, "job_due (kind=?"),
    (&catalogue::job::RENEW, "PRIMARY KEY (rowid=?)"),
    (&catalogue::member::BY_ID, "member_id (ws=? AND id=?)"),
    (
        &catalogue::member::BY_EXTERNAL,
        "member_external (ws=? AND external_id=?)",
    ),
    (
        &catalogue::member::BY_EMAIL,
        "member_email (ws=? AND email_key=?)",
    ),
    (
        &catalogue::member::BY_PHONE,
        "member_phone (ws=? AND phone_key=?)",
    ),
    (
        &catalogue::member::SHARED_EMAILS,
        "member_email_shared (ws=? AND email_key>?)",
    ),
    (
        &catalogue::member::ACTOR_BY_HANDLE,
        "member_handle (ws=? AND handle=?)",
    ),
    (
        &catalogue::member::CONTACTS_DESC,
        "member_created (ws=? AND (created_at,id)<(?,?))",
    ),
    (
        &catalogue::member::CONTACTS_ASC,
        "member_created (ws=? AND (created_at,id)>(?,?))",
    ),
    (&catalogue::phone_number::INBOX_OWNERS, "inbox_of_address"),
    (&catalogue::follow::MEMBERS, "member_id (ws=? AND id<?)"),
    (
        &catalogue::follow::WALLET_HOLDERS,
        "member_wallet_holder (ws=? AND id<?)",
    ),
    (
        &catalogue::follow::LIST,
        "follow_followed_at (ws=? AND follower=? AND (followed_at,followee)<(?,?))",
    ),
    (
        &catalogue::follow::DELETE_OF_FOLLOWEE,
        "follow_followee (ws=? AND followee=?)",
    ),
    (
        &catalogue::file::AT_PATH,
        "file_space_path (ws=? AND space=? AND path=?)",
    ),
    (
        &catalogue::file::BELOW,
        "file_space_path (ws=? AND space=? AND path>?)",
    ),
    (
        &catalogue::file::DELETE_OF_CONVERSATION,
        "file_conversation (ws=? AND conversation=?)",
    ),
    (
        &catalogue::vote::DELETE_OF_MEMBER,
        "conversation_vote_of_member (ws=? AND member=?)",
    ),
    (
        &catalogue::conversation::BY_ID,
        "conversation_id (ws=? AND id=?)",
    ),
    (
        &catalogue::conversation::DELETE_PAIR,
        "direct_pair_conversation (ws=? AND conversation=?)",
    ),
    (
        &catalogue::removal::DELETE_MESSAGES,
        "message_seq (ws=? AND conversation=? AND seq>? AND seq<?)",
    ),
    (
        &catalogue::removal::DELETE_RATINGS,
        "message_rating_message (ws=? AND conversation=? AND message=?)",
    ),
    (
        &catalogue::rating::MESSAGES_OF_MEMBER,
        "message_rating_member (ws=? AND member=?)",
    ),
    (
        &catalogue::member::DELETE_THREAD_SUBJECTS,
        "thread_subject_member (ws=? AND member=?)",
    ),
    (
        &catalogue::conversation::DETACH_ASSIGNMENTS,
        "assignment_conversation (ws=? AND conversation=?)",
    ),
    (
        &catalogue::scan::ALL_DESC,
        "conversation_scan (ws=? AND (created_at,id)<(?,?))",
    ),
    (
        &catalogue::scan::ALL_ASC,
        "conversation_scan (ws=? AND (created_at,id)>(?,?))",
    ),
    (
        &catalogue::scan::SUBJECT_DESC,
        "conversation_subject (ws=? AND subject=? AND (created_at,id)<(?,?))",
    ),
    (
        &catalogue::scan::SPACE_ASC,
        "conversation_space (ws=? AND space=? AND (created_at,id)>(?,?))",
    ),
    (
        &catalogue::scan::MESSAGES_ASC,
        "message_seq (ws=? AND conversation=? AND seq>? AND seq<?)",
    ),
    (
        &catalogue::scan::MESSAGES_DESC,
        "message_seq (ws=? AND conversation=? AND seq>? AND seq<?)",
    ),
    (&catalogue::scan::POSITION, "message_id (ws=? AND id=?)"),
    (
        &catalogue::import::MESSAGE_PLACE,
        "message_id (ws=? AND id=?)",
    ),
    (
        &catalogue::listing::KEYS_OF_SPACE,
        "conversation_space (ws=? AND space=?)",
    ),
    (
        &catalogue::listing::OF_MEMBER_DESC,
        "participant_member (ws=? AND member=?)",
    ),
    (
        &catalogue::listing::OF_MEMBER_ASC,
        "participant_member (ws=? AND member=?)",
    ),
    (
        &catalogue::message::WALK_DESC,
        "message_seq (ws=? AND conversation=? AND seq>? AND seq<?)",
    ),
    (
        &catalogue::message::FIND_BY_CLIENT_ID,
        "message_client (ws=? AND conversation=? AND client_id=?",
    ),
    (&catalogue::message::PLACE, "message_id (ws=? AND id=?)"),
    (
        &catalogue::history::MARKS,
        "message_seq (ws=? AND conversation=? AND seq<?)",
    ),
    (
        &catalogue::history::BACKDATED,
        "message_backdated (ws=? AND conversation=? AND (created_at,seq)<(?,?))",
    ),
    (
        &catalogue::merge::MESSAGES,
        "INTEGER PRIMARY KEY (rowid>? AND rowid<?)",
    ),
    (&catalogue::merge::AUTHORS, "message_id (ws=? AND id>?)"),
    (
        &catalogue::merge::MESSAGES_IN,
        "message_id (ws=? AND id>? AND id<?)",
    ),
    (
        &catalogue::merge::ACTORS,
        "PRIMARY KEY (ws=? AND (conversation,seq)>(?,?))",
    ),
    (
        &catalogue::member::HOLDERS,
        "conversation_id (ws=? AND id>?)",
    ),
    (
        &catalogue::message::WALK_START,
        "message_seq (ws=? AND conversation=? AND seq>? AND seq<?)",
    ),
    (
        &catalogue::message::LOG,
        "message_seq (ws=? AND conversation=? AND seq>?",
    ),
    (
        &catalogue::message::WITH_DETAILS,
        "message_seq (ws=? AND conversation=? AND seq>?",
    ),
    (
        &catalogue::history::BACKDATED_SINCE,
        "message_backdated (ws=? AND conversation=? AND created_at>?",
    ),
    (
        &catalogue::history::SOME,
        "t USING INTEGER PRIMARY KEY (rowid=?)",
    ),
    (
        &catalogue::message::RECENT,
        "message_seq (ws=? AND conversation=?)",
    ),
    (
        &catalogue::message::UNMENTION,
        "mention_message (ws=? AND conversation=? AND seq=?)",
    ),
    (
        &catalogue::message::TOTAL,
        "COVERING INDEX message_aside (ws=? AND conversation=?",
    ),
    (
        &catalogue::message::COUNTS,
        "COVERING INDEX message_answer (ws=? AND conversation=?",
    ),
    (&catalogue::log::BACK, "(ws=? AND conversation=? AND seq<?"),
    (
        &catalogue::statistics::WAITING,
        "conversation_waiting (ws=?)",
    ),
    (
        &catalogue::saved_filter::PAGE,
        "saved_filter_name (ws=? AND owner=?)",
    ),
    (
        &catalogue::participant::FIND,
        "(ws=? AND conversation=? AND member=?)",
    ),
    (
        &catalogue::participant::ASSISTANTS,
        "(ws=? AND conversation=?",
    ),
    (&catalogue::turn::TOKENS, "(ws=? AND conversation=?)"),
    (&catalogue::turn::BY_MESSAGE, "(ws=? AND conversation=?)"),
    (
        &catalogue::participant::NTH_UNREAD,
        "message_seq (ws=? AND conversation=? AND seq>?",
    ),
    (
        &catalogue::participant::LAST_READ,
        "message_seq (ws=? AND conversation=? AND seq<?)",
    ),
    (
        &catalogue::listing::COUNT_PLAIN,
        "COVERING INDEX conversation_spoken (ws=?)",
    ),
    (
        &catalogue::listing::SPOKEN_DESC,
        "conversation_spoken (ws=?)",
    ),
    (
        &catalogue::listing::CREATED_DESC,
        "conversation_created (ws=?)",
    ),
    (
        &catalogue::listing::KEYS_OF_MEMBER,
        "participant_member (ws=? AND member=?)",
    ),
    (
        &catalogue::listing::COUNT_DIRECT,
        "participant_member (ws=? AND member=?)",
    ),
    (
        &catalogue::search::NEWEST_MESSAGES,
        "SEARCH t USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)",
    ),
    (
        &catalogue::search::VERIFY_MESSAGES,
        "SEARCH t USING INTEGER PRIMARY KEY (rowid=?)",
    ),
    (
        &catalogue::search::NEWEST_TITLES,
        "SEARCH conversation USING INTEGER PRIMARY KEY (rowid>?)",
    ),
    (
        &catalogue::search::NEWEST_NAMES,
        "SEARCH member USING INTEGER PRIMARY KEY (rowid>?)",
    ),
    (
        &catalogue::search::BATCH_MESSAGES,
        "SEARCH message USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)",
    ),
    (
        &catalogue::search::OF_MEMBER,
        "participant_member (ws=? AND member=?)",
    ),
    (
        &catalogue::search::OF_SPACE,
        "conversation_space (ws=? AND space=?)",
    ),
    (
        &catalogue::message::STANDING,
        "SEARCH p USING PRIMARY KEY (ws=? AND conversation=? AND member=?)",
    ),
    (
        &catalogue::conversation_list_item::TOTALS,
        "participant_member (ws=? AND member=?)",
    ),
    (
        &catalogue::conversation_list_item::STIRRED,
        "participant_member (ws=? AND member=? AND conversation>?)",
    ),
    (
        &catalogue::conversation_list_item::CONCERNED,
        "SEARCH p USING PRIMARY KEY (ws=? AND conversation=?)",
    ),
];

#[test]
fn frequent_statements_use_indexes() {
    run(
        DatabaseLocation::sqlite(),
        async |workspace: TestWorkspace| {
            workspace.store.close();
            let connection =
                rusqlite::Connection::open(workspace.database.file().unwrap()).unwrap();
            // Only the function's name matters to the plan.
            let flags = rusqlite::functions::FunctionFlags::SQLITE_DETERMINISTIC;
            connection
                .create_scalar_function("fold", 1, flags, |call| call.get::<String>(0))
                .unwrap();
            for (statement, wanted) in PLANS.iter().chain(voice_call::PLANS) {
                let text = format!("explain query plan {}", catalogue::sqlite_text(statement));
                let mut prepared = connection.prepare(&text).unwrap();
                let mut rows = prepared.raw_query();
                let mut plan = Vec::new();
                while let Some(row) = rows.next().unwrap() {
                    plan.push(row.get::<_, String>(3).unwrap());
                }
                // A statement of subqueries alone scans a constant row; a list parameter is not a table either.
                plan.retain(|step| {
                    step != "SCAN CONSTANT ROW" && !step.starts_with("SCAN json_each")
                });
                let plan = plan.join("\n");
                assert!(plan.contains(wanted), "{}:\n{plan}", statement.name);
                assert!(!plan.contains("SCAN"), "{}:\n{plan}", statement.name);
                let sorts = plan.contains("USE TEMP B-TREE");
                assert!(!sorts, "{}:\n{plan}", statement.name);
            }
        },
    );
}
