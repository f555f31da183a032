//! Who has which conversation on screen, on all nodes. Kept in memory alone: nodes tell each other, again and again, and
//! what is not told again is over, so that a node that ends without a word leaves nobody behind.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::time::Duration;

use parlor_model::live::{Here, Presence};
use parlor_model::member::MemberRef;
use tokio::time::Instant;
use uuid::Uuid;

/// Between two times that a node tells of the same member.
pub(super) const AGAIN: Duration = Duration::from_secs(20);
/// What was not told again for so long is over.
const LIFE: Duration = Duration::from_secs(50);

/// A conversation, by workspace and number.
type Place = (i64, i64);

/// Everybody this node knows of.
pub(super) struct Screens {
    node: Uuid,
    halls: HashMap<Place, Hall>,
    /// Where something changed that listeners have not been told.
    stirred: BTreeSet<Place>,
}

/// Those at one conversation.
#[derive(Default)]
struct Hall {
    /// Connections of this node that look, those of members among them. Without any the hall is closed.
    looking: usize,
    here: BTreeMap<i64, Seen>,
    /// What listeners were told.
    told: BTreeMap<i64, MemberRef>,
}

struct Seen {
    who: MemberRef,
    /// Connections of this node.
    own: usize,
    /// Until when other nodes have said so.
    elsewhere: HashMap<Uuid, Instant>,
}

/// What changed at a conversation since listeners were last told.
#[derive(Debug, Clone, Default)]
pub struct Change {
    /// Those who came.
    pub came: Vec<MemberRef>,
    /// Those who went.
    pub went: Vec<MemberRef>,
    /// How many there are now.
    pub count: usize,
}

impl Screens {
    pub(super) fn new(node: Uuid) -> Self {
        Self {
            node,
            halls: HashMap::new(),
            stirred: BTreeSet::new(),
        }
    }

    /// A connection of this node begins to look; gives what the other nodes are told.
    pub(super) fn enter(&mut self, place: Place, who: Option<&MemberRef>) -> Vec<Presence> {
        let mut notes = Vec::new();
        if !self.halls.contains_key(&place) {
            notes.push(self.note(place, Here::Who));
        }
        let hall = self.halls.entry(place).or_default();
        hall.looking += 1;
        let Some(who) = who else { return notes };
        if hall.looking == 1 {
            // There is nobody else here who could be told.
            hall.told.insert(who.number, who.clone());
        }
        let seen = hall.seen(who);
        seen.own += 1;
        if seen.own == 1 {
            self.stirred.insert(place);
            notes.push(self.note(place, Here::In(who.clone())));
        }
        notes
    }

    /// A connection of this node looks no more.
    pub(super) fn leave(&mut self, place: Place, who: Option<&MemberRef>) -> Vec<Presence> {
        let mut notes = Vec::new();
        let Some(hall) = self.halls.get_mut(&place) else {
            return notes;
        };
        hall.looking = hall.looking.saturating_sub(1);
        let is_empty = hall.looking == 0;
        if let Some(who) = who
            && let Some(seen) = hall.here.get_mut(&who.number)
        {
            seen.own = seen.own.saturating_sub(1);
            if seen.own == 0 {
                hall.sweep(who.number);
                self.stirred.insert(place);
                notes.push(self.note(place, Here::Out(who.number)));
            }
        }
        if is_empty {
            self.halls.remove(&place);
            self.stirred.remove(&place);
        }
        notes
    }

    /// Another node tells; gives what it is answered.
    pub(super) fn told(&mut self, presence: &Presence, now: Instant) -> Vec<Presence> {
        let place = (presence.ws, presence.conversation);
        if presence.node == self.node {
            return Vec::new();
        }
        let Some(hall) = self.halls.get_mut(&place) else {
            return Vec::new();
        };
        match &presence.here {
            Here::In(who) => {
                let seen = hall.seen(who);
                seen.elsewhere.insert(presence.node, now + LIFE);
                self.stirred.insert(place);
                Vec::new()
            }
            Here::Out(member) => {
                if let Some(seen) = hall.here.get_mut(member) {
                    seen.elsewhere.remove(&presence.node);
                    hall.sweep(*member);
                    self.stirred.insert(place);
                }
                Vec::new()
            }
            Here::Who => self.own_of(place),
        }
    }

    /// What this node tells from time to time; forgets what others have not told again.
    pub(super) fn beat(&mut self, now: Instant) -> Vec<Presence> {
        for (place, hall) in &mut self.halls {
            let before = hall.here.len();
            hall.here.retain(|_, seen| {
                seen.elsewhere.retain(|_, until| *until > now);
                seen.own > 0 || !seen.elsewhere.is_empty()
            });
            if hall.here.len() != before {
                self.stirred.insert(*place);
            }
        }
        let places: Vec<Place> = self.halls.keys().copied().collect();
        let own = places.into_iter().flat_map(|place| self.own_of(place));
        own.collect()
    }

    /// What listeners are to be told, where anything has changed in the end.
    pub(super) fn changes(&mut self) -> Vec<(Place, Change)> {
        let mut changes = Vec::new();
        for place in std::mem::take(&mut self.stirred) {
            let Some(hall) = self.halls.get_mut(&place) else {
                continue;
            };
            let change = hall.change();
            if !change.came.is_empty() || !change.went.is_empty() {
                changes.push((place, change));
            }
        }
        changes
    }

    /// Some of those who are there now, and how many there are.
    pub(super) fn at(&self, place: Place, most: usize) -> (Vec<MemberRef>, usize) {
        let Some(hall) = self.halls.get(&place) else {
            return (Vec::new(), 0);
        };
        let some = hall.here.values().take(most);
        (some.map(|seen| seen.who.clone()).collect(), hall.here.len())
    }

    fn own_of(&self, place: Place) -> Vec<Presence> {
        let here = self.halls.get(&place).into_iter();
        let own = here.flat_map(|hall| hall.here.values().filter(|seen| seen.own > 0));
        own.map(|seen| self.note(place, Here::In(seen.who.clone())))
            .collect()
    }

    fn note(&self, (ws, conversation): Place, here: Here) -> Presence {
        Presence {
            ws,
            conversation,
            node: self.node,
            here,
        }
    }
}

impl Hall {
    fn seen(&mut self, who: &MemberRef) -> &mut Seen {
        self.here.entry(who.number).or_insert_with(|| Seen {
            who: who.clone(),
            own: 0,
            elsewhere: HashMap::new(),
        })
    }

    fn sweep(&mut self, member: i64) {
        let is_gone = |seen: &Seen| seen.own == 0 && seen.elsewhere.is_empty();
        if self.here.get(&member).is_some_and(is_gone) {
            self.here.remove(&member);
        }
    }

    fn change(&mut self) -> Change {
        let now: BTreeMap<i64, MemberRef> = self
            .here
            .iter()
            .map(|(number, seen)| (*number, seen.who.clone()))
            .collect();
        let before = std::mem::replace(&mut self.told, now);
        let came = self.told.iter();
        let came = came.filter(|(number, _)| !before.contains_key(number));
        let went = before.iter();
        let went = went.filter(|(number, _)| !self.told.contains_key(number));
        Change {
            came: came.map(|(_, who)| who.clone()).collect(),
            went: went.map(|(_, who)| who.clone()).collect(),
            count: self.told.len(),
        }
    }
}

#[cfg(test)]
mod tests {
    use parlor_model::Id;
    use parlor_model::member::Kind;

    use super::*;

    const PLACE: Place = (1, 7);

    fn member(number: i64) -> MemberRef {
        MemberRef {
            number,
            id: Id::new(Uuid::from_u128(number.unsigned_abs().into())),
            kind: Kind::Person,
            handle: number.to_string(),
            external_id: None,
            name: None,
        }
    }

    /// Lets two nodes talk until both are silent.
    fn settle(a: &mut Screens, b: &mut Screens, mut notes: Vec<Presence>, now: Instant) {
        while let Some(note) = notes.pop() {
            notes.extend(a.told(&note, now));
            notes.extend(b.told(&note, now));
        }
    }

    fn numbers(who: &[MemberRef]) -> Vec<i64> {
        who.iter().map(|who| who.number).collect()
    }

    fn at(screens: &Screens) -> Vec<i64> {
        numbers(&screens.at(PLACE, 10).0)
    }

    #[test]
    fn nodes_know_of_each_others_members_whoever_came_first() {
        let now = Instant::now();
        let (mut a, mut b) = (
            Screens::new(Uuid::from_u128(1)),
            Screens::new(Uuid::from_u128(2)),
        );
        let notes = a.enter(PLACE, Some(&member(10)));
        settle(&mut a, &mut b, notes, now);
        assert!(at(&b).is_empty(), "nobody looks there");
        let notes = b.enter(PLACE, Some(&member(20)));
        settle(&mut a, &mut b, notes, now);
        assert_eq!((at(&a), at(&b)), (vec![10, 20], vec![10, 20]));
        // A second connection of the same member changes nothing, nor does its end.
        assert_eq!(b.enter(PLACE, Some(&member(20))).len(), 0);
        assert_eq!(b.leave(PLACE, Some(&member(20))).len(), 0);
        let notes = b.leave(PLACE, Some(&member(20)));
        settle(&mut a, &mut b, notes, now);
        assert_eq!(at(&a), vec![10]);
        assert!(b.halls.is_empty(), "nothing is kept where nobody looks");
    }

    #[test]
    fn a_node_that_ends_without_a_word_leaves_no_ghosts() {
        let now = Instant::now();
        let (mut a, mut b) = (
            Screens::new(Uuid::from_u128(1)),
            Screens::new(Uuid::from_u128(2)),
        );
        let notes = a.enter(PLACE, Some(&member(10)));
        settle(&mut a, &mut b, notes, now);
        let notes = b.enter(PLACE, Some(&member(20)));
        settle(&mut a, &mut b, notes, now);
        a.changes();
        // It tells again in time.
        let notes = b.beat(now + AGAIN);
        settle(&mut a, &mut b, notes, now + AGAIN);
        a.beat(now + LIFE);
        assert_eq!(at(&a), vec![10, 20]);
        // And then no more.
        a.beat(now + AGAIN + LIFE);
        assert_eq!(at(&a), vec![10]);
        let changes = a.changes();
        assert_eq!(numbers(&changes[0].1.went), [20]);
        assert_eq!(changes[0].1.count, 1);
    }

    #[test]
    fn who_goes_and_comes_back_at_once_was_never_gone() {
        let mut a = Screens::new(Uuid::from_u128(1));
        a.enter(PLACE, None);
        a.enter(PLACE, Some(&member(10)));
        assert_eq!(numbers(&a.changes()[0].1.came), [10]);
        a.leave(PLACE, Some(&member(10)));
        a.enter(PLACE, Some(&member(10)));
        assert!(a.changes().is_empty());
    }
}
