//! Texts are stored unchanged, and compared and sorted alike on both databases.

use parlor_model::conversation::{ConversationFilter, ConversationSort};
use parlor_model::error::ErrorKind;
use parlor_model::keyset::SortOrder;
use parlor_model::member::{CreateMember, MemberKind, Profile};
use parlor_store::repo::listing::{self, ListWindow};
use parlor_store::repo::member;
use parlor_store::visibility::Visibility;
use parlor_store::{catalogue, params};

use crate::fixture::{TestWorkspace, new_conversation};

test_both_backends!(
    only_zero_character_is_refused,
    case_folding_covers_every_script,
    case_folding_follows_unicode,
    search_wildcards_are_literal,
    titles_sort_by_code_point,
);

async fn only_zero_character_is_refused(workspace: TestWorkspace) {
    let (ws, before) = (workspace.ws, workspace.rows("member"));
    let named = |name: &str| CreateMember {
        profile: Profile {
            name: Some(name.to_owned()),
            ..Profile::default()
        },
        ..CreateMember::new(MemberKind::Person)
    };
    let bad = named("a\0b");
    let outcome = workspace
        .store
        .write(move |tx| member::insert(tx, ws, &bad).map(drop))
        .await;
    assert!(matches!(
        outcome.unwrap_err().kind(),
        ErrorKind::Invalid { .. }
    ));
    assert_eq!(workspace.rows("member"), before);
    let looked = workspace
        .store
        .read(move |tx| member::find(tx, ws, member::MemberLookup::External("\0")).map(drop))
        .await;
    assert!(matches!(
        looked.unwrap_err().kind(),
        ErrorKind::Invalid { .. }
    ));

    let odd = "\u{1}\u{7f}\u{feff}\u{ffff}\u{10ffff} e\u{301} \u{1F469}\u{200d}\u{1F4BB} '\"\\%_$1";
    let good = named(odd);
    let number = workspace
        .store
        .write(move |tx| Ok(member::insert(tx, ws, &good)?.unwrap().number))
        .await
        .unwrap();
    let stored = workspace
        .store
        .read(move |tx| member::find(tx, ws, member::MemberLookup::Number(number)))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(stored.member.profile.name.as_deref(), Some(odd));
}

async fn create_titled(workspace: &TestWorkspace, titles: &[&str]) {
    for title in titles {
        let (ws, member, title) = (workspace.ws, workspace.member, (*title).to_owned());
        workspace
            .store
            .write(move |tx| new_conversation(tx, ws, member, Some(&title)).map(drop))
            .await
            .unwrap();
    }
}

async fn list(
    workspace: &TestWorkspace,
    search: Option<&str>,
    sort: ConversationSort,
    order: SortOrder,
) -> Vec<String> {
    let (ws, member) = (workspace.ws, workspace.member);
    let filter = ConversationFilter {
        search: search.map(str::to_owned),
        ..ConversationFilter::default()
    };
    let window = ListWindow {
        sort,
        order,
        limit: 100,
        offset: 0,
    };
    let (rows, total) = workspace
        .store
        .read(move |tx| {
            let seen = Visibility {
                viewer: Some(member),
                ..Visibility::default()
            };
            listing::page(tx, ws, seen, &filter, &window)
        })
        .await
        .unwrap();
    assert_eq!(i64::try_from(rows.len()).unwrap(), total);
    rows.into_iter()
        .map(|row| row.title.unwrap_or_default())
        .collect()
}

async fn case_folding_covers_every_script(workspace: TestWorkspace) {
    create_titled(
        &workspace,
        &["Grüße ÄÖÜ", "ΟΔΟΣ ΟΔΥΣΣΕΑΣ", "ПРИВЕТ", "Éclair", "plain"],
    )
    .await;
    for (search, found) in [
        ("äöü", 1),
        ("GRÜSSE", 1),
        ("GRÜẞE", 1),
        ("grÜße", 1),
        ("οδος", 1),
        ("ΟΔΥΣΣΕΑΣ", 1),
        ("Οδυσσ", 1),
        ("привет", 1),
        ("ÉCLAIR", 1),
        ("eclair", 0),
        ("PLAIN", 1),
        ("absent", 0),
    ] {
        let hits = list(
            &workspace,
            Some(search),
            ConversationSort::CreatedAt,
            SortOrder::Ascending,
        )
        .await;
        assert_eq!(hits.len(), found, "{search}");
    }
    let folded = workspace
        .store
        .read(|tx| {
            static FOLD: parlor_store::SqlStatement = parlor_store::SqlStatement::new(
                "test::fold",
                parlor_store::StatementScope::Global,
                "select fold(cast($1 as text))",
            );
            tx.query_one(&FOLD, params!["ÀÉΣς İı ẞß ﬃ ΰ ſ Ꭰ"], |row| {
                row.string(0)
            })
        })
        .await
        .unwrap();
    assert_eq!(
        folded.as_deref(),
        Some("àéσσ i\u{307}ı ssss ffi υ\u{308}\u{301} s Ꭰ")
    );
}

async fn case_folding_follows_unicode(workspace: TestWorkspace) {
    static FOLD: parlor_store::SqlStatement = parlor_store::SqlStatement::new(
        "test::fold_all",
        parlor_store::StatementScope::Global,
        "select fold(cast($1 as text))",
    );
    let letters: Vec<char> = ('\u{1}'..=char::MAX).collect();
    for chunk in letters.chunks(8_192) {
        // Separated by spaces, so that no character is at the end of a word that begins before it.
        let text: String = chunk.iter().flat_map(|letter| [' ', *letter]).collect();
        let expected = unicase::UniCase::new(&text).to_folded_case();
        let folded = workspace
            .store
            .read(move |tx| tx.query_one(&FOLD, params![&text], |row| row.string(0)))
            .await
            .unwrap()
            .unwrap();
        let differs = folded
            .split(' ')
            .zip(expected.split(' '))
            .find(|(found, right)| found != right);
        assert_eq!(differs, None);
        assert_eq!(folded.len(), expected.len());
    }
}

async fn search_wildcards_are_literal(workspace: TestWorkspace) {
    create_titled(
        &workspace,
        &["100%", "100 percent", "a_b", "axb", "back\\slash"],
    )
    .await;
    for (search, found) in [
        ("100%", 1),
        ("a_b", 1),
        ("\\", 1),
        ("%", 1),
        ("_", 1),
        ("100", 2),
    ] {
        let hits = list(
            &workspace,
            Some(search),
            ConversationSort::CreatedAt,
            SortOrder::Ascending,
        )
        .await;
        assert_eq!(hits.len(), found, "{search}");
    }
}

async fn titles_sort_by_code_point(workspace: TestWorkspace) {
    create_titled(&workspace, &["b", "Z", "ä", "a", "", "_", "é"]).await;
    let (ws, member) = (workspace.ws, workspace.member);
    workspace
        .store
        .write(move |tx| new_conversation(tx, ws, member, None).map(drop))
        .await
        .unwrap();
    let up = list(
        &workspace,
        None,
        ConversationSort::Title,
        SortOrder::Ascending,
    )
    .await;
    assert_eq!(up, ["", "Z", "_", "a", "b", "ä", "é", ""]);
    let down = list(
        &workspace,
        None,
        ConversationSort::Title,
        SortOrder::Descending,
    )
    .await;
    assert_eq!(down, ["é", "ä", "b", "a", "_", "Z", "", ""]);
    assert!(catalogue::listing::ALL.len() > 8);
}
