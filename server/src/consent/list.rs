//! The list of people who want no messages, in and out: what other programs know is kept here, and the other way round.

use super::{opt_out, store};
use crate::{Server, contact, error::Result, scope::Scope, spreadsheet::Table};
use domain::{
    ContactId, Error, Field, PhoneNumber,
    consent::{LIST_MAX, Suppressed, WishSource},
};
use std::collections::BTreeSet;
use uuid::Uuid;

/// Numbers written in one transaction.
const CHUNK: usize = 500;
/// Refused lines that are told.
const WRONG_SHOWN: usize = 10;
/// Rows read in one transaction.
const PAGE: i64 = 5_000;

/// Takes a pasted list: a phone number in each line, and after it whatever a comma, semicolon or tab divides from it. Who
/// is on it gets no messages from now on; who was no contact becomes one, so that a later import changes nothing.
///
/// Fails with `Invalid { list }` for an empty list and for one that is too long.
pub async fn suppress(server: &Server, scope: &Scope, list: &str) -> Result<Suppressed> {
    let lines = list.lines().map(str::trim).filter(|line| !line.is_empty()).enumerate();
    // The first may name the columns.
    let is_head = |at: usize, line: &str| at == 0 && !line.contains(|c: char| c.is_ascii_digit());
    let lines: Vec<&str> = lines.filter(|(at, line)| !is_head(*at, line)).map(|(_, line)| line).collect();
    match lines.len() {
        0 => return Err(Error::field("list", Field::Required).into()),
        n if n > LIST_MAX as usize => return Err(Error::field("list", Field::TooManyLines { max: LIST_MAX }).into()),
        _ => {}
    }
    let (mut phones, mut told) = (BTreeSet::new(), Suppressed::default());
    for line in lines {
        let number = line.split([',', ';', '\t']).next().unwrap_or_default().trim_matches(['"', '\'', ' ', '\u{feff}']);
        match contact::phone::of_field(server, "list", number) {
            Ok(phone) => {
                phones.insert(phone);
            }
            Err(_) => {
                told.refused += 1;
                if told.wrong.len() < WRONG_SHOWN {
                    told.wrong.push(line.chars().take(60).collect());
                }
            }
        }
    }
    let phones: Vec<PhoneNumber> = phones.into_iter().collect();
    for chunk in phones.chunks(CHUNK) {
        let mut tx = server.db.begin(scope).await?;
        for phone in chunk {
            let known = contact::find_or_insert_by_phone(server, &mut tx, phone, "list").await?;
            if known.opted_out_at.is_some() {
                told.already += 1;
                continue;
            }
            opt_out(server, &mut tx, known.id, WishSource::List, "").await?;
            told.added += 1;
        }
        tx.commit().await?;
    }
    server.nudge.outbox.now();
    Ok(told)
}

/// Everybody who wants no messages, as CSV that [`suppress`] and other programs take: number, name, since when (UTC).
pub async fn export(server: &Server, scope: &Scope) -> Result<Vec<u8>> {
    let mut table = Table::new(&["phone", "name", "opted_out_at"])?;
    let mut after = ContactId(Uuid::nil());
    loop {
        let mut tx = server.db.read(scope).await?;
        let rows = store::opted_out_after(&mut tx, after, PAGE).await?;
        drop(tx);
        let Some((last, ..)) = rows.last() else { break };
        after = *last;
        for (_, phone, name, since) in &rows {
            // Whose number nobody knows cannot be told to anybody.
            let Some(phone) = phone else { continue };
            let since = jiff::Timestamp::from_millisecond(since.0).map(|at| at.to_string()).unwrap_or_default();
            table.add(&[phone.digits(), name, &since])?;
        }
    }
    table.take()
}
