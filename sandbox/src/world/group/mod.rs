//! Groups: who is in them, and what everybody is told when that changes.

mod hearing;
mod notice;
mod speaking;

pub use hearing::{Heard, fingerprint};
pub use notice::describe;

use std::collections::BTreeMap;
use std::sync::{Arc, RwLock};

use serde::{Deserialize, Serialize};

use super::World;
use super::account::{Account, Addressing};
use super::feed::Happening;
use crate::address::{GroupId, Phone};
use crate::disk::Record;

/// How many participants a group can have, its creator included.
pub const MOST_PARTICIPANTS: usize = 256;
/// How many groups a world can have.
pub const MOST_GROUPS: usize = 1_000;
/// The longest subject, in characters, as on a phone.
pub const LONGEST_SUBJECT: usize = 100;

/// What a participant may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Rank {
    /// Writes and leaves.
    #[default]
    Member,
    /// Adds and removes others as well.
    Admin,
    /// The creator, as long as they are there.
    Superadmin,
}

/// A group as it is now.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Group {
    pub id: GroupId,
    pub subject: String,
    pub subject_by: Phone,
    pub subject_at_ms: i64,
    pub creator: Phone,
    pub created_at_ms: i64,
    /// How its participants address each other.
    pub addressing: Addressing,
    pub participants: BTreeMap<Phone, Rank>,
}

/// Why a group is not made or changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum GroupError {
    #[error("there are {MOST_GROUPS} groups already")]
    TooManyGroups,
    #[error("a group has {MOST_PARTICIPANTS} participants at most")]
    TooManyParticipants,
    #[error("there is no such group")]
    Unknown,
    #[error("is not a participant of this group")]
    NotThere,
    #[error("is no admin of this group")]
    NotAllowed,
}

/// All groups.
#[derive(Default)]
pub struct Groups(RwLock<BTreeMap<GroupId, Arc<Group>>>);

impl Group {
    /// Whether its participants address each other by LID.
    pub fn by_lid(&self) -> bool {
        self.addressing == Addressing::Lid
    }

    /// Whether somebody is in it.
    pub fn has(&self, phone: Phone) -> bool {
        self.participants.contains_key(&phone)
    }

    fn is_admin(&self, phone: Phone) -> bool {
        self.participants.get(&phone).is_some_and(|rank| *rank != Rank::Member)
    }
}

impl Groups {
    /// The group with this address.
    pub fn get(&self, id: GroupId) -> Option<Arc<Group>> {
        self.read(|groups| groups.get(&id).cloned())
    }

    /// Every group, by address.
    pub fn all(&self) -> Vec<Arc<Group>> {
        self.read(|groups| groups.values().cloned().collect())
    }

    /// The groups that somebody is in, by address.
    pub fn of(&self, phone: Phone) -> Vec<Arc<Group>> {
        self.read(|groups| groups.values().filter(|group| group.has(phone)).cloned().collect())
    }

    /// Puts back a group from the journal; one without participants is gone.
    pub fn restore(&self, group: Group) {
        self.write(|groups| {
            if group.participants.is_empty() {
                groups.remove(&group.id);
            } else {
                groups.insert(group.id, Arc::new(group));
            }
        });
    }

    /// Forgets all groups.
    pub fn clear(&self) {
        self.write(BTreeMap::clear);
    }

    fn read<T>(&self, read: impl FnOnce(&BTreeMap<GroupId, Arc<Group>>) -> T) -> T {
        read(&self.0.read().unwrap_or_else(|poisoned| poisoned.into_inner()))
    }

    fn write<T>(&self, change: impl FnOnce(&mut BTreeMap<GroupId, Arc<Group>>) -> T) -> T {
        change(&mut self.0.write().unwrap_or_else(|poisoned| poisoned.into_inner()))
    }
}

impl World {
    /// An account makes a group and is its first admin. Every participant is told.
    pub fn create_group(
        &self,
        creator: &Account,
        subject: String,
        participants: &[Phone],
    ) -> Result<Arc<Group>, GroupError> {
        let now = self.clock.now_ms();
        let mut all: BTreeMap<Phone, Rank> = participants.iter().map(|phone| (*phone, Rank::Member)).collect();
        all.insert(creator.phone, Rank::Superadmin);
        if all.len() > MOST_PARTICIPANTS {
            return Err(GroupError::TooManyParticipants);
        }
        let group = self.groups.write(|groups| {
            if groups.len() >= MOST_GROUPS {
                return Err(GroupError::TooManyGroups);
            }
            let mut id = GroupId::of(u64::from_be_bytes(self.random.bytes()));
            while groups.contains_key(&id) {
                id = GroupId::of(u64::from_be_bytes(self.random.bytes()));
            }
            let group = Arc::new(Group {
                id,
                subject,
                subject_by: creator.phone,
                subject_at_ms: now,
                creator: creator.phone,
                created_at_ms: now,
                addressing: creator.addressing(),
                participants: all,
            });
            self.journal.append(&Record::Group(Group::clone(&group)));
            groups.insert(id, group.clone());
            Ok(group)
        })?;
        self.tell_created(&group);
        self.feed.tell(Happening::GroupChanged { group: group.id });
        Ok(group)
    }

    /// Adds people and accounts; who is there already stays as they are. `by` is an admin, or nobody in particular.
    /// Returns who is new.
    pub fn add_to_group(&self, id: GroupId, by: Option<Phone>, phones: &[Phone]) -> Result<Vec<Phone>, GroupError> {
        let (group, added) = self.change_group(id, by, |group| {
            let added: Vec<_> = phones.iter().copied().filter(|phone| !group.has(*phone)).collect();
            group.participants.extend(added.iter().map(|phone| (*phone, Rank::Member)));
            if group.participants.len() > MOST_PARTICIPANTS {
                return Err(GroupError::TooManyParticipants);
            }
            Ok(added)
        })?;
        if !added.is_empty() {
            self.tell_joined(&group, by, &added);
        }
        Ok(added)
    }

    /// Removes participants, whoever was there. Who removes themselves leaves, and needs no leave to do so.
    pub fn remove_from_group(
        &self,
        id: GroupId,
        by: Option<Phone>,
        phones: &[Phone],
    ) -> Result<Vec<Phone>, GroupError> {
        let allowed = by.filter(|by| phones.iter().any(|phone| phone != by));
        let before = self.groups.get(id);
        let (group, removed) = self.change_group(id, allowed, |group| {
            let there: Vec<_> = phones.iter().copied().filter(|phone| group.has(*phone)).collect();
            Ok(there.into_iter().filter(|phone| group.participants.remove(phone).is_some()).collect::<Vec<_>>())
        })?;
        if let Some(before) = before.filter(|_| !removed.is_empty()) {
            // Who has left must not read on.
            before.participants.keys().for_each(|phone| self.drop_chain(*phone, id));
            self.tell_left(&before, &group, by, &removed);
        }
        Ok(removed)
    }

    /// Gives a group another subject.
    pub fn rename_group(&self, id: GroupId, by: Option<Phone>, subject: String) -> Result<(), GroupError> {
        let now = self.clock.now_ms();
        let (group, ()) = self.change_group(id, None, |group| {
            // Any participant may, as on a phone.
            if by.is_some_and(|by| !group.has(by)) {
                return Err(GroupError::NotThere);
            }
            (group.subject, group.subject_at_ms) = (subject, now);
            group.subject_by = by.unwrap_or(group.creator);
            Ok(())
        })?;
        self.tell_renamed(&group);
        Ok(())
    }

    fn change_group<T>(
        &self,
        id: GroupId,
        by: Option<Phone>,
        change: impl FnOnce(&mut Group) -> Result<T, GroupError>,
    ) -> Result<(Arc<Group>, T), GroupError> {
        let changed = self.groups.write(|groups| {
            let mut group = Group::clone(groups.get(&id).ok_or(GroupError::Unknown)?);
            if let Some(by) = by {
                if !group.has(by) {
                    return Err(GroupError::NotThere);
                }
                if !group.is_admin(by) {
                    return Err(GroupError::NotAllowed);
                }
            }
            let outcome = change(&mut group)?;
            self.journal.append(&Record::Group(group.clone()));
            let group = Arc::new(group);
            if group.participants.is_empty() {
                groups.remove(&id);
            } else {
                groups.insert(id, group.clone());
            }
            Ok((group, outcome))
        })?;
        self.feed.tell(Happening::GroupChanged { group: id });
        Ok(changed)
    }

    /// The phone begins a new chain with its next message to the group.
    fn drop_chain(&self, owner: Phone, group: GroupId) {
        // Whoever was never spoken to has no chains, and is not made for this.
        let dropped = match self.account(owner) {
            Some(account) => account.handset.drop_own_chain(group),
            None => self.people.known(owner).is_some_and(|person| person.endpoint.drop_own_chain(group)),
        };
        if dropped {
            self.journal.append(&Record::OwnChain { owner, group, key: None, told: Vec::new() });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::SystemClock;
    use crate::media::MediaLimits;

    fn phone(number: u64) -> Phone {
        Phone::from_number(number).expect("a phone")
    }

    fn world() -> (Arc<World>, Arc<Account>) {
        let world = World::open(Arc::new(SystemClock), Some(1), None, MediaLimits::default()).unwrap();
        let account = world.add_account(phone(62_811_111), "Toko".into(), Addressing::Lid).unwrap();
        (world, account)
    }

    #[test]
    fn only_admins_change_who_is_there_and_everybody_may_leave() {
        let (world, account) = world();
        let (rina, budi) = (phone(62_833_331), phone(62_833_332));
        let group = world.create_group(&account, "Arisan".into(), &[rina]).unwrap().id;
        assert_eq!(world.add_to_group(group, Some(rina), &[budi]), Err(GroupError::NotAllowed));
        assert_eq!(world.add_to_group(group, Some(budi), &[budi]), Err(GroupError::NotThere));
        assert_eq!(world.add_to_group(group, Some(account.phone), &[rina, budi]), Ok(vec![budi]));
        assert_eq!(world.remove_from_group(group, Some(rina), &[budi]), Err(GroupError::NotAllowed));
        assert_eq!(world.remove_from_group(group, Some(rina), &[rina]), Ok(vec![rina]));
        assert_eq!(world.remove_from_group(group, None, &[rina, budi]), Ok(vec![budi]));
        assert_eq!(world.remove_from_group(group, None, &[account.phone]), Ok(vec![account.phone]));
        assert!(world.groups.get(group).is_none(), "a group without participants is gone");
        assert_eq!(world.add_to_group(group, None, &[rina]), Err(GroupError::Unknown));
    }

    #[test]
    fn groups_are_bounded() {
        let (world, account) = world();
        let crowd: Vec<_> = (0..MOST_PARTICIPANTS as u64).map(|number| phone(62_800_000 + number)).collect();
        let full = world.create_group(&account, "Semua".into(), &crowd);
        assert_eq!(full.err(), Some(GroupError::TooManyParticipants));
        let group = world.create_group(&account, "Hampir".into(), &crowd[1..]).unwrap().id;
        assert_eq!(world.add_to_group(group, None, &crowd[..1]), Err(GroupError::TooManyParticipants));
        assert_eq!(world.groups.get(group).unwrap().participants.len(), MOST_PARTICIPANTS);
        for number in 1..MOST_GROUPS {
            world.create_group(&account, format!("Grup {number}"), &[]).unwrap();
        }
        assert_eq!(world.create_group(&account, "Lagi".into(), &[]).err(), Some(GroupError::TooManyGroups));
    }
}
