//! How the embedded database goes about the statements that must not read a whole workspace.

use parlor_store::{SqlStatement, sql};

use crate::fixture::{DatabaseLocation, TestWorkspace, run};

/// Statements, and what their plans must contain.
const PLANS: &[(&SqlStatement, &str)] = &[
    (
        &sql::space::PAGE_DESC,
        "space_created (ws=? AND (created_at,id)<(?,?))",
    ),
    (
        &sql::space::PAGE_ASC,
        "space_created (ws=? AND (created_at,id)>(?,?))",
    ),
    (
        &sql::space::CONTACT_DESC,
        "space_contact (ws=? AND contact=? AND (created_at,id)<(?,?))",
    ),
    (
        &sql::space::CONTACT_ASC,
        "space_contact (ws=? AND contact=? AND (created_at,id)>(?,?))",
    ),
    (&sql::space::BY_OWNER, "space_owner (ws=? AND owner=?)"),
    (&sql::member::BY_ID, "member_id (ws=? AND id=?)"),
    (
        &sql::member::BY_EXTERNAL,
        "member_external (ws=? AND external_id=?)",
    ),
    (
        &sql::member::BY_EMAIL,
        "member_email (ws=? AND email_key=?)",
    ),
    (
        &sql::member::BY_PHONE,
        "member_phone (ws=? AND phone_key=?)",
    ),
    (
        &sql::member::SHARED_EMAILS,
        "member_email_shared (ws=? AND email_key>?)",
    ),
    (
        &sql::member::ACTOR_BY_HANDLE,
        "member_handle (ws=? AND handle=?)",
    ),
    (
        &sql::member::CONTACTS_DESC,
        "member_created (ws=? AND (created_at,id)<(?,?))",
    ),
    (
        &sql::member::CONTACTS_ASC,
        "member_created (ws=? AND (created_at,id)>(?,?))",
    ),
    (&sql::follow::MEMBERS, "member_id (ws=? AND id<?)"),
    (
        &sql::follow::WALLET_HOLDERS,
        "member_wallet_holder (ws=? AND id<?)",
    ),
    (
        &sql::follow::LIST,
        "follow_followed_at (ws=? AND follower=? AND (followed_at,followee)<(?,?))",
    ),
    (
        &sql::follow::DELETE_OF_FOLLOWEE,
        "follow_followee (ws=? AND followee=?)",
    ),
    (
        &sql::file::AT_PATH,
        "file_space_path (ws=? AND space=? AND path=?)",
    ),
    (
        &sql::file::BELOW,
        "file_space_path (ws=? AND space=? AND path>?)",
    ),
    (
        &sql::file::DELETE_OF_CONVERSATION,
        "file_conversation (ws=? AND conversation=?)",
    ),
    (
        &sql::vote::DELETE_OF_MEMBER,
        "conversation_vote_of_member (ws=? AND member=?)",
    ),
    (&sql::conversation::BY_ID, "conversation_id (ws=? AND id=?)"),
    (
        &sql::conversation::DELETE_PAIR,
        "direct_pair_conversation (ws=? AND conversation=?)",
    ),
    (
        &sql::conversation::DELETE_MESSAGES,
        "message_seq (ws=? AND conversation=?)",
    ),
    (
        &sql::rating::DELETE_OF_CONVERSATION,
        "message_rating_message (ws=? AND conversation=?)",
    ),
    (
        &sql::rating::MESSAGES_OF_MEMBER,
        "message_rating_member (ws=? AND member=?)",
    ),
    (
        &sql::member::DELETE_THREAD_SUBJECTS,
        "thread_subject_member (ws=? AND member=?)",
    ),
    (
        &sql::conversation::DETACH_ASSIGNMENTS,
        "assignment_conversation (ws=? AND conversation=?)",
    ),
    (
        &sql::scan::ALL_DESC,
        "conversation_scan (ws=? AND (created_at,id)<(?,?))",
    ),
    (
        &sql::scan::ALL_ASC,
        "conversation_scan (ws=? AND (created_at,id)>(?,?))",
    ),
    (
        &sql::scan::SUBJECT_DESC,
        "conversation_subject (ws=? AND subject=? AND (created_at,id)<(?,?))",
    ),
    (
        &sql::scan::SPACE_ASC,
        "conversation_space (ws=? AND space=? AND (created_at,id)>(?,?))",
    ),
    (
        &sql::scan::MESSAGES_ASC,
        "message_seq (ws=? AND conversation=? AND seq>? AND seq<?)",
    ),
    (
        &sql::scan::MESSAGES_DESC,
        "message_seq (ws=? AND conversation=? AND seq>? AND seq<?)",
    ),
    (&sql::scan::POSITION, "message_id (ws=? AND id=?)"),
    (&sql::import::MESSAGE_PLACE, "message_id (ws=? AND id=?)"),
    (
        &sql::listing::KEYS_OF_SPACE,
        "conversation_space (ws=? AND space=?)",
    ),
    (
        &sql::listing::OF_MEMBER_DESC,
        "participant_member (ws=? AND member=?)",
    ),
    (
        &sql::listing::OF_MEMBER_ASC,
        "participant_member (ws=? AND member=?)",
    ),
    (
        &sql::message::WALK_DESC,
        "message_seq (ws=? AND conversation=? AND seq>? AND seq<?)",
    ),
    (
        &sql::message::FIND_BY_CLIENT_ID,
        "message_client (ws=? AND conversation=? AND client_id=?",
    ),
    (&sql::message::PLACE, "message_id (ws=? AND id=?)"),
    (
        &sql::history::MARKS,
        "message_seq (ws=? AND conversation=? AND seq<?)",
    ),
    (
        &sql::history::BACKDATED,
        "message_backdated (ws=? AND conversation=? AND (created_at,seq)<(?,?))",
    ),
    (
        &sql::member::DETACH_AUTHOR,
        "INTEGER PRIMARY KEY (rowid>? AND rowid<?)",
    ),
    (&sql::member::AUTHORS, "message_id (ws=? AND id>?)"),
    (
        &sql::member::DETACH_AUTHOR_IN,
        "message_id (ws=? AND id>? AND id<?)",
    ),
    (
        &sql::member::ACTORS,
        "PRIMARY KEY (ws=? AND (conversation,seq)>(?,?))",
    ),
    (&sql::member::HOLDERS, "conversation_id (ws=? AND id>?)"),
    (
        &sql::message::WALK_START,
        "message_seq (ws=? AND conversation=? AND seq>? AND seq<?)",
    ),
    (
        &sql::message::LOG,
        "message_seq (ws=? AND conversation=? AND seq>?",
    ),
    (
        &sql::message::WITH_DETAILS,
        "message_seq (ws=? AND conversation=? AND seq>?",
    ),
    (
        &sql::history::BACKDATED_SINCE,
        "message_backdated (ws=? AND conversation=? AND created_at>?",
    ),
    (&sql::history::SOME, "t USING INTEGER PRIMARY KEY (rowid=?)"),
    (
        &sql::message::RECENT,
        "message_seq (ws=? AND conversation=?)",
    ),
    (
        &sql::message::UNMENTION,
        "mention_message (ws=? AND conversation=? AND seq=?)",
    ),
    (
        &sql::message::TOTAL,
        "COVERING INDEX message_aside (ws=? AND conversation=?",
    ),
    (
        &sql::message::COUNTS,
        "COVERING INDEX message_answer (ws=? AND conversation=?",
    ),
    (&sql::log::BACK, "(ws=? AND conversation=? AND seq<?"),
    (&sql::statistics::WAITING, "conversation_waiting (ws=?)"),
    (
        &sql::saved_filter::PAGE,
        "saved_filter_name (ws=? AND owner=?)",
    ),
    (
        &sql::participant::FIND,
        "(ws=? AND conversation=? AND member=?)",
    ),
    (
        &sql::participant::NTH_UNREAD,
        "message_seq (ws=? AND conversation=? AND seq>?",
    ),
    (
        &sql::participant::LAST_READ,
        "message_seq (ws=? AND conversation=? AND seq<?)",
    ),
    (
        &sql::listing::COUNT_PLAIN,
        "COVERING INDEX conversation_spoken (ws=?)",
    ),
    (&sql::listing::SPOKEN_DESC, "conversation_spoken (ws=?)"),
    (&sql::listing::CREATED_DESC, "conversation_created (ws=?)"),
    (
        &sql::listing::KEYS_OF_MEMBER,
        "participant_member (ws=? AND member=?)",
    ),
    (
        &sql::listing::COUNT_DIRECT,
        "participant_member (ws=? AND member=?)",
    ),
    (
        &sql::search::NEWEST_MESSAGES,
        "SEARCH t USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)",
    ),
    (
        &sql::search::VERIFY_MESSAGES,
        "SEARCH t USING INTEGER PRIMARY KEY (rowid=?)",
    ),
    (
        &sql::search::NEWEST_TITLES,
        "SEARCH conversation USING INTEGER PRIMARY KEY (rowid>?)",
    ),
    (
        &sql::search::NEWEST_NAMES,
        "SEARCH member USING INTEGER PRIMARY KEY (rowid>?)",
    ),
    (
        &sql::search::BATCH_MESSAGES,
        "SEARCH message USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)",
    ),
    (
        &sql::search::OF_MEMBER,
        "participant_member (ws=? AND member=?)",
    ),
    (
        &sql::search::OF_SPACE,
        "conversation_space (ws=? AND space=?)",
    ),
    (
        &sql::message::STANDING,
        "SEARCH p USING PRIMARY KEY (ws=? AND conversation=? AND member=?)",
    ),
    (
        &sql::conversation_list_item::TOTALS,
        "participant_member (ws=? AND member=?)",
    ),
    (
        &sql::conversation_list_item::STIRRED,
        "participant_member (ws=? AND member=? AND conversation>?)",
    ),
    (
        &sql::conversation_list_item::CONCERNED,
        "SEARCH p USING PRIMARY KEY (ws=? AND conversation=?)",
    ),
];

#[test]
fn no_hot_statement_reads_a_whole_workspace() {
    run(DatabaseLocation::sqlite(), async |world: TestWorkspace| {
        world.store.close();
        let connection = rusqlite::Connection::open(world.database.file().unwrap()).unwrap();
        // Only what it is called matters to a plan.
        let flags = rusqlite::functions::FunctionFlags::SQLITE_DETERMINISTIC;
        connection
            .create_scalar_function("fold", 1, flags, |call| call.get::<String>(0))
            .unwrap();
        for (statement, wanted) in PLANS {
            let text = format!("explain query plan {}", statement.sqlite_text());
            let mut prepared = connection.prepare(&text).unwrap();
            let mut rows = prepared.raw_query();
            let mut plan = Vec::new();
            while let Some(row) = rows.next().unwrap() {
                plan.push(row.get::<_, String>(3).unwrap());
            }
            // A statement of subqueries alone reads one row of no table, and a list in a parameter is none either.
            plan.retain(|step| step != "SCAN CONSTANT ROW" && !step.starts_with("SCAN json_each"));
            let plan = plan.join("\n");
            assert!(plan.contains(wanted), "{}:\n{plan}", statement.name);
            assert!(!plan.contains("SCAN"), "{}:\n{plan}", statement.name);
            let sorts = plan.contains("USE TEMP B-TREE");
            assert!(!sorts, "{}:\n{plan}", statement.name);
        }
    });
}
