//! Writing one chunk of an import: contacts, members and the place reached, in one transaction.

use super::{super::plan::Newcomer, still_ours};
use crate::{
    contact::{
        consent::{self, NewEntry},
        store::{self as contact_store, ContactRow},
    },
    db::{TenantTx, found, one_row},
    error::Result,
    execute, insert_rows,
};
use domain::{
    ContactId, ImportId, Millis,
    consent::{Wish, WishSource},
    contact::Attributes,
};
use sqlx::types::Json;
use std::collections::HashMap;
use uuid::Uuid;

/// One chunk of contacts, and the import's place after it.
pub(in super::super) struct Chunk<'a> {
    pub import: ImportId,
    pub file_name: &'a str,
    /// Contacts before this chunk.
    pub position: i64,
    pub newcomers: &'a [(ContactId, Newcomer)],
    pub owner: Uuid,
    pub lease_until: Millis,
    pub now: Millis,
}

/// Writes a chunk: new contacts, empty fields of known ones, the members of the import, and how far it is.
pub(in super::super) async fn write(tx: &mut TenantTx, chunk: &Chunk<'_>) -> Result<()> {
    let tenant = tx.tenant();
    // First, so that a worker that has lost its lease writes nothing.
    let rows = execute!(
        tx,
        "UPDATE contact_import SET imported = $5, lease_until = $6, changed_at = $7
         WHERE tenant_id = $1 AND import_id = $2 AND owner = $3 AND status = 'importing' AND imported = $4",
        tenant,
        chunk.import,
        chunk.owner,
        chunk.position,
        chunk.position + chunk.newcomers.len() as i64,
        chunk.lease_until,
        chunk.now
    )?;
    still_ours(rows)?;
    let inserted = insert_contacts(tx, chunk).await?;
    let members = if inserted == chunk.newcomers.len() as u64 {
        let fresh = |(index, (contact, new)): (usize, &(ContactId, Newcomer))| Member {
            position: chunk.position + index as i64,
            contact: *contact,
            opted_out: new.opted_out,
            wished: new.opted_out,
        };
        chunk.newcomers.iter().enumerate().map(fresh).collect()
    } else {
        merge(tx, chunk).await?
    };
    insert_rows!(
        tx,
        "INSERT INTO contact_import_member (tenant_id, import_id, position, contact_id, opted_out)",
        &members,
        |member| [tenant, chunk.import, member.position, member.contact, member.opted_out],
        ""
    )?;
    prove(tx, chunk, &members).await?;
    let excluded = members.iter().filter(|member| member.opted_out).count() as i64;
    let rows = execute!(
        tx,
        "UPDATE contact_import SET excluded = excluded + $3 WHERE tenant_id = $1 AND import_id = $2",
        tenant,
        chunk.import,
        excluded
    )?;
    one_row(rows)
}

/// One contact of the import, at its place.
struct Member {
    position: i64,
    contact: ContactId,
    opted_out: bool,
    /// They did not before this file said so.
    wished: bool,
}

/// Finds who of the chunk was known before, and fills what they lack.
async fn merge(tx: &mut TenantTx, chunk: &Chunk<'_>) -> Result<Vec<Member>> {
    let stored = contact_store::find_by_phones(tx, chunk.newcomers.iter().map(|(_, new)| &new.phone)).await?;
    let mut stored: HashMap<_, _> = stored.into_iter().filter_map(|row| Some((row.phone.clone()?, row))).collect();
    let mut members = Vec::with_capacity(chunk.newcomers.len());
    for (index, (fresh, new)) in chunk.newcomers.iter().enumerate() {
        let row = found(stored.remove(&new.phone))?;
        let (contact, opted_out) = (row.contact_id, new.opted_out || row.opted_out_at.is_some());
        let wished = new.opted_out && (contact == *fresh || row.opted_out_at.is_none());
        if contact != *fresh {
            fill(tx, row, new, chunk).await?;
        }
        members.push(Member { position: chunk.position + index as i64, contact, opted_out, wished });
    }
    Ok(members)
}

/// Inserts who is not known yet; how many that were.
async fn insert_contacts(tx: &mut TenantTx, chunk: &Chunk<'_>) -> Result<u64> {
    let (tenant, now) = (tx.tenant(), chunk.now);
    Ok(insert_rows!(
        tx,
        "INSERT INTO contact (contact_id, tenant_id, phone, name, attributes, search_text, opted_out_at, source, created_at,
                              updated_at)",
        chunk.newcomers,
        |row| [
            row.0,
            tenant,
            row.1.phone.clone(),
            row.1.name.clone(),
            Json(row.1.attributes.clone()),
            contact_store::search_text(&row.1.name, "", Some(&row.1.phone), &row.1.attributes),
            row.1.opted_out.then_some(now),
            "import",
            now,
            now,
        ],
        "ON CONFLICT (tenant_id, phone) DO NOTHING"
    )?)
}

/// Fills what a known contact lacks; what it has stays.
async fn fill(tx: &mut TenantTx, known: ContactRow, new: &Newcomer, chunk: &Chunk<'_>) -> Result<()> {
    let name = if known.name.trim().is_empty() { new.name.clone() } else { known.name.clone() };
    let attributes: Attributes = new.attributes.clone().into_iter().chain(known.attributes.0.clone()).collect();
    let opts_out = new.opted_out && known.opted_out_at.is_none();
    if name == known.name && attributes == known.attributes.0 && !opts_out {
        return Ok(());
    }
    let tenant = tx.tenant();
    let search = contact_store::search_text(&name, &known.push_name, known.phone.as_ref(), &attributes);
    let rows = execute!(
        tx,
        "UPDATE contact SET name = $3, attributes = $4, search_text = $5, updated_at = $6,
            opted_out_at = COALESCE(opted_out_at, $7)
         WHERE tenant_id = $1 AND contact_id = $2",
        tenant,
        known.contact_id,
        &name,
        Json(attributes),
        &search,
        chunk.now,
        opts_out.then_some(chunk.now)
    )?;
    one_row(rows)
}

/// Writes down where it stands that somebody wants no messages.
async fn prove(tx: &mut TenantTx, chunk: &Chunk<'_>, members: &[Member]) -> Result<()> {
    let wished: Vec<_> = members.iter().zip(chunk.newcomers).filter(|(member, _)| member.wished).collect();
    let places: Vec<String> =
        wished.iter().map(|(_, (_, new))| format!("{}:{}", chunk.file_name, new.record)).collect();
    let mut entries = Vec::with_capacity(wished.len());
    for ((member, (fresh, _)), words) in wished.iter().zip(&places) {
        let (wish, source) = (Wish::OptOut, WishSource::File);
        let entry = NewEntry { contact: member.contact, wish, source, words, member: None, at: chunk.now };
        // An id that was made for this person, and names no line of the ledger yet.
        entries.push((fresh.0, entry));
    }
    let tenant = tx.tenant();
    consent::insert_many(tx, tenant, &entries).await
}
