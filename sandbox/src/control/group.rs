//! Groups, and who is in them.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;

use super::dto::{GroupAdded, GroupList, GroupView, ParticipantView};
use super::error::{Answer, Refusal};
use super::fields::{Fields, Query};
use super::{Control, done};
use crate::address::{GroupId, Phone};
use crate::world::World;
use crate::world::group::{Group, GroupError, LONGEST_SUBJECT, Rank};

pub(super) async fn add(State(control): State<Control>, mut fields: Fields) -> Answer<(StatusCode, Json<GroupAdded>)> {
    let world = &control.world;
    let subject = subject(&mut fields)?;
    let account: Phone = fields.required("account")?;
    let participants: Vec<Phone> = fields.required("participants")?;
    fields.done()?;
    let account = world.account(account).ok_or_else(|| Refusal::not_found(format!("{account} has no account")))?;
    are_on_whatsapp(world, "participants", &participants)?;
    let made = world.create_group(&account, subject, &participants);
    let group = made.map_err(|error| refusal("participants", error))?;
    Ok((StatusCode::CREATED, Json(GroupAdded { jid: group.id })))
}

pub(super) async fn list(State(control): State<Control>, mut query: Query) -> Answer<Json<GroupList>> {
    let world = &control.world;
    let of = query.phone("of")?;
    query.0.done()?;
    let groups = of.map_or_else(|| world.groups.all(), |phone| world.groups.of(phone));
    Ok(Json(GroupList { groups: groups.iter().map(|group| view(world, group)).collect() }))
}

pub(super) async fn show(State(control): State<Control>, Path(jid): Path<String>) -> Answer<Json<GroupView>> {
    Ok(Json(view(&control.world, &*find(&control.world, &jid)?)))
}

pub(super) async fn rename(
    State(control): State<Control>,
    Path(jid): Path<String>,
    mut fields: Fields,
) -> Answer<Response> {
    let subject = subject(&mut fields)?;
    fields.done()?;
    let renamed = control.world.rename_group(in_path(&jid)?, None, subject);
    renamed.map_err(|error| refusal("subject", error))?;
    Ok(done())
}

pub(super) async fn participants(
    State(control): State<Control>,
    Path(jid): Path<String>,
    mut fields: Fields,
) -> Answer<Response> {
    let world = &control.world;
    let add: Vec<Phone> = fields.optional("add")?.unwrap_or_default();
    let remove: Vec<Phone> = fields.optional("remove")?.unwrap_or_default();
    fields.done()?;
    let group = find(world, &jid)?;
    are_on_whatsapp(world, "add", &add)?;
    let stranger = remove.iter().position(|phone| !group.has(*phone) && !add.contains(phone));
    if let Some(at) = stranger {
        return Err(Refusal::field(format!("remove[{at}]"), GroupError::NotThere));
    }
    if !add.is_empty() {
        world.add_to_group(group.id, None, &add).map_err(|error| refusal("add", error))?;
    }
    if !remove.is_empty() {
        world.remove_from_group(group.id, None, &remove).map_err(|error| refusal("remove", error))?;
    }
    Ok(done())
}

/// The group in a path.
pub(super) fn find(world: &World, jid: &str) -> Answer<Arc<Group>> {
    let id = in_path(jid)?;
    world.groups.get(id).ok_or_else(|| refusal("jid", GroupError::Unknown))
}

fn in_path(jid: &str) -> Answer<GroupId> {
    jid.parse().map_err(|error| Refusal::field("jid", error))
}

fn subject(fields: &mut Fields) -> Answer<String> {
    let subject: String = fields.required("subject")?;
    if subject.trim().is_empty() || subject.chars().count() > LONGEST_SUBJECT {
        return Err(Refusal::field("subject", format!("must have 1 to {LONGEST_SUBJECT} characters")));
    }
    Ok(subject)
}

fn are_on_whatsapp(world: &World, field: &str, phones: &[Phone]) -> Answer<()> {
    match phones.iter().position(|phone| !world.is_on_whatsapp(*phone)) {
        Some(at) => Err(Refusal::field(format!("{field}[{at}]"), "is not on WhatsApp")),
        None => Ok(()),
    }
}

fn refusal(field: &str, error: GroupError) -> Refusal {
    match error {
        GroupError::Unknown => Refusal::not_found(error.to_string()),
        GroupError::TooManyGroups => Refusal::conflict(error.to_string()),
        error => Refusal::field(field, error),
    }
}

fn view(world: &World, group: &Group) -> GroupView {
    let participant =
        |(phone, rank): (&Phone, &Rank)| ParticipantView { phone: *phone, name: world.name_of(*phone), rank: *rank };
    GroupView {
        jid: group.id,
        subject: group.subject.clone(),
        creator: group.creator,
        created_at_ms: group.created_at_ms,
        addressing: group.addressing,
        participants: group.participants.iter().map(participant).collect(),
    }
}
