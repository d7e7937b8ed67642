//! The look before an import: what would become of each row.

use super::{engine::Planned, plan::Newcomer};
use crate::{contact::store::find_by_phones, db::TenantTx, error::Result};
use anyhow::Context as _;
use domain::{
    PhoneNumber,
    contact::{
        Attributes,
        import::{ImportCheck, ImportColumn, ImportRow, RowVerdict},
    },
};
use std::{collections::HashSet, sync::Arc};
use tokio::task::spawn_blocking;

/// Rows shown of each kind.
const SHOWN: usize = 100;
/// Rows shown of the file's beginning.
const SAMPLE: usize = 20;
/// Phones asked for in one query.
const PHONES: usize = 1000;

pub(super) async fn check(tx: &mut TenantTx, planned: Arc<Planned>) -> Result<ImportCheck> {
    let (planned, columns, newcomers) = spawn_blocking(move || {
        let columns = columns(&planned);
        let newcomers = planned.plan.newcomers(&planned.file, &planned.mapping);
        // What else is known of them nobody sees here, and all of it at once may be large.
        let newcomers: Vec<_> = newcomers.map(|new| Newcomer { attributes: Attributes::new(), ..new }).collect();
        (planned, columns, newcomers)
    })
    .await
    .context("checking a contact file")?;
    let known = known(tx, &newcomers).await?;
    let plan = &planned.plan;
    let of_kind = |wanted: fn(&RowVerdict) -> bool| -> Vec<ImportRow> {
        plan.problems.iter().filter(|row| wanted(&row.verdict)).take(SHOWN).cloned().collect()
    };
    let rows = |verdict: RowVerdict, wanted: bool, limit: usize| -> Vec<ImportRow> {
        newcomers
            .iter()
            .filter(|new| known.contains(&new.phone) == wanted)
            .take(limit)
            .map(|new| row(new, verdict))
            .collect()
    };
    let updated = rows(RowVerdict::Update, true, SHOWN);
    let mut sample = rows(RowVerdict::New, false, SAMPLE);
    sample.extend(updated.iter().chain(&plan.problems).take(3 * SAMPLE).cloned());
    sample.sort_by_key(|row| row.record);
    sample.truncate(SAMPLE);
    Ok(ImportCheck {
        columns,
        records: plan.records,
        counts: plan.counts,
        updates: known.len() as u64,
        sample,
        refused: of_kind(|verdict| matches!(verdict, RowVerdict::Refused { .. })),
        duplicates: of_kind(|verdict| matches!(verdict, RowVerdict::Duplicate { .. })),
        updated,
    })
}

/// The columns with the targets that were asked for.
fn columns(planned: &Planned) -> Vec<ImportColumn> {
    let mut columns = planned.file.columns();
    for (column, target) in columns.iter_mut().zip(&planned.mapping.0) {
        column.target = *target;
    }
    columns
}

async fn known(tx: &mut TenantTx, newcomers: &[Newcomer]) -> Result<HashSet<PhoneNumber>> {
    let mut known = HashSet::new();
    for newcomers in newcomers.chunks(PHONES) {
        let rows = find_by_phones(tx, newcomers.iter().map(|new| &new.phone)).await?;
        known.extend(rows.into_iter().filter_map(|row| row.phone));
    }
    Ok(known)
}

fn row(new: &Newcomer, verdict: RowVerdict) -> ImportRow {
    ImportRow {
        record: new.record,
        name: new.name.clone(),
        raw: new.phone.readable(),
        phone: Some(new.phone.clone()),
        opted_out: new.opted_out,
        verdict,
    }
}
